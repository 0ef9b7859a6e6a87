import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TokenBook } from '../../../src/api/service/tokens/token-book.ts';
import { parseScopes, tokenCommand } from '../../../src/cli/token.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { documentOf, runCommand, type CommandRun } from './run-command.ts';

/** Windows has no modes. */
const privateMode = process.platform === 'win32' ? 0o666 : 0o600;
const tokenForm = /^vdt_[\w-]{43}$/;
const time = expect.any(Number);
const facts = { name: 'ci', scopes: ['read', 'scan'], created_at: time, rotated_at: null };

function scene() {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const dataDir = join(folder.path, 'data');
  return {
    path: folder.path,
    ownerFile: join(dataDir, 'api', 'owner.token'),
    tokensFile: join(dataDir, 'api', 'tokens.json'),
    run: (...args: readonly string[]): Promise<CommandRun> => runCommand(tokenCommand, args, {}, dataDir),
    /** As the service knows it. */
    whoHas: async (token: string) =>
      (await TokenBook.open({ dataDir, logger: silentLogger })).find(token.trim())?.name ?? null,
  };
}

describe('vedette token create', () => {
  test('prints the token alone on standard output, once, and says so beside it', async () => {
    const at = scene();
    const run = await at.run('create', 'ci', '--scope', 'scan, read');
    expect(run.stdout.trimEnd()).toMatch(tokenForm);
    expect([run.exitCode, run.stderr]).toEqual([
      0,
      'vedette: the token ci, good for read, scan; it is shown only this once\n',
    ]);
    expect(await at.whoHas(run.stdout)).toBe('ci');
    expect((await at.run('create', 'b', '--scope', 'read', '--quiet')).stderr).toBe('');
  });

  test('tells programs in a document', async () => {
    const at = scene();
    const run = await at.run('create', 'ci', '--scope', 'read,scan', '--json');
    const document = documentOf(run);
    expect([document, run.stderr]).toEqual([
      { format: 'vedette.token/1', ...facts, token: expect.stringMatching(tokenForm), file: null },
      '',
    ]);
    expect(await at.whoHas(String(document['token']))).toBe('ci');
  });

  test('writes it into a new file instead, that nobody else can read', async () => {
    const at = scene();
    const file = join(at.path, 'ci.token');
    const run = await at.run('create', 'ci', '--scope', 'read,scan', '--file', file, '--json');
    expect(documentOf(run)).toEqual({ format: 'vedette.token/1', ...facts, token: null, file });
    const token = readFileSync(file, 'utf8');
    expect(token).toMatch(/^vdt_[\w-]{43}\n$/);
    expect([await at.whoHas(token), run.stdout.includes(token.trim())]).toEqual(['ci', false]);
    expect(statSync(file).mode & 0o777).toBe(privateMode);
    const text = await at.run('create', 'b', '--scope', 'read', '--file', `${file}.b`);
    expect([text.stdout, text.stderr]).toEqual([
      '',
      `vedette: the token b, good for read, is in ${file}.b\n`,
    ]);
  });

  test('never writes over a file, and makes no token then', async () => {
    const at = scene();
    const file = join(at.path, 'there');
    writeFileSync(file, 'mine');
    const run = await at.run('create', 'ci', '--scope', 'read', '--file', file);
    expect([run.error, readFileSync(file, 'utf8')]).toEqual(['FILE_UNWRITABLE', 'mine']);
    expect((await at.run('list', '--quiet')).stdout).not.toContain('ci');
  });

  test('leaves no file behind where it makes no token', async () => {
    const at = scene();
    await at.run('create', 'ci', '--scope', 'read');
    const file = join(at.path, 'new');
    const run = await at.run('create', 'ci', '--scope', 'read', '--file', file);
    expect([run.error, existsSync(file)]).toEqual(['CALL_REFUSED', false]);
  });

  test.each([
    [['create', 'ci', '--scope', 'all'], 'BAD_USAGE'],
    [['create', 'ci', '--scope', ''], 'BAD_USAGE'],
    [['create', 'ci', '--scope', 'read,'], 'BAD_USAGE'],
    [['create', 'a b', '--scope', 'read'], 'BAD_USAGE'],
    [['create', 'owner', '--scope', 'read'], 'BAD_USAGE'],
    [['create', 'ci'], 'commander.missingMandatoryOptionValue'],
    [['create', '--scope', 'read'], 'commander.missingArgument'],
    [['rotate', 'nobody'], 'NOT_FOUND'],
    [['rotate', '--file', 'x'], 'BAD_USAGE'],
    [['revoke', 'nobody'], 'NOT_FOUND'],
    [['revoke', 'owner'], 'BAD_USAGE'],
    [['revoke'], 'commander.missingArgument'],
  ])('and others refuse %j', async (args, error) => {
    const run = await scene().run(...args);
    expect([run.error, run.stdout]).toEqual([error, '']);
  });
});

