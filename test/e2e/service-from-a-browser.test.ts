// Pages of others in a real browser, on another port of this machine and under a name of their own, against the real door of the service.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeHandlers } from '../helpers/fake-handlers.ts';
import { GuardedService } from '../helpers/guarded-service.ts';
import { RunningScene } from '../helpers/running-scene.ts';

const madeUpName = 'evil.example';
const running = new AsyncDisposableStack();
const { handlers, asked } = fakeHandlers({});
const scans = vi.fn<() => void>();
let served: GuardedService;
let browser: Browser;
let theirPort = 0;
let token = '';

beforeAll(async () => {
  const scene = running.use(await RunningScene.open());
  const { service } = scene.vedette;
  for (const name of ['one', 'many', 'upload'] as const)
    vi.spyOn(service.scans, name).mockImplementation(() => {
      scans();
      throw new TypeError('a page has reached it');
    });
  served = running.use(await GuardedService.start({ scene, handlers, api: { enable_rate_limiting: false } }));
  token = served.ownerToken();
  const theirs = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>a page of others</title><body></body>');
  });
  running.defer(async () => {
    theirs.closeAllConnections();
    theirs.close();
    await once(theirs, 'close');
  });
  theirs.listen(0, '127.0.0.1');
  await once(theirs, 'listening');
  const address = theirs.address();
  if (typeof address === 'object' && address !== null) theirPort = address.port;
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-popup-blocking',
      // Not every browser has them.
      '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,PrivateNetworkAccessSendPreflights',
      `--host-resolver-rules=MAP ${madeUpName} 127.0.0.1`,
    ],
  });
  running.defer(() => browser.close());
});
afterAll(() => running.disposeAsync());
beforeEach(() => {
  asked.length = 0;
  scans.mockClear();
});

/** Requests of the API so far, by status. */
async function answered(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${served.origin}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const counts = new Map<string, number>();
  for (const line of (await response.text()).split('\n')) {
    const { route, status, count } =
      /^http_requests_total\{.*route="(?<route>[^"]*)".*status="(?<status>\w+)".*\} (?<count>\d+)$/.exec(line)
        ?.groups ?? {};
    // The one that asks here.
    if (status !== undefined && route !== '/metrics')
      counts.set(status, (counts.get(status) ?? 0) + Number(count));
  }
  return counts;
}

/** A browser in which the pages of Vedette are open. */
async function withSession(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(served.origin);
  const secret = new URL(served.pages.newLink(served.origin)).hash.replace('#token=', '');
  const key: unknown = await page.evaluate(
    `fetch('/api/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify({ token: secret }))} })
      .then((response) => response.json()).then(({ value }) => (localStorage.setItem('vedette-key', value.key), value.key))`,
  );
  expect(String(key).length).toBeGreaterThan(20);
  return page;
}

/** What a page can try; each says what came of it. */
function attempts(origin: string): string {
  const targets = [
    '/api/v1/status',
    '/api/v1/scan',
    '/metrics',
    '/healthz',
    '/api/call/status',
    '/api/session',
    '/api/events',
    '/',
  ];
  return `(async () => {
  const origin = ${JSON.stringify(origin)};
  const bearer = ${JSON.stringify(`Bearer ${token}`)};
  const targets = ${JSON.stringify(targets)};
  const seen = [];
  const messages = [];
  addEventListener('message', ({ data }) => messages.push(String(data)));
  const within = (work) => Promise.race([work, new Promise((resolve) => setTimeout(resolve, 3000, 'nothing'))]);
  const body = JSON.stringify({ path: '/etc/passwd', kind: 'custom', roots: ['/'], ids: [1], token: 'x' });
  const fetches = [];
  for (const target of targets)
    for (const mode of ['cors', 'no-cors', 'same-origin'])
      for (const credentials of ['omit', 'include'])
        for (const init of [
          {},
          { method: 'POST', body, headers: { 'content-type': 'text/plain' } },
          { method: 'POST', body: new Blob([body]) },
          ...(mode === 'cors'
            ? [
                { headers: { authorization: bearer } },
                { method: 'POST', body, headers: { authorization: bearer, 'content-type': 'application/json' } },
              ]
            : []),
        ])
          fetches.push(
            within(
              fetch(origin + target, { mode, credentials, redirect: 'follow', ...init }).then(
                async (response) => (response.type === 'opaque' ? 'opaque' : 'read ' + response.status + (await response.text())),
                () => 'blocked',
              ),
            ),
          );
  seen.push(...(await Promise.all(fetches)));
  const element = (name, set) =>
    within(
      new Promise((resolve) => {
        const made = document.createElement(name);
        made.onload = () => resolve(name + ' loaded');
        made.onerror = () => resolve('failed');
        set(made);
        document.body.append(made);
      }),
    );
  for (const target of ['/metrics', '/api/v1/status', '/']) {
    const url = origin + target;
    seen.push(...(await Promise.all([
      element('img', (made) => (made.src = url)),
      element('script', (made) => (made.src = url)),
      element('script', (made) => { made.type = 'module'; made.src = url; }),
      element('link', (made) => { made.rel = 'stylesheet'; made.href = url; }),
      element('video', (made) => (made.src = url)),
    ])));
    element('link', (made) => { made.rel = 'prefetch'; made.href = url; });
    const frame = document.createElement('iframe');
    frame.src = url;
    frame.name = 'frame' + target;
    await within(new Promise((resolve) => { frame.onload = resolve; document.body.append(frame); }));
    try { seen.push('read ' + frame.contentWindow.document.body.innerText); } catch { seen.push('blocked'); }
    const other = open(url, '_blank');
    await new Promise((resolve) => setTimeout(resolve, 300));
    try { seen.push(other === null ? 'blocked' : 'read ' + other.document.body.innerText); } catch { seen.push('blocked'); }
    other?.postMessage({ call: 'status' }, '*');
    frame.contentWindow?.postMessage({ call: 'status' }, '*');
    for (const enctype of ['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded']) {
      const form = document.createElement('form');
      Object.assign(form, { method: 'POST', action: origin + '/api/v1/scan', enctype, target: frame.name });
      const field = document.createElement('input');
      Object.assign(field, { name: '{"path":"/etc/passwd","x":"', value: '"}' });
      form.append(field);
      document.body.append(form);
      form.submit();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  navigator.sendBeacon(origin + '/api/v1/scan', new Blob([body], { type: 'text/plain' }));
  navigator.sendBeacon(origin + '/api/call/protection.pause', body);
  for (const credentials of [false, true])
    for (const target of ['/api/v1/events', '/api/events'])
      seen.push(await within(new Promise((resolve) => {
        const source = new EventSource(origin + target, { withCredentials: credentials });
        source.onmessage = ({ data }) => resolve('read ' + data);
        source.onopen = () => resolve('read open');
        source.onerror = () => { source.close(); resolve('blocked'); };
      })));
  for (const target of ['/', '/api/v1/events'])
    seen.push(await within(new Promise((resolve) => {
      const socket = new WebSocket(origin.replace('http', 'ws') + target);
      socket.onopen = () => resolve('read open');
      socket.onerror = () => resolve('blocked');
    })));
  seen.push(await within(Promise.resolve().then(() => navigator.serviceWorker.register(origin + '/')).then(() => 'read worker', () => 'blocked')));
  const code = 'try { importScripts(' + JSON.stringify(origin + '/metrics') + '); postMessage("read"); } catch { postMessage("blocked"); }';
  seen.push(await within(new Promise((resolve) => {
    const worker = new Worker(URL.createObjectURL(new Blob([code])));
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = () => resolve('blocked');
  })));
  return { seen, messages };
})()`;
}

