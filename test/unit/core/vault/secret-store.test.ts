import { Buffer } from 'node:buffer';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileSecretStore } from '../../../../src/core/vault/secret-store.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

let folder: TemporaryFolder;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'vault.key');
});
afterEach(() => folder[Symbol.dispose]());

async function keyOf(mayCreate = true): Promise<Buffer> {
  return await fileSecretStore(file, { mayCreate }).vaultKey();
}

describe('the key of the vault', () => {
  test('is made once, for the user alone, and is the same ever after', async () => {
    const first = await keyOf();
    expect(first.length).toBe(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path)).toEqual(['vault.key']);
    expect((await keyOf(false)).equals(first)).toBe(true);
    rmSync(file);
    expect((await keyOf()).equals(first)).toBe(false);
  });

  test('is not missed where the desktop app has sealed it: who asks is told where it is', async () => {
    writeFileSync(`${file}.sealed`, 'sealed', { mode: 0o600 });
    await expect(keyOf(false)).rejects.toMatchObject({
      code: 'VAULT_UNUSABLE',
      message: expect.stringContaining(
        'the desktop app keeps it in the key ring of the system; start the app',
      ),
    });
    rmSync(`${file}.sealed`);
    await expect(keyOf(false)).rejects.toMatchObject({ message: expect.stringContaining('it is gone') });
  });

  test('cannot be spoilt by who got it', async () => {
    const store = fileSecretStore(file, { mayCreate: true });
    const first = await store.vaultKey();
    const kept = Buffer.from(first);
    first.fill(0);
    expect((await store.vaultKey()).equals(kept)).toBe(true);
  });

  test('is the same for processes that start at the same moment', async () => {
    const rounds = 60;
    const script = `
      import { once } from 'node:events';
      import { fileSecretStore } from ${JSON.stringify(join(import.meta.dirname, '../../../../src/core/vault/secret-store.ts'))};
      process.stdout.write('ready\\n');
      await once(process.stdin, 'data');
      const keys = [];
      for (let round = 0; round < ${rounds}; round += 1) {
        const file = process.argv[1] + round;
        keys.push((await fileSecretStore(file, { mayCreate: true }).vaultKey()).toString('hex'));
      }
      process.stdout.write(JSON.stringify(keys));
      process.stdin.destroy();`;
    const children = [1, 2, 3].map(() =>
      spawn(process.execPath, ['--input-type=module-typescript', '-e', script, file], {
        stdio: ['pipe', 'pipe', 'inherit'],
        timeout: 20_000,
      }),
    );
    await Promise.all(children.map(({ stdout }) => once(stdout, 'readable')));
    for (const { stdin } of children) stdin.write('go\n');
    const outputs = await Promise.all(children.map(({ stdout }) => text(stdout)));
    const [first, ...others] = outputs.map((output) => output.replace('ready\n', ''));
    expect(JSON.parse(first ?? '')).toHaveLength(rounds);
    expect(others).toEqual([first, first]);
    expect(readdirSync(folder.path)).toHaveLength(rounds);
  });

  test('is never made anew beside what it could not open', async () => {
    await expect(keyOf(false)).rejects.toMatchObject({ code: 'VAULT_UNUSABLE' });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test.each([
    ['nothing', () => ''],
    ['half a key', (whole: string) => whole.slice(0, 50)],
    ['a key without its end', (whole: string) => whole.slice(0, -1)],
    ['more than a key', (whole: string) => `${whole}x`],
    ['two keys', (whole: string) => whole + whole],
    ['another beginning', (whole: string) => whole.replace('vedette', 'vedetta')],
    ['what is no number', (whole: string) => whole.replace(/.\n$/, 'g\n')],
  ])('is not taken from a file that holds %s, which stays as it is', async (_name, change) => {
    await keyOf();
    const spoilt = change(readFileSync(file, 'latin1'));
    writeFileSync(file, spoilt);
    await expect(keyOf()).rejects.toMatchObject({ code: 'VAULT_UNUSABLE' });
    expect(readFileSync(file, 'latin1')).toBe(spoilt);
  });

  test.each(['640', '604', '620', '601'])(
    'is not taken from a file of mode %s, and the remedy is said',
    async (mode) => {
      await keyOf();
      chmodSync(file, Number.parseInt(mode, 8));
      await expect(keyOf()).rejects.toThrow(`run: chmod 600 '${file}'`);
    },
  );

  test.skipIf(process.getuid?.() !== 0)('is not taken from the file of another user', async () => {
    await keyOf();
    chownSync(file, 12345, 12345);
    await expect(keyOf()).rejects.toThrow('it belongs to another user');
  });

  test('is not taken through a link, nor made through one', async () => {
    const target = join(folder.path, 'target');
    symlinkSync(target, file);
    await expect(keyOf()).rejects.toThrow('it is a symbolic link');
    await fileSecretStore(target, { mayCreate: true }).vaultKey();
    await expect(keyOf()).rejects.toMatchObject({ code: 'VAULT_UNUSABLE' });
  });

  test('is not waited for where a FIFO or a folder has its name', async () => {
    execFileSync('mkfifo', ['-m', '600', file]);
    await expect(keyOf()).rejects.toThrow('it is not a regular file');
    rmSync(file);
    mkdirSync(file);
    await expect(keyOf()).rejects.toMatchObject({ code: 'VAULT_UNUSABLE' });
  });

  test('says so where its folder is missing, and tries again later', async () => {
    file = join(folder.path, 'later/vault.key');
    const store = fileSecretStore(file, { mayCreate: true });
    await expect(store.vaultKey()).rejects.toMatchObject({ code: 'VAULT_UNUSABLE' });
    mkdirSync(join(folder.path, 'later'));
    expect((await store.vaultKey()).length).toBe(32);
  });
});
