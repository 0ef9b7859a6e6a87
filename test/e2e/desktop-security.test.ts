// What a hostile file can do to the page of the desktop app, and the page to the system: nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { displayPath } from '../../src/shared/display-path.ts';
import { DesktopScene, quickConfiguration, until } from './desktop-scene.ts';
import { usesRealElectron } from './launch-app.ts';

/** What functions that run in the page find there; none of it is known to be there. */
declare const self: Readonly<Record<string, unknown>>;
declare const window: Readonly<Record<string, unknown>> & {
  open(url: string, target: string, features: string): unknown;
};
declare const document: {
  createElement(name: string): PageElement;
  readonly body: PageElement;
  querySelector(selector: string): PageElement | null;
};
declare const location: { href: string };
interface PageElement {
  textContent: string;
  append(child: PageElement): void;
  remove(): void;
  setAttribute(name: string, value: string): void;
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  "connect-src 'none'",
].join('; ');

const markup = '<img src=x onerror="globalThis.wasRun=1">';
const evilRule = `rule Evil_rule : evil {
  meta:
    author = "<img src=x onerror=globalThis.wasRun=1>"
    description = "<script>globalThis.wasRun=1</script> javascript:alert(1)"
    reference = "javascript:globalThis.wasRun=1"
    severity = "high"
  strings: $mark = "mark of the test <img src=x onerror=globalThis.wasRun=1>"
  condition: $mark
}
`;
const evilContent = 'mark of the test <img src=x onerror=globalThis.wasRun=1>';
const evilNames = [markup, '\u202Egpj.exe', 'two\nlines', 'quote\'"`${1}.txt', 'javascript:alert(1)'];

