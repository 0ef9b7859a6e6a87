// `vedette token` as a user starts it: beside a service that has the tokens open, and several at once.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TokenBook } from '../../src/api/service/tokens/token-book.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { runVedette } from '../helpers/run-vedette.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** Windows has no modes. */
const privateMode = process.platform === 'win32' ? 0o666 : 0o600;

describe('vedette token', () => {
  test('makes tokens that a running service hears of within a second, and revokes them', async () => {
    using home = temporaryFolder();
    const shown = await runVedette(['token', 'show'], { home: home.path });
    expect(shown).toEqual({
      code: 0,
      stdout: `${join(home.path, 'data', 'api', 'owner.token')}\n`,
      stderr: '',
    });
    let nowMs = 0;
    const service = await TokenBook.open({
      dataDir: join(home.path, 'data'),
      logger: silentLogger,
      nowMs: () => nowMs,
    });
    expect(service.find(readFileSync(shown.stdout.trim(), 'utf8').trim())?.name).toBe('owner');

    const file = join(home.path, 'b.token');
    const [first, second] = await Promise.all([
      runVedette(['token', 'create', 'a', '--scope', 'read', '--quiet'], { home: home.path }),
      runVedette(['token', 'create', 'b', '--scope', 'read,manage', '--file', 'b.token'], {
        home: home.path,
      }),
    ]);
    expect([first.code, second.code, second.stdout]).toEqual([0, 0, '']);
    expect(second.stderr).toBe(`vedette: the token b, good for read, manage, is in ${file}\n`);
    expect(statSync(file).mode & 0o777).toBe(privateMode);
    nowMs += 1000;
    expect(service.find(first.stdout.trim())).toEqual({ name: 'a', scopes: new Set(['read']) });
    expect(service.find(readFileSync(file, 'utf8').trim())).toEqual({
      name: 'b',
      scopes: new Set(['read', 'manage']),
    });

    expect((await runVedette(['token', 'revoke', 'a'], { home: home.path })).code).toBe(0);
    nowMs += 1000;
    expect(service.find(first.stdout.trim())).toBeNull();
  });

  test('ends with 3 for bad usage and with 2 for what did not go', async () => {
    using home = temporaryFolder();
    const [usage, missing] = await Promise.all([
      runVedette(['token', 'create', 'x', '--scope', 'everything'], { home: home.path }),
      runVedette(['token', 'revoke', 'x'], { home: home.path }),
    ]);
    expect([usage.code, usage.stderr]).toEqual([
      3,
      "vedette: 'everything' is no scope; write read, scan, manage, separated by commas\n",
    ]);
    expect([missing.code, missing.stderr]).toEqual([
      2,
      'vedette: there is no token x; vedette token list shows those there are\n',
    ]);
    expect(existsSync(join(home.path, 'data', 'api', 'tokens.lock'))).toBe(false);
  });
});
