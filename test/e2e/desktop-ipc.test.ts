// What can be asked of the main process of the desktop app: by strangers nothing, by its page only what the contract says.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channels } from '../../src/main/channels.ts';
import { calls } from '../../src/shared/contract.ts';
import { desktopCalls } from '../../src/shared/page-calls.ts';
import { DesktopScene, until } from './desktop-scene.ts';
import { usesRealElectron } from './launch-app.ts';

const callNames = Object.keys({ ...calls, ...desktopCalls });
const handled = [channels.call, channels.drop, channels.follow, channels.unfollow];

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

describe.skipIf(usesRealElectron)('the desktop app against what it is asked', () => {
  let scene: DesktopScene;

  beforeAll(async () => {
    scene = await DesktopScene.launch();
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
      events: events.map(({ number }) => number),
      pause: evidence?.pause,
      enabled: evidence?.enabled,
      entries,
      exclusions,
      opened,
      configuration: scene.configuration,
    };
  }

  test('every permission is refused', async () => {
    const given = await scene.app.evaluate(async ({ __standIn }, names) => {
      const answers = await Promise.all(
        names.map(async (name) => ({ name, ...(await __standIn.askPermission(name)) })),
      );
      return answers.filter(({ request, check, device }) => request || check || device);
    }, permissions);
    expect(given).toEqual([]);
  });

  test('nobody but the main frame of the window is answered, on any channel, for any call', async () => {
    expect(await scene.app.evaluate(({ __standIn }) => [...__standIn.handledChannels()].toSorted())).toEqual(
      handled.toSorted(),
    );
    const before = await trace();
    const replies = await scene.app.evaluate(
      async ({ __standIn }, { names, all }) => {
        const frames = [
          null,
          'app://vedette/index.html',
          'https://example.org/',
          'app://elsewhere/index.html',
          'devtools://devtools/x',
          'about:blank',
          'file:///x',
        ];
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
    await until('the log', () => scene.output.includes('a message to the app was refused'));
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
        const replies = await Promise.all(
          names.map((name) => __standIn.invokeFromPage('vedette:call', name, input)),
        );
        found[kind] = replies.map((reply) =>
          String(Reflect.get(Object(Reflect.get(Object(reply), 'error')), 'code')),
        );
      }
      return found;
    }, callNames);
    for (const [kind, each] of Object.entries(codes))
      expect({ kind, codes: [...new Set(each)] }).toEqual({ kind, codes: ['CALL_INVALID'] });
    expect('polluted' in {}).toBe(false);
    expect(await trace()).toEqual(before);
    // Counted, and said the first, the tenth and the hundredth time.
    await until('the log', () => scene.output.includes('"refused":100,"msg":"a call of a page was refused"'));
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
      ({ __standIn }, names) =>
        Promise.all(names.map((name) => __standIn.invokeFromPage('vedette:call', name, {}))),
      needing,
    );
    expect(codesOf(replies)).toEqual(['CALL_INVALID']);
    expect(await trace()).toEqual(before);
  });

  test('names that are none are refused, and so is what the other channels do not take', async () => {
    const replies = await scene.app.evaluate(async ({ __standIn }) => {
      const names = [
        'nope',
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
        '',
        5,
        null,
        {},
        [],
        ['status'],
        'x'.repeat(60 * 1024 * 1024),
      ];
      const ids = ['1', 0, -1, 1.5, Number.NaN, {}, null, 2 ** 60];
      const dropped = [
        '/etc',
        { length: 1 },
        null,
        Array.from({ length: 1001 }, () => '/etc'),
        [Symbol.iterator],
        5,
      ];
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
      await scene.reply('quarantine.restore', {
        ids: ['0'.repeat(32)],
        to: unseen,
        allow: false,
        keep_mode: false,
        reason: '',
      }),
      await scene.reply('quarantine.export', {
        ids: ['0'.repeat(32)],
        file: '/tmp/vedette-export.zip',
        password: 'infected',
      }),
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
      ({ __standIn }, urls) =>
        Promise.all(urls.map(async (url) => [url, (await __standIn.answerOfScheme(url)).status])),
      places,
    );
    expect(answers).toEqual(places.map((url) => [url, 404]));
    const answered = await scene.app.evaluate(async ({ __standIn }) => [
      (await __standIn.answerOfScheme('app://vedette/index.html')).status,
      (await __standIn.answerOfScheme('app://vedette/index.html', 'POST')).status,
    ]);
    expect(answered).toEqual([200, 405]);
  });
});

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
