import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { PageDoor, type PageDoorOptions } from '../../../src/api/page-door.ts';
import { silentLogger, type Logger } from '../../../src/core/logger.ts';
import { calls, type Handlers } from '../../../src/shared/contract.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { desktopCalls, type DesktopHandlers } from '../../../src/shared/page-calls.ts';
import type { Exclusion, FolderList } from '../../../src/shared/page-documents.ts';
import { fakeHandlers } from '../../helpers/fake-handlers.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { finding } from './a-finding.ts';

const actor = 'user ada';
const exclusion: Exclusion = {
  id: 1,
  pattern: '*.iso',
  reason: '',
  author: actor,
  created_at: 1,
  expires_at: 2,
};
const folders: FolderList = {
  path: '/home/ada',
  parent: '/home',
  folders: [
    { path: '/home/ada/Downloads', name: 'Downloads' },
    { path: '/home/ada/**', name: '**' },
  ],
  files: [],
  is_cut: false,
  places: [],
};

function desktop(changes: Partial<DesktopHandlers> = {}): DesktopHandlers {
  return {
    'desktop.pick': () => ({ paths: [] }),
    'desktop.save-as': () => ({ path: null }),
    'desktop.reveal': () => ({}),
    'desktop.open-link': () => ({}),
    ...changes,
  };
}

function doorOf(answers: Partial<Handlers> = {}, changes: Partial<PageDoorOptions> = {}) {
  const { handlers, asked } = fakeHandlers(answers);
  const logger = { ...silentLogger, warn: vi.fn<Logger['warn']>(), error: vi.fn<Logger['error']>() };
  return { door: new PageDoor({ handlers, actor, logger, ...changes }), asked, logger };
}

function refused(code: string, message: RegExp = /./) {
  return { ok: false, error: { code, message: expect.stringMatching(message), details: expect.any(Object) } };
}

