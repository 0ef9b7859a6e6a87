// Answers everything a page asks for: the app's guards first, then its scheme; the network beyond this machine is cut.
import { Buffer } from 'node:buffer';
import type { Protocol } from '../../../node_modules/playwright-core/types/protocol.d.ts';
import type { CdpSession } from '../chromium/cdp-connection.ts';
import { recordCall } from '../control/control-state.ts';
import { toAppUrl, toPagePolicy } from './app-address.ts';
import { nextId } from './next-id.ts';
import { sessionRules, type RequestDetails } from './session-rules.ts';

export interface RequestedNavigation {
  readonly url: string;
  readonly frameId: string;
  readonly isRedirect: boolean;
}

interface RequestScene {
  readonly cdp: CdpSession;
  readonly webContentsId: number;
  readonly isMainFrame: (frameId: string) => boolean;
  /** Asks the app's `will-navigate` and its like. */
  readonly mayNavigate: (navigation: RequestedNavigation) => boolean;
}

type Paused = Protocol.Fetch.requestPausedPayload;
type Refusal = Protocol.Network.ErrorReason;

const loopback = /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?:[:/]|$)/;

export async function answerRequest(paused: Paused, scene: RequestScene): Promise<void> {
  const { requestId } = paused;
  const details = detailsOf(paused, scene);
  const refusal = await refusalOf(paused, details, scene);
  if (refusal !== null) {
    await scene.cdp.send('Fetch.failRequest', { requestId, errorReason: refusal });
  } else if (new URL(details.url).pathname === '/favicon.ico') {
    // Chromium's own wish, not the page's: Electron has none.
    await scene.cdp.send('Fetch.fulfillRequest', { requestId, responseCode: 204 });
  } else {
    await serve(paused, details, scene);
  }
}

function detailsOf({ request, resourceType, frameId }: Paused, scene: RequestScene): RequestDetails {
  const documentType = scene.isMainFrame(frameId) ? 'mainFrame' : 'subFrame';
  return {
    id: nextId(),
    url: toAppUrl(request.url + (request.urlFragment ?? '')),
    method: request.method,
    resourceType: resourceType === 'Document' ? documentType : resourceType.toLowerCase(),
    webContentsId: scene.webContentsId,
    referrer: '',
    timestamp: Date.now(),
  };
}

async function refusalOf(
  paused: Paused,
  details: RequestDetails,
  scene: RequestScene,
): Promise<Refusal | null> {
  if (paused.resourceType === 'Document') {
    const isRedirect = paused.redirectedRequestId !== undefined;
    const isAllowed = scene.mayNavigate({ url: details.url, frameId: paused.frameId, isRedirect });
    if (!isAllowed) return 'Aborted';
  }
  const before = sessionRules.beforeRequest;
  if (before?.filter(details.url)) {
    const { promise, resolve } = Promise.withResolvers<{ cancel?: boolean }>();
    before.listener(details, resolve);
    if ((await promise).cancel === true) return 'BlockedByClient';
  }
  if (!/^https?:/.test(details.url)) return null;
  recordCall('network', details.url);
  return loopback.test(details.url) ? null : 'InternetDisconnected';
}

async function serve(paused: Paused, details: RequestDetails, scene: RequestScene): Promise<void> {
  const { requestId, request } = paused;
  const handler = sessionRules.schemes.get(new URL(details.url).protocol.slice(0, -1));
  if (handler === undefined) {
    await scene.cdp.send('Fetch.continueRequest', { requestId });
    return;
  }
  let response = Response.error();
  try {
    const parts = (request.postDataEntries ?? []).map(({ bytes = '' }) => Buffer.from(bytes, 'base64'));
    const body = request.hasPostData === true ? { body: Buffer.concat(parts) } : {};
    response = await handler(
      new Request(details.url, { method: request.method, headers: request.headers, ...body }),
    );
  } catch (error) {
    console.error('The protocol handler failed:', error);
  }
  if (response.type === 'error') {
    await scene.cdp.send('Fetch.failRequest', { requestId, errorReason: 'Failed' });
    return;
  }
  const headers = await passHeaders(response, details);
  const content = Buffer.from(await response.arrayBuffer()).toString('base64');
  await scene.cdp.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: headers.map(([name, value]) => ({ name, value: pageHeader(name, value) })),
    body: content,
  });
}

/** The app's `onHeadersReceived` may replace them. */
async function passHeaders(
  response: Response,
  details: RequestDetails,
): Promise<readonly (readonly [string, string])[]> {
  const own = [...response.headers];
  const received = sessionRules.headersReceived;
  if (!received?.filter(details.url)) return own;
  const responseHeaders = Object.fromEntries(own.map(([name, value]) => [name, [value]]));
  const { promise, resolve } = Promise.withResolvers<{
    responseHeaders?: Record<string, string | string[]>;
  }>();
  const statusLine = `HTTP/1.1 ${response.status}`;
  received.listener({ ...details, statusCode: response.status, statusLine, responseHeaders }, resolve);
  const answer = await promise;
  return Object.entries(answer.responseHeaders ?? responseHeaders).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value] as const),
  );
}

function pageHeader(name: string, value: string): string {
  const isPolicy = name.toLowerCase() === 'content-security-policy';
  return isPolicy ? toPagePolicy(value, sessionRules.schemes.keys()) : value;
}