interface Outcome {
  readonly seen: readonly string[];
  readonly messages: readonly string[];
}

async function tryAll(page: Page): Promise<Outcome> {
  const outcome: Outcome = JSON.parse(await page.evaluate(`${attempts(served.origin)}.then(JSON.stringify)`));
  return outcome;
}

describe.each([
  ['on another port of this machine', '127.0.0.1'],
  ['under a name that leads to this machine', madeUpName],
])('a page of others %s', (_where, host) => {
  test.each(['without', 'with'])(
    'neither reads nor causes anything, %s a live session of the pages',
    async (session) => {
      await using context = await browser.newContext();
      const own = session === 'with' ? await withSession(context) : null;
      const before = await answered();
      const page = await context.newPage();
      await page.goto(`http://${host}:${theirPort}/`);
      const { seen, messages } = await tryAll(page);
      expect(seen.length).toBeGreaterThan(150);
      expect(seen.filter((outcome) => /^read|loaded/.test(outcome))).toEqual([]);
      expect(messages).toEqual([]);
      expect(asked).toEqual([]);
      expect(scans).not.toHaveBeenCalled();
      // They came, and every one was refused.
      const after = await answered();
      const more = [...after].filter(([status, count]) => count > (before.get(status) ?? 0));
      expect(more.map(([status]) => status).filter((status) => status !== 'aborted')).toEqual(['403']);
      expect((after.get('403') ?? 0) - (before.get('403') ?? 0)).toBeGreaterThan(20);
      if (own === null) return;
      // The session is there all the same: the pages themselves are answered.
      const status: unknown = await own.evaluate(
        `fetch('/api/call/status', { method: 'POST', headers: { 'content-type': 'application/json', 'x-vedette-key': localStorage.getItem('vedette-key') }, body: '{}' }).then(({ status }) => status)`,
      );
      expect([status, asked.map(({ name }) => name)]).toEqual([404, ['status']]);
    },
  );
});

test('a name that its owner leads here afterwards, with the same port, opens nothing (DNS rebinding)', async () => {
  await using context = await browser.newContext();
  const page = await context.newPage();
  const origin = `http://${madeUpName}:${served.port}`;
  // The first answer still comes from the owner of the name.
  await page.route(`${origin}/start`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>theirs</title>' }),
  );
  await page.goto(`${origin}/start`);
  const texts: unknown = await page.evaluate(
    `Promise.all(['/api/v1/status', '/metrics', '/healthz', '/', '/api/call/status'].map(async (target) => {
      const response = await fetch(target, { headers: { authorization: ${JSON.stringify(`Bearer ${token}`)} } });
      return response.status;
    }))`,
  );
  // To the browser they are of the same origin, and nothing in them says that a page asks: it is the name.
  expect(texts).toEqual([421, 421, 421, 421, 421]);
  expect((await page.goto(`${origin}/healthz`))?.status()).toBe(421);
  expect(asked).toEqual([]);
});

test('a page of Vedette itself, taken over, has no use for a token', async () => {
  await using context = await browser.newContext();
  const page = await withSession(context);
  const statuses: unknown = await page.evaluate(
    `Promise.all(['/api/v1/status', '/metrics', '/api/v1/quarantine'].map(async (target) => {
      const response = await fetch(target, { headers: { authorization: ${JSON.stringify(`Bearer ${token}`)} } });
      return response.status;
    }))`,
  );
  expect([statuses, asked]).toEqual([[403, 403, 403], []]);
});