describe('a call of a page', () => {
  test('is answered as the contract says, with who acts where somebody does', async () => {
    const { door, asked } = doorOf({
      'protection.resume': () => ({ was_paused: true }),
      brake: () => ({ on: false, reason: '' }),
    });
    expect(await door.answer('protection.resume', {})).toEqual({ ok: true, value: { was_paused: true } });
    expect(await door.answer('brake', {})).toEqual({ ok: true, value: { on: false, reason: '' } });
    expect(asked).toEqual([
      { name: 'protection.resume', input: { actor } },
      { name: 'brake', input: {} },
    ]);
    expect(door.counts).toEqual({ calls: 2, refused: 0 });
  });

  test.each(['somebody else', actor, ''])('never says who acts, not even as %j', async (who) => {
    const { door, asked } = doorOf();
    expect(await door.answer('protection.resume', { actor: who })).toEqual(refused('CALL_INVALID', /actor/));
    expect(await door.answer('brake', { actor: who })).toEqual(refused('CALL_INVALID', /actor/));
    expect(asked).toEqual([]);
  });

  test.each([
    'nothing',
    'toString',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    '',
    'STATUS',
    'status ',
    'subscribe',
    7,
    null,
    undefined,
    {},
    ['status'],
    Symbol('status'),
    'desktop.pick',
    'x'.repeat(1_000_000),
  ])('is refused where there is none with this name', async (name) => {
    const { door, asked, logger } = doorOf();
    expect(await door.answer(name, {})).toEqual(refused('CALL_INVALID'));
    expect([asked, door.counts]).toEqual([[], { calls: 1, refused: 1 }]);
    expect(JSON.stringify(logger.warn.mock.calls).length).toBeLessThan(300);
  });

  const names = [...Object.keys(calls), ...Object.keys(desktopCalls)];
  const wrongInputs: readonly unknown[] = [
    undefined,
    null,
    'text',
    7,
    [],
    [{}],
    () => 1,
    new Map(),
    new Date(0),
    { unknown: 1 },
    { id: '1', ids: 'x', path: 5, roots: 'x', limit: -1, seconds: 'x', kind: 9, action: 3, changes: {} },
    JSON.parse('{"__proto__": {"actor": "x"}}'),
    { constructor: {} },
    { id: Number.NaN, what: 1, done: 'x', range: 0, reason: 0 },
  ];

  test.each(names)('%s is refused for whatever does not fit, and its handler is not called', async (name) => {
    const touched = vi.fn<DesktopHandlers['desktop.pick']>(() => ({ paths: [] }));
    const never: DesktopHandlers = desktop({ 'desktop.pick': touched });
    const { door, asked } = doorOf({}, { extraCalls: never });
    for (const input of wrongInputs) expect(await door.answer(name, input)).toEqual(refused('CALL_INVALID'));
    expect(asked).toEqual([]);
    expect(touched).not.toHaveBeenCalled();
    expect(door.counts).toEqual({ calls: wrongInputs.length, refused: wrongInputs.length });
  });

  test('that finds something amiss hears its code, message and details', async () => {
    const { door, logger } = doorOf({
      'jobs.show': () => {
        throw new AppError('NOT_FOUND', 'there is no scan 7', { details: { id: 7 } });
      },
      'sweep.start': () => {
        throw new AppError('CALL_REFUSED', 'not now', { details: { why: () => 1 } });
      },
    });
    expect(await door.answer('jobs.show', { id: 7 })).toEqual({
      ok: false,
      error: { code: 'NOT_FOUND', message: 'there is no scan 7', details: { id: 7 } },
    });
    // What no carrier could carry is left out.
    expect(await door.answer('sweep.start', {})).toEqual({
      ok: false,
      error: { code: 'CALL_REFUSED', message: 'not now', details: {} },
    });
    expect(door.counts.refused).toBe(0);
    expect(logger.error).not.toHaveBeenCalled();
  });

  test('that runs into a bug hears nothing of its inside; the log does', async () => {
    const { door, logger } = doorOf({
      brake: () => {
        throw new TypeError('/secret/place.ts:7');
      },
      'guide.done': () => Promise.reject(new RangeError('inside')),
    });
    const reply = await door.answer('brake', {});
    expect(reply).toEqual(refused('CALL_FAILED', /log/));
    expect(JSON.stringify(reply)).not.toContain('secret');
    expect(await door.answer('guide.done', { done: true })).toEqual(refused('CALL_FAILED'));
    expect(logger.error.mock.calls).toEqual([
      [{ call: 'brake', cause: '/secret/place.ts:7' }, 'a call of a page failed'],
      [{ call: 'guide.done', cause: 'inside' }, 'a call of a page failed'],
    ]);
  });

  test('never hears an answer that is not what the contract says', async () => {
    const { door } = doorOf(
      { 'exclusions.add': () => ({ ...exclusion, id: -1 }) },
      { extraCalls: desktop({ 'desktop.pick': () => ({ paths: [''] }) }) },
    );
    const input = { pattern: '*.iso', seconds: 60, reason: '' };
    expect(await door.answer('exclusions.add', input)).toEqual(refused('CALL_FAILED'));
    expect(await door.answer('desktop.pick', { what: 'files' })).toEqual(refused('CALL_FAILED'));
  });

  test('waits with at most 63 others', async () => {
    const open = Promise.withResolvers<{ on: boolean; reason: string }>();
    const { door } = doorOf({ brake: () => open.promise });
    const waiting = Array.from({ length: 64 }, () => door.answer('brake', {}));
    expect(await door.answer('brake', {})).toEqual(refused('CALL_REFUSED'));
    open.resolve({ on: false, reason: '' });
    for (const reply of await Promise.all(waiting)) expect(reply.ok).toBe(true);
    expect((await door.answer('brake', {})).ok).toBe(true);
  });

  test('in a flood that is refused, leaves a line for the first, the tenth, the hundredth', async () => {
    const { door, logger } = doorOf();
    for (let index = 0; index < 150; index += 1) await door.answer('nothing', {});
    expect(logger.warn.mock.calls.map(([fields]) => fields)).toMatchObject([
      { refused: 1 },
      { refused: 10 },
      { refused: 100 },
    ]);
  });
});