describe.skipIf(usesRealElectron)('the desktop app against its own page', () => {
  let scene: DesktopScene;
  const consoleLines: string[] = [];

  beforeAll(async () => {
    scene = await DesktopScene.launch({
      configuration: quickConfiguration.replace(
        'clamd = "none"',
        'clamd = "none"\nrule_paths = ["HOME/rules"]',
      ),
      prepare({ home }) {
        mkdirSync(join(home, 'rules'));
        writeFileSync(join(home, 'rules', '<b>evil<b>.yar'), evilRule);
      },
    });
    scene.page.on('console', (message) => consoleLines.push(message.text()));
    await scene.watched();
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('its window is made with every lock closed', async () => {
    const preferences = await scene.app.evaluate(({ __standIn }) => __standIn.webPreferences());
    expect(preferences).toEqual({
      preload: expect.stringMatching(/out\/preload\/index\.cjs$/),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    });
  });

  test('its page comes with the one policy', async () => {
    const response = await scene.page.reload();
    const headers = await response?.allHeaders();
    expect(headers).toMatchObject({
      'content-security-policy': policy,
      'cross-origin-opener-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    await scene.page.waitForFunction(() => 'vedette' in window);
    await scene.watched();
  });

  test('its page sees four names of ours and nothing of Node or Electron', async () => {
    const seen = await scene.page.evaluate(() => ({
      vedette: Object.keys(Object(window['vedette'])).toSorted(),
      isFrozen: Object.isFrozen(window['vedette']),
      others: [
        'require',
        'process',
        'Buffer',
        'module',
        'exports',
        'global',
        'ipcRenderer',
        'electron',
        'setImmediate',
        '__dirname',
      ].filter((name) => name in self),
    }));
    expect(seen).toEqual({ vedette: ['call', 'drop', 'kind', 'on'], isFrozen: true, others: [] });
  });

  test('text never becomes code in its page, and its page reaches nobody', async () => {
    const outcomes = await scene.page.evaluate(async () => {
      // From a timer: what the debugger runs itself may evaluate.
      const results: Record<string, string> = {};
      async function attempt(name: string, what: () => unknown): Promise<void> {
        results[name] = await new Promise<string>((resolve) => {
          setTimeout(() => {
            Promise.resolve()
              .then(what)
              .then(
                (value) => resolve(`done ${String(value)}`),
                (error: unknown) => resolve(error instanceof Error ? error.name : 'refused'),
              );
          });
        });
      }
      await attempt('evaluated', () => Reflect.apply(Object(self['eval']), undefined, ['1 + 1']));
      await attempt('made', () => Reflect.construct(Object(self['Function']), ['return 1']));
      await attempt('inline', () => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.wasRun = 1';
        document.body.append(script);
      });
      const image = document.createElement('div');
      await attempt('parsed', () =>
        Reflect.set(image, 'innerHTML', '<img src=x onerror="globalThis.wasRun=1">'),
      );
      await attempt('fetched', () => fetch('https://example.org/'));
      await attempt('posted', () => fetch('http://127.0.0.1:1/', { method: 'POST', body: 'x' }));
      await attempt('sameScheme', () => fetch('./index.html'));
      return { ...results, wasRun: 'wasRun' in self };
    });
    expect(outcomes).toEqual({
      evaluated: 'EvalError',
      made: 'EvalError',
      inline: 'TypeError',
      parsed: 'TypeError',
      fetched: 'TypeError',
      posted: 'TypeError',
      sameScheme: 'TypeError',
      wasRun: false,
    });
    const asked = await scene.app.evaluate(({ __standIn }) =>
      __standIn.calls.filter(({ api }) => api === 'network'),
    );
    expect(asked).toEqual([]);
  });

  test('its page goes nowhere, opens nothing, and goes on hearing of the state', async () => {
    const { app, page } = scene;
    const where = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.getURL(),
    );
    await app.evaluate(({ BrowserWindow }) => {
      const seen: unknown[] = [];
      Object.assign(globalThis, { navigations: seen });
      BrowserWindow.getAllWindows()[0]?.webContents.on('will-navigate', (event) => {
        seen.push({ url: event.url, isPrevented: event.defaultPrevented });
      });
    });
    const addresses = [
      'https://example.org/',
      'app://elsewhere/index.html',
      'file:///etc/passwd',
      'data:text/html,x',
    ];
    for (const address of addresses) {
      await page.evaluate(
        (to) => {
          location.href = to;
        },
        address.replace('app://elsewhere', 'https://app--elsewhere.stand-in.test'),
      );
      // A window of the same process would hold up the page until it is closed: Chromium's way, not Electron's.
      await page.evaluate((to) => void window.open(to, '_blank', 'noopener'), address);
    }
    await until('the navigations and the windows', () =>
      app.evaluate(
        ({ __standIn }) =>
          Object(Reflect.get(globalThis, 'navigations')).length >= 2 &&
          __standIn.calls.some(({ api }) => api === 'window.open'),
      ),
    );
    const seen = await app.evaluate(({ BrowserWindow, __standIn }) => ({
      url: BrowserWindow.getAllWindows()[0]?.webContents.getURL(),
      windows: BrowserWindow.getAllWindows().length,
      isPrevented: !JSON.stringify(Reflect.get(globalThis, 'navigations')).includes('"isPrevented":false'),
      opened: __standIn.calls.filter(({ api }) => api === 'window.open').map(({ args }) => args.at(-1)),
    }));
    expect(seen).toMatchObject({ url: where, windows: 1, isPrevented: true });
    expect(new Set(seen.opened)).toEqual(new Set(['deny']));
    await scene.call('protection.pause', { seconds: null });
    await page.getByRole('banner').getByText('Paused', { exact: true }).first().waitFor();
    await scene.call('protection.resume', {});
    await page
      .getByRole('banner')
      .getByText('Paused', { exact: true })
      .first()
      .waitFor({ state: 'detached' });
  });

  test('a webview is an element like any other, and would not be attached', async () => {
    expect(await scene.page.evaluate(() => 'loadURL' in document.createElement('webview'))).toBe(false);
    const isPrevented = await scene.app.evaluate(({ BrowserWindow }) => {
      const event = { defaultPrevented: false, preventDefault: () => void (event.defaultPrevented = true) };
      BrowserWindow.getAllWindows()[0]?.webContents.emit('will-attach-webview', event, {}, {});
      return event.defaultPrevented;
    });
    expect(isPrevented).toBe(true);
  });

  test('names and rules that are markup are text in the lists, in the details and in the notification', async () => {
    const { page } = scene;
    consoleLines.length = 0;
    for (const name of evilNames) scene.writeFile(name.replaceAll('/', '_'), `${evilContent} ${name}`);
    const findings = await until('the findings', async () => {
      const { findings: all } = await scene.call('findings.list', { states: [], job: null, before: null });
      return all.length >= evilNames.length ? all : null;
    });
    const shown = await until('the notification', async () => (await scene.notifications())[0] ?? null);
    expect(shown.body).not.toMatch(/<img|<script/);
    expect(`${shown.title}${shown.body}`).not.toMatch(/[\n\u202E]/);

    await scene.show('threats');
    for (const name of evilNames) await page.getByText(displayPath(name), { exact: true }).first().waitFor();
    for (const { id } of findings) {
      await scene.show(`threats/${id}`);
      await page.getByText('Evil_rule', { exact: true }).first().waitFor();
    }
    await page
      .getByText(/script>globalThis\.wasRun=1/)
      .first()
      .waitFor();
    await scene.call('findings.act', {
      ids: findings.map(({ id }) => id),
      action: 'quarantine',
      reason: '',
      confirmed: false,
    });
    await scene.show('quarantine');
    for (const name of evilNames) await page.getByText(displayPath(name), { exact: true }).first().waitFor();
    await scene.show('engines');
    await page.getByRole('heading', { level: 1, name: 'Engines' }).waitFor();
    await scene.show('overview');
    await page.getByRole('heading', { level: 1 }).first().waitFor();

    const injected = await page.evaluate(() => ({
      wasRun: 'wasRun' in self,
      element:
        document.querySelector('main img, main script, main b, [onerror], a[href^="javascript:"]') !== null,
    }));
    expect(injected).toEqual({ wasRun: false, element: false });
    expect(consoleLines).toEqual([]);
  });
});