describe('vedette token rotate', () => {
  test('puts another in its place', async () => {
    const at = scene();
    const old = (await at.run('create', 'ci', '--scope', 'read,scan')).stdout;
    const document = documentOf(await at.run('rotate', 'ci', '--json'));
    expect(document).toEqual({
      format: 'vedette.token/1',
      ...facts,
      rotated_at: time,
      token: expect.any(String),
      file: null,
    });
    expect([await at.whoHas(old), await at.whoHas(String(document['token']))]).toEqual([null, 'ci']);
  });

  test('without a name it is the one of the owner, which stays in its file', async () => {
    const at = scene();
    await at.run('show');
    const old = readFileSync(at.ownerFile, 'utf8');
    const run = await at.run('rotate');
    expect([run.stdout, run.stderr]).toEqual(['', expect.stringContaining(`is in ${at.ownerFile}\n`)]);
    expect([await at.whoHas(old), await at.whoHas(readFileSync(at.ownerFile, 'utf8'))]).toEqual([
      null,
      'owner',
    ]);
  });

  test.skipIf(process.platform === 'win32')(
    'is what helps where others could read it; the rest says so',
    async () => {
      const at = scene();
      await at.run('show');
      chmodSync(at.ownerFile, 0o644);
      for (const args of [['list'], ['show'], ['create', 'ci', '--scope', 'read']]) {
        const run = await at.run(...args);
        expect([run.error, run.stdout]).toEqual(['FILE_UNREADABLE', '']);
        expect(run.stderr).toMatch(/others may read or write it.*vedette token rotate/);
      }
      await at.run('rotate');
      expect((await at.run('show')).stdout).toBe(`${at.ownerFile}\n`);
    },
  );
});

test('vedette token revoke makes it worthless', async () => {
  const at = scene();
  const token = (await at.run('create', 'ci', '--scope', 'read')).stdout;
  expect((await at.run('revoke', 'ci')).stdout).toBe('The token ci is worth nothing any more.\n');
  expect(await at.whoHas(token)).toBeNull();
  await at.run('create', 'ci', '--scope', 'read');
  expect(documentOf(await at.run('revoke', 'ci', '--json'))).toEqual({
    format: 'vedette.token-revoke/1',
    name: 'ci',
  });
});

describe('vedette token show', () => {
  test('says where the one of the owner is, and what it is only when it is asked', async () => {
    const at = scene();
    expect((await at.run('show')).stdout).toBe(`${at.ownerFile}\n`);
    const token = readFileSync(at.ownerFile, 'utf8');
    expect((await at.run('show', '--reveal')).stdout).toBe(token);
    const format = 'vedette.token-show/1';
    expect(documentOf(await at.run('show', '--json'))).toEqual({ format, token: null, file: at.ownerFile });
    expect(documentOf(await at.run('show', '--reveal', '--json'))).toEqual({
      format,
      token: token.trim(),
      file: at.ownerFile,
    });
  });
});

describe('vedette token list', () => {
  test('says who has one, for what and since when, and never the token', async () => {
    const at = scene();
    const token = (await at.run('create', 'ci', '--scope', 'read,scan')).stdout.trim();
    const [list, json, lines] = [
      await at.run(),
      await at.run('list', '--json'),
      await at.run('list', '--ndjson'),
    ];
    expect(stripVTControlCharacters(list.stdout)).toMatch(
      /^NAME +SCOPES +SINCE +RENEWED\nowner +read, scan, manage +\d{4}-.*\nci +read, scan +\d{4}-.*\n\nThe one of the owner is in .*owner\.token\n$/,
    );
    const owner = { ...facts, name: 'owner', scopes: ['read', 'scan', 'manage'] };
    expect(documentOf(json)).toEqual({ format: 'vedette.tokens/1', tokens: [owner, facts] });
    expect(
      lines.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([owner, facts]);
    for (const { stdout } of [list, json, lines]) expect(stdout).not.toContain(token.slice(4));
  });

  test('says what is wrong with a damaged file, and leaves it as it is', async () => {
    const at = scene();
    await at.run();
    writeFileSync(at.tokensFile, 'x');
    const run = await at.run();
    expect([run.error, run.stderr]).toEqual([
      'FILE_UNREADABLE',
      expect.stringContaining('it is damaged; put back'),
    ]);
    expect(readFileSync(at.tokensFile, 'utf8')).toBe('x');
  });
});

test('scopes are read with spaces and in any order', () => {
  expect(parseScopes(' manage,read ')).toEqual(['manage', 'read']);
});