describe('a path in a call', () => {
  const named: readonly (readonly [string, (path: string) => object])[] = [
    ['jobs.start', (path) => ({ kind: 'custom', roots: [path] })],
    [
      'quarantine.restore',
      (to) => ({ ids: ['0'.repeat(32)], to, allow: false, keep_mode: false, reason: '' }),
    ],
    ['quarantine.export', (file) => ({ ids: ['0'.repeat(32)], file, password: 'infected' })],
    ['allow.add', (value) => ({ kind: 'path', value, reason: '' })],
    ['exclusions.add', (pattern) => ({ pattern, seconds: 60, reason: '' })],
    ['exclusions.add', (path) => ({ pattern: `${path}/**`, seconds: 60, reason: '' })],
    ['folders.list', (path) => ({ path, files: false })],
  ];

  test.each(named)('%s is refused unless the page was told of it', async (name, inputOf) => {
    const { door, asked } = doorOf({ 'folders.list': () => folders });
    const path = '/home/ada/Downloads';
    expect(await door.answer(name, inputOf(path))).toEqual(refused('CALL_INVALID'));
    expect(await door.answer('folders.list', { path: null })).toMatchObject({ ok: true });
    expect(asked.length).toBe(1);
    for (const other of [`${path}/below`, `${path}/../../etc`, `${path}/`, '/home/ada/downloads'])
      expect(await door.answer(name, inputOf(other))).toEqual(refused('CALL_INVALID'));
    expect(asked.length).toBe(1);
    await door.answer(name, inputOf(path));
    expect(asked.slice(1).map((each) => each.name)).toEqual([name]);
  });

  test('counts as told when it was dropped, picked, saved to, or stands in the state', async () => {
    const { door, asked } = doorOf(
      {},
      {
        extraCalls: desktop({
          'desktop.pick': () => ({ paths: ['/picked'] }),
          'desktop.save-as': () => ({ path: '/saved' }),
        }),
      },
    );
    door.issue(['/dropped']);
    door.learn({ kind: 'slice', slice: 'quarantine', value: { count: 0, size_bytes: 0 } });
    door.learn({ kind: 'slice', slice: 'findings', value: { open: 1, latest: [finding('/found')] } });
    await door.answer('desktop.pick', { what: 'folders' });
    await door.answer('desktop.save-as', { name: 'x.zip', what: 'zip' });
    const roots = ['/dropped', '/picked', '/saved', '/found'];
    await door.answer('jobs.start', { kind: 'custom', roots });
    expect(asked).toEqual([{ name: 'jobs.start', input: { kind: 'custom', roots, actor } }]);
    expect(await door.answer('jobs.start', { kind: 'custom', roots: [...roots, '/other'] })).toEqual(
      refused('CALL_INVALID'),
    );
  });

  test('is not told by looking through folders where the system has a dialog', async () => {
    const { door, asked } = doorOf({ 'folders.list': () => folders }, { extraCalls: desktop() });
    door.issue(['/home/ada']);
    for (const path of [null, '/home/ada'])
      expect(await door.answer('folders.list', { path })).toEqual(refused('CALL_INVALID', /dialog/));
    expect(asked).toEqual([]);
  });

  test('is not told by asking for it, nor by an error', async () => {
    const { door } = doorOf();
    for (let again = 0; again < 2; again += 1)
      expect(await door.answer('folders.list', { path: '/etc' })).toEqual(refused('CALL_INVALID'));
  });

  test('may be none at all', async () => {
    const { door, asked } = doorOf({ 'folders.list': () => folders });
    await door.answer('jobs.start', { kind: 'quick', roots: [] });
    await door.answer('quarantine.restore', {
      ids: ['0'.repeat(32)],
      to: null,
      allow: false,
      keep_mode: false,
      reason: '',
    });
    await door.answer('allow.add', { kind: 'signature', value: 'Eicar', reason: '' });
    expect(asked.length).toBe(3);
  });

  test('that is left out is meant as it is written, whatever it is called', async () => {
    const { door, asked } = doorOf({ 'folders.list': () => folders, 'exclusions.add': () => exclusion });
    await door.answer('folders.list', { path: null });
    for (const pattern of ['/home/ada/**', '/home/ada/**/**', '*.iso', '**/*.tar.gz'])
      expect(await door.answer('exclusions.add', { pattern, seconds: 60, reason: '' })).toMatchObject({
        ok: true,
      });
    expect(asked.slice(1).map(({ input }) => input)).toMatchObject([
      // A folder with that very name, and not everything in the folder above it.
      { pattern: String.raw`/home/ada/\*\*` },
      { pattern: String.raw`/home/ada/\*\*/**` },
      { pattern: '*.iso' },
      { pattern: '**/*.tar.gz' },
    ]);
  });

  test.each([
    '*',
    '**',
    '/**',
    '*.*',
    '**/*',
    '*.{exe,dll}',
    '*.ex?',
    '/home/ada/*',
    '/hom/**',
    '!*.iso',
    '../*.iso',
    '/*.iso',
    '*.',
    '**/**/*.iso',
    '*.i/o',
  ])('cannot be %j, which would leave out more than was shown', async (pattern) => {
    const { door, asked } = doorOf({ 'folders.list': () => folders });
    await door.answer('folders.list', { path: null });
    expect(await door.answer('exclusions.add', { pattern, seconds: 60, reason: '' })).toEqual(
      refused('CALL_INVALID'),
    );
    expect(asked.length).toBe(1);
  });
});

