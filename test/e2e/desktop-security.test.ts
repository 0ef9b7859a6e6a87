// What a taken-over page, a hostile file or another frame can do with the desktop app: nothing. One launch for all of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channels } from '../../src/main/channels.ts';
import { calls } from '../../src/shared/contract.ts';
import { desktopCalls } from '../../src/shared/page-calls.ts';
import { displayPath } from '../../src/shared/display-path.ts';
import { DesktopScene, quickConfiguration, until } from './desktop-scene.ts';

/** What functions that run in the page find there; none of it is known to be there. */
declare const globalThis: Readonly<Record<string, unknown>>;
declare const window: Readonly<Record<string, unknown>> & { open(url: string): unknown };
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
const evilNames = [markup, '\u202Egpj.exe', 'two\nlines', "quote'\"`${1}.txt", 'javascript:alert(1)'];

const permissions = [
  'accessibility-events',
  'background-sync',
  'clipboard-read',
  'clipboard-sanitized-write',
  'deprecated-sync-clipboard-read',
  'display-capture',
  'fileSystem',
  'fullscreen',
  'geolocation',
  'hid',
  'idle-detection',
  'keyboardLock',
  'media',
  'mediaKeySystem',
  'midi',
  'midiSysex',
  'notifications',
  'openExternal',
  'pointerLock',
  'sensors',
  'serial',
  'speaker-selection',
  'storage-access',
  'top-level-storage-access',
  'unknown',
  'usb',
  'window-management',
];

const callNames = Object.keys({ ...calls, ...desktopCalls });
const handled = [channels.call, channels.drop, channels.follow, channels.unfollow];

