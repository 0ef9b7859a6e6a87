// freshclam, as a program that says what the test wants it to; and the real one, where it is installed.
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  databaseProblem,
  findFreshclam,
  runFreshclam,
  type FreshclamRun,
} from '../../../../../src/core/engines/clamd/freshclam.ts';
import { knownPlaces } from '../../../../../src/core/engines/clamd/known-places.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../../helpers/temporary-folder.ts';

interface Scene extends Disposable {
  readonly folder: TemporaryFolder;
  readonly databaseDir: string;
  run(script: string, changes?: Partial<FreshclamRun>): ReturnType<typeof runFreshclam>;
}

function scene(): Scene {
  const folder = temporaryFolder();
  const databaseDir = join(folder.path, 'signatures of "eve" # 1');
  mkdirSync(databaseDir);
  return {
    folder,
    databaseDir,
    run(script, changes = {}) {
      const program = folder.write('freshclam', `#!/bin/sh\n${script}\n`);
      chmodSync(program, 0o755);
      const { signal } = new AbortController();
      return runFreshclam({ program, databaseDir, workDir: folder.path, signal, ...changes });
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

function says(output: string, code: number): string {
  return `cat <<'END'\n${output}\nEND\nexit ${code}`;
}

const failedDownload = `ClamAV update process started at Sun Nov 22 07:52:06 2026
WARNING: Can't query current.cvd.clamav.net
WARNING: remote_cvdhead: Download failed (6) WARNING:  Message: Couldn't resolve host name
WARNING: Failed to get daily database version information from server: https://database.clamav.net
ERROR: check_for_new_database_version: Failed to find daily database using server https://database.clamav.net.
Giving up on https://database.clamav.net...
ERROR: Update failed for database: daily
ERROR: Database update process failed: HTTP GET failed
ERROR: Update failed.`;

describe.runIf(process.platform !== 'win32')('a run of freshclam', () => {
  test.each([
    ['daily.cvd updated (version: 27500, sigs: 2070000)', 0, 'updated', 'New signatures were fetched.'],
    [
      'daily.cvd database is up-to-date (version: 27500)',
      0,
      'current',
      'The signatures are the newest there are.',
    ],
    ['main.cvd is up to date (version: 62)', 1, 'current', 'The signatures are the newest there are.'],
    [
      'daily.cvd database is up-to-date\nmain.cvd updated (version: 62)',
      0,
      'updated',
      'New signatures were fetched.',
    ],
    [failedDownload, 11, 'failed', "freshclam failed: Couldn't resolve host name."],
    [
      'ERROR: check: Failed to find daily database.\nERROR: Update failed.',
      11,
      'failed',
      'freshclam failed: Failed to find daily database.',
    ],
    ['ERROR: Update failed.', 11, 'failed', 'freshclam failed: Update failed.'],
    ['^Mirror is\t\u001B[31mred', 58, 'failed', 'freshclam failed: Mirror is  [31mred.'],
    [
      'daily.cvd updated (version: 1)\nERROR: Can not load it',
      55,
      'failed',
      'freshclam failed: Can not load it.',
    ],
    ['', 12, 'failed', 'freshclam failed: it ended with code 12.'],
    [
      'daily.cvd database is up-to-date\nWARNING: You are on cool-down until after: 2026-11-23 07:52:06',
      0,
      'failed',
      'freshclam failed: You are on cool-down until after: 2026-11-23 07:52:06.',
    ],
    ['nothing of any kind', 0, 'failed', 'freshclam failed: it ended with code 0.'],
  ] as const)('that says %j and ends with %i is %s', async (output, code, kind, text) => {
    using here = scene();
    expect(await here.run(says(output, code))).toEqual({ kind, text });
  });

  test('has a configuration of its own, which only this user reads', async () => {
    using here = scene();
    const copy = join(here.folder.path, 'arguments');
    await here.run(`printf '%s\\n' "$@" > '${copy}'`);
    const configuration = join(here.folder.path, 'freshclam.conf');
    expect(readFileSync(copy, 'utf8').split('\n')[0]).toBe(`--config-file=${configuration}`);
    const lines = readFileSync(configuration, 'utf8').split('\n');
    expect(lines).toContain(`DatabaseDirectory ${here.databaseDir}`);
    expect(statSync(configuration).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['a line break', '/data\nOnUpdateExecute /bin/true'],
    ['a control character', '/data\r'],
    ['a byte that is not UTF-8', '/caf\uDCE9'],
    ['a blank at its end', '/data '],
    ['a great length', `/${'x'.repeat(1000)}`],
  ])('is not begun for a folder with %s, which its configuration cannot hold', async (_what, databaseDir) => {
    using here = scene();
    await expect(here.run('', { databaseDir })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(existsSync(join(here.folder.path, 'freshclam.conf'))).toBe(false);
  });

  test('is not begun where its own configuration has a name that cannot be handed over', async () => {
    using here = scene();
    const workDir = `${here.folder.path}/caf\uDCE9`;
    await expect(here.run('', { workDir })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('is a failure with a sentence where nothing can be written or started', async () => {
    using here = scene();
    expect(await here.run('', { workDir: join(here.folder.path, 'gone') })).toEqual({
      kind: 'failed',
      text: 'The configuration of freshclam could not be written (ENOENT).',
    });
    const { kind, text } = await here.run('', { program: join(here.folder.path, 'gone') });
    expect([kind, text]).toEqual([
      'failed',
      expect.stringMatching(/^freshclam could not be started: .*ENOENT/),
    ]);
  });

  test('that hangs is ended after its time', async () => {
    using here = scene();
    expect(await here.run("trap '' TERM\nexec sleep 60", { timeoutMs: 50 })).toEqual({
      kind: 'failed',
      text: 'freshclam was ended after 0 minutes.',
    });
  });

  test('ends with Vedette', async () => {
    using here = scene();
    const stopping = new AbortController();
    const running = here.run('exec sleep 60', { signal: stopping.signal });
    stopping.abort();
    const stopped = { kind: 'failed', text: 'The update was stopped because Vedette is stopping.' };
    expect(await running).toEqual(stopped);
    expect(await here.run('exec sleep 60', { signal: stopping.signal })).toEqual(stopped);
  });

  test('may say a great deal', async () => {
    using here = scene();
    const script = "yes 'WARNING: again and again' | head -n 100000\necho 'ERROR: The last of it.'\nexit 9";
    expect(await here.run(script)).toEqual({ kind: 'failed', text: 'freshclam failed: The last of it.' });
  });

  const real = findFreshclam(knownPlaces(process.platform, process.env).binaries);
  test.runIf(real !== null)(
    'that is real and finds no server says why in a sentence',
    async () => {
      using here = scene();
      // A proxy that nobody is: no test asks the servers of ClamAV for anything.
      const quoted = `'${real ?? ''}'`;
      const once = `sed -i 's/^MaxAttempts.*/MaxAttempts 1/' "\${1#--config-file=}"`;
      const script = `${once}\nhttps_proxy=http://127.0.0.1:9 exec ${quoted} --no-dns "$@"`;
      const answer = await here.run(script, { timeoutMs: 25_000 });
      expect(answer.kind).toBe('failed');
      expect(answer.text).toMatch(/^freshclam failed: [A-Z][\w' ]{10,}.*\.$/);
      expect(answer.text).not.toContain('Update failed');
    },
    30_000,
  );
});

describe('a folder of signatures', () => {
  test("can be updated where it is this user's", () => {
    using here = scene();
    expect(databaseProblem(here.databaseDir)).toBeNull();
    expect(databaseProblem(join(here.databaseDir, 'gone'))).toMatch(/is not there\.$/);
  });

  test.runIf(process.getuid?.() === 0)(
    'is left to the system where it belongs to somebody else, also by root',
    async () => {
      using here = scene();
      chownSync(here.databaseDir, 12_345, 12_345);
      expect(databaseProblem(here.databaseDir)).toMatch(/belong to the system/);
    },
  );
});

describe.runIf(process.platform !== 'win32')('freshclam', () => {
  test('is found beside clamd, or where programs of users are', () => {
    using folder = temporaryFolder();
    const binary = join(folder.path, 'sbin', 'clamd');
    expect(findFreshclam([binary])).toBeNull();
    const program = folder.write('bin/freshclam');
    expect(findFreshclam([binary])).toBeNull();
    chmodSync(program, 0o755);
    expect(findFreshclam([binary])).toBe(program);
    const beside = folder.write('sbin/freshclam');
    chmodSync(beside, 0o755);
    expect(findFreshclam([binary])).toBe(beside);
  });
});
