import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TokenBook } from '../../../../../src/api/service/tokens/token-book.ts';
import { newToken } from '../../../../../src/api/service/tokens/token-secret.ts';
import { silentLogger, type Logger } from '../../../../../src/core/logger.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const source = join(import.meta.dirname, '..', '..', '..', '..', '..', 'src');
const createMany = `
  import { TokenBook } from ${JSON.stringify(pathToFileURL(join(source, 'api', 'service', 'tokens', 'token-book.ts')).href)};
  import { silentLogger } from ${JSON.stringify(pathToFileURL(join(source, 'core', 'logger.ts')).href)};
  import { newToken } from ${JSON.stringify(pathToFileURL(join(source, 'api', 'service', 'tokens', 'token-secret.ts')).href)};
  const [dataDir, ...names] = process.argv.slice(1);
  const book = await TokenBook.open({ dataDir, logger: silentLogger });
  process.stdout.write('ready');
  for (const name of names) await book.create(name, ['scan'], newToken());
`;
const isWindows = process.platform === 'win32';

interface Scene {
  readonly dataDir: string;
  readonly tokensFile: string;
  readonly ownerFile: string;
  readonly logged: (readonly [level: string, fields: unknown, message: string])[];
  /** What the books have told of changes. */
  readonly news: string[];
  /** Milliseconds of the clock of the books. */
  nowMs: number;
  open(): Promise<TokenBook>;
  owner(): string;
}