describe('the desktop app against its own page', () => {
  let scene: DesktopScene;
  const consoleLines: string[] = [];

  beforeAll(async () => {
    scene = await DesktopScene.launch({
      configuration: quickConfiguration.replace('clamd = "none"', 'clamd = "none"\nrule_paths = ["HOME/rules"]'),
      prepare({ home }) {
        mkdirSync(join(home, 'rules'));
        writeFileSync(join(home, 'rules', '<b>evil<b>.yar'), evilRule);
      },
    });
    scene.page.on('console', (message) => consoleLines.push(message.text()));
    await scene.watched();
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  /** What a refused call must have left as it was. */
  async function trace(): Promise<unknown> {
    const { jobs } = await scene.call('jobs.list', {});
    const { events } = await scene.call('history.list', { kinds: [], before: null });
    const { evidence } = await scene.protection();
    const { entries } = await scene.call('allow.list', {});
    const { exclusions } = await scene.call('exclusions.list', {});
    const opened = await scene.app.evaluate(({ __standIn }) => __standIn.calls.map(({ api }) => api));
    return {
      jobs: jobs.map(({ id }) => id),
      events: events.map(({ id }) => id),
      pause: evidence?.pause,
      enabled: evidence?.enabled,
      entries,
      exclusions,
      opened,
      configuration: scene.configuration,
    };
  }

  /** Codes of refusals, each once; `ok` for what was answered. */
  function codesOf(replies: readonly unknown[]): readonly string[] {
    const codes = replies.map((reply) => {
      if (typeof reply !== 'object' || reply === null || !('ok' in reply)) return 'no reply';
      if (reply.ok === true || !('error' in reply)) return 'ok';
      const { error } = reply;
      return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no code';
    });
    return [...new Set(codes)].toSorted();
  }

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
      others: ['require', 'process', 'Buffer', 'module', 'exports', 'global', 'ipcRenderer', 'electron', 'setImmediate', '__dirname']
        .filter((name) => name in globalThis),
    }));
    expect(seen).toEqual({ vedette: ['call', 'drop', 'kind', 'on'], isFrozen: true, others: [] });
  });

  test('text never becomes code in its page, and its page reaches nobody', async () => {
    const outcomes = await scene.page.evaluate(async () => {
      // From a timer: what the debugger runs itself may evaluate.
      async function attempt(what: () => unknown): Promise<string> {
        return await new Promise((resolve) => {
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
      // oxlint-disable-next-line no-eval -- it must not work
      const evaluated = await attempt(() => Reflect.apply(Object(globalThis['eval']), undefined, ['1 + 1']));
      const made = await attempt(() => Reflect.construct(Object(globalThis['Function']), ['return 1'])());
      const inline = await attempt(() => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.wasRun = 1';
        document.body.append(script);
      });
      const image = document.createElement('div');
      const parsed = await attempt(() => Reflect.set(image, 'innerHTML', '<img src=x onerror="globalThis.wasRun=1">'));
      const fetched = await attempt(() => fetch('https://example.org/'));
      const posted = await attempt(() => fetch('http://127.0.0.1:1/', { method: 'POST', body: 'x' }));
      const sameScheme = await attempt(() => fetch('./index.html'));
      return { evaluated, made, inline, parsed, fetched, posted, sameScheme, wasRun: 'wasRun' in globalThis };
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
    const asked = await scene.app.evaluate(({ __standIn }) => __standIn.calls.filter(({ api }) => api === 'network'));
    expect(asked).toEqual([]);
  });

  test('its page goes nowhere, opens nothing, and goes on hearing of the state', async () => {
    const { app, page } = scene;
    const where = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL());
    await app.evaluate(({ BrowserWindow }) => {
      const seen: unknown[] = [];
      Object.assign(globalThis, { navigations: seen });
      BrowserWindow.getAllWindows()[0]?.webContents.on('will-navigate', (event) => {
        seen.push({ url: event.url, isPrevented: event.defaultPrevented });
      });
    });
    const addresses = ['https://example.org/', 'app://elsewhere/index.html', 'file:///etc/passwd', 'data:text/html,x'];
    for (const address of addresses) {
      await page.evaluate((to) => {
        location.href = to;
      }, address.replace('app://elsewhere', 'https://app--elsewhere.stand-in.test'));
      await page.evaluate((to) => void window.open(to), address);
    }
    await until('the navigations', () =>
      app.evaluate(() => Object(Reflect.get(globalThis, 'navigations')).length >= 2),
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
    await page.getByRole('banner').getByText('Paused', { exact: true }).first().waitFor({ state: 'detached' });
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

  test('every permission is refused', async () => {
    const given = await scene.app.evaluate(async ({ __standIn }, names) => {
      const answers = await Promise.all(names.map(async (name) => ({ name, ...(await __standIn.askPermission(name)) })));
      return answers.filter(({ request, check, device }) => request || check || device);
    }, permissions);
    expect(given).toEqual([]);
  });

  test('nobody but the main frame of the window is answered, on any channel, for any call', async () => {
    expect(await scene.app.evaluate(({ __standIn }) => [...__standIn.handledChannels()].toSorted())).toEqual(handled.toSorted());
    const before = await trace();
    const replies = await scene.app.evaluate(
      async ({ __standIn }, { names, all }) => {
        const frames = [null, 'app://vedette/index.html', 'https://example.org/', 'app://elsewhere/index.html', 'devtools://devtools/x', 'about:blank', 'file:///x'];
        const asked = frames.flatMap((frame) => [
          ...names.map((name) => __standIn.invokeFrom(frame, 'vedette:call', name, {})),
          ...all.map((channel) => __standIn.invokeFrom(frame, channel, 1)),
        ]);
        return await Promise.all(asked);
      },
      { names: callNames, all: handled },
    );
    expect(codesOf(replies)).toEqual(['CALL_REFUSED']);
    expect(await trace()).toEqual(before);
    expect(scene.output).toContain('a message to the app was refused');
  });

  test('what is not in the contract is refused for every call, and nothing happens', async () => {
    const before = await trace();
    const codes = await scene.app.evaluate(async ({ __standIn }, names) => {
      const hostile: Readonly<Record<string, unknown>> = {
        number: 5,
        text: 'text',
        list: [],
        nothing: null,
        truth: true,
        extra: { extra: 1 },
        actor: { actor: 'user root' },
        prototype: JSON.parse('{"__proto__": {"seconds": 1, "ids": [1]}}'),
        constructor_: JSON.parse('{"constructor": {"prototype": {"polluted": 1}}}'),
        date: new Date(0),
        map: new Map([['seconds', 1]]),
        deep: JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`),
        bigint: { seconds: 1n },
        infinite: { seconds: Infinity },
        getter: Object.defineProperty({}, 'seconds', { enumerable: true, get: () => 1 }),
        long: { text: 'x'.repeat(50 * 1024 * 1024) },
        wide: { ids: Array.from({ length: 1_000_000 }, () => 1) },
        sparse: { ids: Object.assign([], { length: 4_000_000_000 }) },
      };
      const found: Record<string, string[]> = {};
      for (const [kind, input] of Object.entries(hostile)) {
        const replies = await Promise.all(names.map((name) => __standIn.invokeFromPage('vedette:call', name, input)));
        found[kind] = replies.map((reply) => String(Reflect.get(Object(Reflect.get(Object(reply), 'error')), 'code')));
      }
      return found;
    }, callNames);
    for (const [kind, each] of Object.entries(codes)) expect({ kind, codes: [...new Set(each)] }).toEqual({ kind, codes: ['CALL_INVALID'] });
    expect('polluted' in {}).toBe(false);
    expect(await trace()).toEqual(before);
    // Counted, and said the first, the tenth and the hundredth time.
    expect(scene.output).toMatch(/"refused":100,"msg":"a call of a page was refused"/);
    expect(scene.output.match(/a call of a page was refused/g)?.length ?? 0).toBeLessThan(6);
  });

  test('a call without what it needs is refused', async () => {
    const needing = Object.entries({ ...calls, ...desktopCalls })
      .filter(([, { input }]) => {
        const shape = 'shape' in input ? Object.keys(input.shape) : [];
        const given = shape.includes('actor') ? { actor: 'user test' } : {};
        return !input.safeParse(given).success;
      })
      .map(([name]) => name);
    expect(needing.length).toBeGreaterThan(15);
    const before = await trace();
    const replies = await scene.app.evaluate(
      ({ __standIn }, names) => Promise.all(names.map((name) => __standIn.invokeFromPage('vedette:call', name, {}))),
      needing,
    );
    expect(codesOf(replies)).toEqual(['CALL_INVALID']);
    expect(await trace()).toEqual(before);
  });

  test('names that are none are refused, and so is what the other channels do not take', async () => {
    const replies = await scene.app.evaluate(async ({ __standIn }) => {
      const names = ['nope', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 5, null, {}, [], ['status'], 'x'.repeat(60 * 1024 * 1024)];
      const ids = ['1', 0, -1, 1.5, Number.NaN, {}, null, 2 ** 60];
      const dropped = ['/etc', { length: 1 }, null, Array.from({ length: 1001 }, () => '/etc'), [Symbol.iterator], 5];
      return await Promise.all([
        ...names.map((name) => __standIn.invokeFromPage('vedette:call', name, {})),
        ...ids.map((id) => __standIn.invokeFromPage('vedette:follow', id)),
        ...dropped.map((paths) => __standIn.invokeFromPage('vedette:drop', paths)),
        __standIn.invokeFromPage('vedette:drop', ['x'.repeat(50 * 1024 * 1024)]),
      ]);
    });
    expect(codesOf(replies)).toEqual(['CALL_INVALID']);
  });

  test('a page follows the state only so often', async () => {
    const replies = await scene.app.evaluate(async ({ __standIn }) => {
      const ids = Array.from({ length: 40 }, (_, index) => 1000 + index);
      const answers = await Promise.all(ids.map((id) => __standIn.invokeFromPage('vedette:follow', id)));
      await Promise.all(ids.map((id) => __standIn.invokeFromPage('vedette:unfollow', id)));
      return answers;
    });
    expect(codesOf(replies)).toEqual(['CALL_REFUSED', 'ok']);
  });

  test('paths that nobody has shown to the page are refused, wherever a call takes one', async () => {
    const before = await trace();
    const unseen = '/etc';
    const replies = [
      await scene.reply('jobs.start', { kind: 'custom', roots: [unseen] }),
      await scene.reply('folders.list', { path: unseen }),
      await scene.reply('allow.add', { kind: 'path', value: unseen, reason: '' }),
      await scene.reply('exclusions.add', { pattern: unseen, seconds: 60, reason: '' }),
      await scene.reply('exclusions.add', { pattern: '/**', seconds: 60, reason: '' }),
      await scene.reply('quarantine.restore', { ids: ['0'.repeat(32)], to: unseen, allow: false, keep_mode: false, reason: '' }),
      await scene.reply('quarantine.export', { ids: ['0'.repeat(32)], file: '/tmp/vedette-export.zip', password: 'infected' }),
    ];
    expect(codesOf(replies)).toEqual(['CALL_INVALID']);
    expect(await trace()).toEqual(before);
  });

  test('only files of the pages are answered under the scheme of the app', async () => {
    const places = [
      'app://vedette/../package.json',
      'app://vedette/%2e%2e/%2e%2e/package.json',
      'app://vedette/..%2f..%2fpackage.json',
      'app://vedette/assets/..%5c..%5c..%5cpackage.json',
      'app://vedette/index.html%00.js',
      'app://vedette//etc/passwd',
      'app://vedette/%2fetc%2fpasswd',
      'app://vedette/assets',
      'app://vedette/INDEX.HTML',
      'app://elsewhere/index.html',
    ];
    const answers = await scene.app.evaluate(
      ({ __standIn }, urls) => Promise.all(urls.map(async (url) => [url, (await __standIn.answerOfScheme(url)).status])),
      places,
    );
    expect(answers).toEqual(places.map((url) => [url, 404]));
    const answered = await scene.app.evaluate(async ({ __standIn }) => [
      (await __standIn.answerOfScheme('app://vedette/index.html')).status,
      (await __standIn.answerOfScheme('app://vedette/index.html', 'POST')).status,
    ]);
    expect(answered).toEqual([200, 405]);
  });

  test('names and rules that are markup are text in the lists, in the details and in the notification', async () => {
    const { page } = scene;
    consoleLines.length = 0;
    for (const name of evilNames) scene.writeFile(name.replaceAll('/', '_'), `${evilContent} ${name}`);
    const findings = await until('the findings', async () => {
      const { findings: all } = await scene.call('findings.list', { states: [], job: null, before: null });
      return all.length >= evilNames.length ? all : null;
    });
    const [shown] = await scene.notifications();
    expect(shown?.body).not.toMatch(/<img|<script/);
    expect(`${shown?.title}${shown?.body}`).not.toMatch(/[\n\u202E]/);

    await scene.show('threats');
    for (const name of evilNames) await page.getByText(displayPath(name), { exact: true }).first().waitFor();
    for (const { id } of findings) {
      await scene.show(`threats/${id}`);
      await page.getByText('Evil_rule', { exact: true }).first().waitFor();
    }
    await page.getByText(/script>globalThis\.wasRun=1/).first().waitFor();
    await scene.call('findings.act', { ids: findings.map(({ id }) => id), action: 'quarantine', reason: '', confirmed: false });
    await scene.show('quarantine');
    for (const name of evilNames) await page.getByText(displayPath(name), { exact: true }).first().waitFor();
    await scene.show('engines');
    await page.getByRole('heading', { level: 1, name: 'Engines' }).waitFor();
    await scene.show('overview');
    await page.getByRole('heading', { level: 1 }).first().waitFor();

    const injected = await page.evaluate(() => ({
      wasRun: 'wasRun' in globalThis,
      element: document.querySelector('main img, main script, main b, [onerror], a[href^="javascript:"]') !== null,
    }));
    expect(injected).toEqual({ wasRun: false, element: false });
    expect(consoleLines).toEqual([]);
  });
});