describe('an export from a browser', () => {
  const input = { ids: ['0'.repeat(32)], password: 'infected' };

  test('lands in a private folder of its own', async () => {
    using folder = temporaryFolder();
    const exportFolder = join(folder.path, 'exports');
    const { door, asked } = doorOf({ 'quarantine.export': () => ({ outcomes: [] }) }, { exportFolder });
    expect(existsSync(exportFolder)).toBe(false);
    expect(await door.answer('quarantine.export', { ...input, file: 'Für später 2.zip' })).toMatchObject({
      ok: true,
    });
    expect(asked).toMatchObject([{ input: { file: join(exportFolder, 'Für später 2.zip') } }]);
    expect(statSync(exportFolder).mode & 0o777).toBe(0o700);
  });

  test.each([
    '../x.zip',
    '/etc/x.zip',
    'a/x.zip',
    'a\\x.zip',
    '.zip',
    '..zip',
    '.x.zip',
    'x.zip\0',
    'x\u202e.zip',
    'x.sh',
    'x',
    'C:x.zip',
    `${'x'.repeat(201)}.zip`,
  ])('cannot be called %j', async (file) => {
    using folder = temporaryFolder();
    const { door, asked } = doorOf({}, { exportFolder: join(folder.path, 'exports') });
    expect(await door.answer('quarantine.export', { ...input, file })).toEqual(refused('CALL_INVALID'));
    expect(asked).toEqual([]);
    expect(existsSync(join(folder.path, 'exports'))).toBe(false);
  });

  test('needs a place in the window', async () => {
    const { door, asked } = doorOf();
    expect(await door.answer('quarantine.export', { ...input, file: 'x.zip' })).toEqual(
      refused('CALL_INVALID'),
    );
    expect(asked).toEqual([]);
  });

  test('says why its folder cannot be made', async () => {
    using folder = temporaryFolder();
    const exportFolder = join(folder.write('file', ''), 'exports');
    const { door } = doorOf({}, { exportFolder });
    expect(await door.answer('quarantine.export', { ...input, file: 'x.zip' })).toEqual(
      refused('FILE_UNWRITABLE', /ENOTDIR/),
    );
  });
});