function scene(): Scene {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const logged: Scene['logged'] = [];
  function note(level: string) {
    return (fields: unknown, message: string) => void logged.push([level, fields, message]);
  }
  const logger: Logger = {
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
  };
  const made: Scene = {
    dataDir: folder.path,
    tokensFile: join(folder.path, 'api', 'tokens.json'),
    ownerFile: join(folder.path, 'api', 'owner.token'),
    logged,
    nowMs: 1000,
    news: [],
    open: () =>
      TokenBook.open({
        dataDir: folder.path,
        logger,
        onChange: (news) => void made.news.push(...news),
        nowMs: () => made.nowMs,
      }),
    owner: () => readFileSync(made.ownerFile, 'utf8').trim(),
  };
  return made;
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

const facts = { created_at: expect.any(Number), rotated_at: null };

describe('a change of the tokens', () => {
  test('by another process is told once; the first look, and a file that cannot be read for a while, are none', async () => {
    const at = scene();
    const book = await at.open();
    const outside = await TokenBook.open({ dataDir: at.dataDir, logger: silentLogger });
    await outside.create('uploads', ['scan'], newToken());
    at.nowMs += 1000;
    book.find('x');
    const text = readFileSync(at.tokensFile, 'utf8');
    writeFileSync(at.tokensFile, 'not JSON');
    at.nowMs += 1000;
    book.find('x');
    writeFileSync(at.tokensFile, text);
    at.nowMs += 1000;
    book.find('x');
    await outside.revoke('uploads');
    at.nowMs += 1000;
    book.find('x');
    book.find('x');
    expect(at.news).toEqual([
      'The token uploads of the API is new (scan).',
      'The token uploads of the API was revoked.',
    ]);
  });
});

describe('the token of the owner', () => {
  test('is made by the first use, lies in plain for its user alone, and opens everything', async () => {
    const at = scene();
    const book = await at.open();
    expect(readFileSync(at.ownerFile, 'utf8')).toMatch(/^vdt_[\w-]{43}\n$/);
    expect(book.find(at.owner())).toEqual({ name: 'owner', scopes: new Set(['read', 'scan', 'manage']) });
    expect([book.problem, book.ownerFile, book.ownerToken()]).toEqual([null, at.ownerFile, at.owner()]);
    expect(readdirSync(join(at.dataDir, 'api')).toSorted()).toEqual(['owner.token', 'tokens.json']);
    if (isWindows) return;
    expect([join(at.dataDir, 'api'), at.ownerFile, at.tokensFile].map(modeOf)).toEqual(['700', '600', '600']);
  });

  test('stays the same from one start to the next', async () => {
    const at = scene();
    await at.open();
    const [token, file] = [at.owner(), readFileSync(at.tokensFile, 'utf8')];
    await at.open();
    expect([at.owner(), readFileSync(at.tokensFile, 'utf8')]).toEqual([token, file]);
  });

  test.each([
    ['was removed', (at: Scene) => rmSync(at.ownerFile)],
    ['is of another time than the entry', (at: Scene) => writeFileSync(at.ownerFile, `${newToken()}\n`)],
    ['is no token', (at: Scene) => writeFileSync(at.ownerFile, 'vdt_x\n')],
  ])('is made anew where the file %s, and the old one ends', async (_what, spoil) => {
    const at = scene();
    const first = await at.open();
    await first.create('ci', ['read'], newToken());
    const old = at.owner();
    spoil(at);
    const book = await at.open();
    expect([book.find(old), book.find(at.owner())?.name]).toEqual([null, 'owner']);
    expect(book.list().map(({ name, rotated_at: at_ }) => [name, at_ === null])).toEqual([
      ['owner', false],
      ['ci', true],
    ]);
  });

  test('can be rotated and not revoked', async () => {
    const at = scene();
    const book = await at.open();
    const old = at.owner();
    expect(await book.rotate('owner')).toMatchObject({ name: 'owner', rotated_at: expect.any(Number) });
    expect([book.find(old), book.find(at.owner())?.name]).toEqual([null, 'owner']);
    await expect(book.revoke('owner')).rejects.toMatchObject({ code: 'BAD_USAGE' });
    await expect(book.create('owner', ['read'], newToken())).rejects.toMatchObject({ code: 'BAD_USAGE' });
  });
});

describe('a token', () => {
  test('is known by its hash alone, and good for what was said', async () => {
    const at = scene();
    const book = await at.open();
    const token = newToken();
    expect(await book.create('ci@host-1.a_b', ['scan', 'read', 'scan'], token)).toEqual({
      name: 'ci@host-1.a_b',
      scopes: ['read', 'scan'],
      ...facts,
    });
    expect(book.find(token)).toEqual({ name: 'ci@host-1.a_b', scopes: new Set(['read', 'scan']) });
    const kept = readFileSync(at.tokensFile, 'utf8');
    expect([kept.includes(token.slice(4)), kept.includes(at.owner().slice(4))]).toEqual([false, false]);
  });

  test('that was rotated or revoked is worth nothing at once', async () => {
    const at = scene();
    const book = await at.open();
    const [first, second] = [newToken(), newToken()];
    await book.create('ci', ['read'], first);
    await book.rotate('ci', second);
    expect([book.find(first), book.find(second)?.name]).toEqual([null, 'ci']);
    expect(await book.revoke('ci')).toMatchObject({ name: 'ci' });
    expect([book.find(second), book.list().length]).toEqual([null, 1]);
  });

  test.each(['', 'vdt_', 'x'.repeat(47), newToken(), 'ä'.repeat(47), 'x'.repeat(100_000)])(
    'that nobody has opens nothing: %#',
    async (token) => {
      const book = await scene().open();
      expect([book.find(token), book.counts]).toEqual([null, { tokens: 1, refused: 1 }]);
    },
  );

  test('with a letter more or less, or in another case, opens nothing', async () => {
    const at = scene();
    const book = await at.open();
    const token = at.owner();
    const near = [`${token}A`, token.slice(0, -1), token.toUpperCase(), `${token} `, ` ${token}`];
    expect(near.map((each) => book.find(each))).toEqual([null, null, null, null, null]);
    expect(book.find(token)).not.toBeNull();
  });

  test.each(['', 'a b', 'a/b', 'x'.repeat(65), 'ä', 'a\n'])('cannot be called %j', async (name) => {
    const book = await scene().open();
    await expect(book.create(name, ['read'], newToken())).rejects.toMatchObject({ code: 'BAD_USAGE' });
  });

  test('needs a scope, and a name that no other has', async () => {
    const book = await scene().open();
    await expect(book.create('ci', [], newToken())).rejects.toMatchObject({ code: 'BAD_USAGE' });
    await book.create('ci', ['read'], newToken());
    await expect(book.create('ci', ['read'], newToken())).rejects.toMatchObject({ code: 'CALL_REFUSED' });
    await expect(book.rotate('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(book.revoke('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is one of a hundred at most', async () => {
    const at = scene();
    const book = await at.open();
    const { tokens } = JSON.parse(readFileSync(at.tokensFile, 'utf8'));
    const many = Array.from({ length: 99 }, (_, index) => ({ ...tokens[0], name: `t${index}` }));
    writeFileSync(
      at.tokensFile,
      JSON.stringify({ format: 'vedette.api-tokens/1', tokens: [...tokens, ...many] }),
    );
    await expect(book.create('one.more', ['read'], newToken())).rejects.toMatchObject({
      code: 'CALL_REFUSED',
    });
  });

  test('is refused aloud the 1st, the 10th, the 100th time, without a word of it', async () => {
    const at = scene();
    const book = await at.open();
    const wrong = newToken();
    for (let shown = 0; shown < 120; shown += 1) book.find(wrong, '192.0.2.7');
    expect(at.logged).toEqual(
      [1, 10, 100].map((refused) => [
        'warn',
        { from: '192.0.2.7', refused },
        'a token of the API was refused',
      ]),
    );
    expect(book.counts.refused).toBe(120);
  });
});

describe('another process', () => {
  test('that takes a token back is heard within a second, and the file is looked at no more often', async () => {
    const at = scene();
    const [service, command] = [await at.open(), await at.open()];
    const token = newToken();
    await command.create('ci', ['read'], token);
    expect(service.find(token)?.name).toBe('ci');
    await command.revoke('ci');
    at.nowMs += 999;
    expect(service.find(token)?.name).toBe('ci');
    at.nowMs += 1;
    expect(service.find(token)).toBeNull();
  });

  test('that makes a token or rotates one is heard by the first request with it', async () => {
    const at = scene();
    const [service, command] = [await at.open(), await at.open()];
    const [old, token] = [newToken(), newToken()];
    await command.create('ci', ['read'], old);
    expect(service.find(old)?.name).toBe('ci');
    await command.rotate('ci', token);
    expect(service.find(token)?.name).toBe('ci');
    expect(service.find(old)).toBeNull();
  });

  test('is heard when it rotates a token twice within one tick of the clock of the disk', async () => {
    const at = scene();
    const [service, command] = [await at.open(), await at.open()];
    for (let round = 0; round < 20; round += 1) {
      await command.rotate('owner');
      at.nowMs += 1000;
      expect(service.find(at.owner())?.name).toBe('owner');
    }
  });

  test('that writes at the same time loses nothing', { timeout: 30_000 }, async () => {
    const at = scene();
    const book = await at.open();
    const here = Array.from({ length: 20 }, (_, index) => `here${index}`);
    const there = Array.from({ length: 20 }, (_, index) => `there${index}`);
    const child = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      createMany,
      at.dataDir,
      ...there,
    ]);
    // From now on it makes one after the other.
    await once(child.stdout, 'data');
    const ended = once(child, 'close');
    for (const name of here) {
      await book.create(name, ['read'], newToken());
      await nextTurn();
    }
    expect(await ended).toEqual([0, null]);
    expect(
      book
        .list()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['owner', ...here, ...there].toSorted());
    expect(readdirSync(join(at.dataDir, 'api')).toSorted()).toEqual(['owner.token', 'tokens.json']);
  });
});

describe('a file that cannot be trusted', () => {
  test.each([
    '',
    '{}',
    '{"format":"vedette.api-tokens/1","tokens":[{}]}',
    'null',
    '{"format":"vedette.api-tokens/2"}',
  ])('lets nobody in, is said once and stays as it is: %j', async (content) => {
    const at = scene();
    const book = await at.open();
    const token = at.owner();
    expect(book.find(token)).not.toBeNull();
    writeFileSync(at.tokensFile, content);
    for (let second = 0; second < 3; second += 1) {
      at.nowMs += 1000;
      expect(book.find(token)).toBeNull();
    }
    expect(at.logged.filter(([level]) => level === 'error')).toEqual([
      [
        'error',
        { problem: expect.stringMatching(/tokens\.json is not used: it is damaged; put back/) },
        expect.any(String),
      ],
    ]);
    const again = await at.open();
    expect([again.find(token), again.problem?.code]).toEqual([null, 'FILE_UNREADABLE']);
    await expect(again.create('ci', ['read'], newToken())).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(again.rotate('owner')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    expect([readFileSync(at.tokensFile, 'utf8'), at.owner()]).toEqual([content, token]);
  });

  test('counts again as soon as it is mended', async () => {
    const at = scene();
    const book = await at.open();
    const good = readFileSync(at.tokensFile);
    writeFileSync(at.tokensFile, 'x');
    at.nowMs += 1000;
    expect([book.find(at.owner()), book.problem?.code]).toEqual([null, 'FILE_UNREADABLE']);
    writeFileSync(at.tokensFile, good);
    at.nowMs += 1000;
    expect([book.find(at.owner())?.name, book.problem]).toEqual(['owner', null]);
  });

  test('lets nobody in when it is gone, until a command makes another', async () => {
    const at = scene();
    const book = await at.open();
    const old = at.owner();
    rmSync(at.tokensFile);
    at.nowMs += 1000;
    expect(book.find(old)).toBeNull();
    await at.open();
    at.nowMs += 1000;
    expect([book.find(old), book.find(at.owner())?.name]).toEqual([null, 'owner']);
  });

  test.skipIf(isWindows).each([
    [0o644, /others may read or write it; run: chmod 600 '.*tokens\.json'/],
    [0o620, /others may read or write it/],
  ])('is one of mode %o: it lets nobody in', async (mode, sentence) => {
    const at = scene();
    const book = await at.open();
    chmodSync(at.tokensFile, mode);
    at.nowMs += 1000;
    expect(book.find(at.owner())).toBeNull();
    expect(book.problem?.message).toMatch(sentence);
    expect(() => book.list()).toThrow(sentence);
    chmodSync(at.tokensFile, 0o600);
    at.nowMs += 1000;
    expect(book.find(at.owner())?.name).toBe('owner');
  });

  test.skipIf(isWindows)('is a link, or in a folder that others may enter', async () => {
    const at = scene();
    const book = await at.open();
    renameSync(at.tokensFile, `${at.tokensFile}.real`);
    symlinkSync(`${at.tokensFile}.real`, at.tokensFile);
    at.nowMs += 1000;
    expect([book.find(at.owner()), book.problem?.message]).toEqual([
      null,
      expect.stringContaining('symbolic link'),
    ]);
    rmSync(at.tokensFile);
    renameSync(`${at.tokensFile}.real`, at.tokensFile);
    chmodSync(join(at.dataDir, 'api'), 0o750);
    await expect(book.create('ci', ['read'], newToken())).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringMatching(/run: chmod 700 '.*api'/),
    });
  });

  test.skipIf(isWindows || process.geteuid?.() !== 0)("is another user's", async () => {
    const at = scene();
    const book = await at.open();
    chownSync(at.tokensFile, 12_345, 12_345);
    at.nowMs += 1000;
    expect([book.find(at.owner()), book.problem?.message]).toEqual([
      null,
      expect.stringContaining('another user'),
    ]);
  });

  test.skipIf(isWindows)(
    'is the token of the owner that others may read, and rotating mends it',
    async () => {
      const at = scene();
      await at.open();
      const old = at.owner();
      chmodSync(at.ownerFile, 0o644);
      const book = await at.open();
      expect(book.problem?.message).toMatch(/owner\.token is not used: others may .*vedette token rotate$/);
      expect(() => book.ownerToken()).toThrow(/chmod 600/);
      await book.rotate('owner');
      const again = await at.open();
      expect([again.problem, again.find(old), again.ownerToken()]).toEqual([null, null, at.owner()]);
    },
  );

  test('ends nothing: a folder that is a file is a problem that is told', async () => {
    const at = scene();
    writeFileSync(join(at.dataDir, 'api'), '');
    const book = await at.open();
    expect([book.find(newToken()), book.problem?.code, at.logged.length]).toEqual([
      null,
      'FILE_UNREADABLE',
      2,
    ]);
    rmSync(join(at.dataDir, 'api'));
    mkdirSync(join(at.dataDir, 'api'), { mode: 0o700 });
    expect((await at.open()).problem).toBeNull();
  });
});
