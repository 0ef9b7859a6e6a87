// The carrier of the browser: calls by fetch, the state by server-sent events, a session by a cookie and a key that only this origin has.
import type { StateMessage } from '../../shared/app-state.ts';
import type { PageReply, PageTransport } from '../../shared/page-transport.ts';

/** A scan of a large file may be waited for, a dead server not for ever. */
const callDeadlineMs = 120_000;
/**
 * Figures come every second. Who says nothing for so long has stopped or cannot be reached any more, although nobody has
 * closed the connection: what is shown is old then.
 */
const longestSilenceMs = 20_000;
const keyName = 'vedette-key';
/** Of this page alone, where the browser keeps nothing. */
let keyHere = '';

export function httpTransport(): PageTransport {
  return { kind: 'service', call: callOverHttp, on: followEvents, drop: () => Promise.resolve([]) };
}

/**
 * The one-time token of the address is exchanged for a session, and taken out of the address.
 * @returns false when it was used before or is too old.
 */
export async function openSession(): Promise<boolean> {
  const token = tokenOf(window.location.hash);
  if (token === null) return true;
  window.history.replaceState(null, '', window.location.pathname);
  const reply = await post('/api/session', { token });
  if (reply.ok) {
    keepKey(reply.value);
    return true;
  }
  // The link was used before: by this browser, perhaps, which then has its session.
  const state = await callOverHttp('app.state', {});
  return state.ok || state.error.code !== 'NOT_ADMITTED';
}

function keepKey(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('key' in value) || typeof value.key !== 'string')
    return;
  keyHere = value.key;
  try {
    localStorage.setItem(keyName, value.key);
  } catch {
    // Until it is loaded anew this page has it.
  }
}

/** Asked for each time: another tab may have opened a newer session. */
function sessionKey(): string {
  try {
    return localStorage.getItem(keyName) ?? keyHere;
  } catch {
    return keyHere;
  }
}

/**
 * A link that is opened in a tab of Vedette changes only what stands behind `#`: the page has to start anew for it. So has
 * one that has no session any more, as soon as another tab of this browser has opened one.
 */
export function startAnewForSessions(isRefused: () => boolean): void {
  window.addEventListener('hashchange', () => {
    if (tokenOf(window.location.hash) !== null) window.location.reload();
  });
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === keyName && newValue !== null && isRefused()) window.location.reload();
  });
}

function tokenOf(hash: string): string | null {
  return /^#token=([\w-]+)$/.exec(hash)?.[1] ?? null;
}

async function callOverHttp(name: string, input: unknown): Promise<PageReply> {
  return await post(`/api/call/${encodeURIComponent(name)}`, input);
}

async function post(address: string, body: unknown): Promise<PageReply> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Vedette-Key': sessionKey() },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(callDeadlineMs),
    });
    const reply: unknown = await response.json();
    if (isReply(reply)) return reply;
    return failure(`Vedette answered with status ${response.status}.`);
  } catch {
    return failure('Vedette cannot be reached. Is it still running?');
  }
}

function followEvents(listener: (message: StateMessage) => void, onLost: () => void): () => void {
  const source = new EventSource(`/api/events?key=${encodeURIComponent(sessionKey())}`);
  let silence: ReturnType<typeof setTimeout> | undefined;
  function end(): void {
    clearTimeout(silence);
    source.close();
  }
  function lose(): void {
    end();
    onLost();
  }
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    clearTimeout(silence);
    silence = setTimeout(lose, longestSilenceMs);
    const message: unknown = JSON.parse(data);
    if (isStateMessage(message)) listener(message);
  });
  source.addEventListener('error', lose);
  return end;
}

/** Our own server has checked the rest of what it sends; it comes over the same origin. */
function isStateMessage(value: unknown): value is StateMessage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    (value.kind === 'snapshot' || value.kind === 'slice')
  );
}

function isReply(value: unknown): value is PageReply {
  return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';
}

function failure(message: string): PageReply {
  return { ok: false, error: { code: 'CALL_FAILED', message, details: {} } };
}
