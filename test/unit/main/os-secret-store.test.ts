import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../src/core/logger.ts';
import { fileSecretStore } from '../../../src/core/vault/secret-store.ts';
import { OsSecretStore, type KeyRing } from '../../../src/main/os-secret-store.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

function turned(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ 0xff));
}

/** Turns bytes over, as if it encrypted them. */
function keyRing(over: Partial<KeyRing> = {}): KeyRing {
  return {
    name: 'a key ring',
    isUsable: async () => true,
    seal: async (text) => turned(Buffer.from(text)),
    open: async (sealed) => ({ text: turned(sealed).toString(), isOutdated: false }),
    ...over,
  };
}

function keyFile() {
  const temporary = temporaryFolder();
  onTestFinished(() => temporary[Symbol.dispose]());
  return `${temporary.path}/vault.key`;
}

function storeWith(ring: KeyRing, deadlineMs = 1000) {
  return new OsSecretStore({ keyRing: ring, logger: silentLogger, deadlineMs });
}

async function keyFrom(file: string, ring: KeyRing, mayCreate = false): Promise<string> {
  return (await storeWith(ring).at(file, { mayCreate }).vaultKey()).toString('hex');
}

const locked = keyRing({ open: () => Promise.reject(new Error('locked')) });
const absent = keyRing({ isUsable: async () => false });

describe('the key of the vault in a key ring', () => {
  test('is made once, sealed, and opened at the next start', async () => {
    const file = keyFile();
    const store = storeWith(keyRing());
    const secret = store.at(file, { mayCreate: true });
    const key = await secret.vaultKey();
    expect(key).toHaveLength(32);
    expect(await secret.vaultKey()).toEqual(key);
    expect(store.place).toBe('In a key ring.');
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(`${file}.sealed`, 'utf8')).not.toContain(key.toString('hex'));
    expect(statSync(`${file}.sealed`).mode & 0o777).toBe(0o600);
    expect(await keyFrom(file, keyRing())).toBe(key.toString('hex'));
  });

  test('is taken over from its file, which goes only then', async () => {
    const file = keyFile();
    const key = await fileSecretStore(file, { mayCreate: true }).vaultKey();
    expect(await keyFrom(file, keyRing())).toBe(key.toString('hex'));
    expect(existsSync(file)).toBe(false);
    expect(await keyFrom(file, keyRing())).toBe(key.toString('hex'));
  });

  test.each([
    ['does not open what it sealed', locked],
    ['gives back something else', keyRing({ open: async () => ({ text: 'x', isOutdated: false }) })],
    ['does not seal', keyRing({ seal: () => Promise.reject(new Error('full')) })],
    ['never answers', keyRing({ seal: () => new Promise(() => {}) })],
  ])('stays in its file where the key ring %s', async (_how, ring) => {
    const file = keyFile();
    const key = await fileSecretStore(file, { mayCreate: true }).vaultKey();
    const store = storeWith(ring, 20);
    expect(await store.at(file, { mayCreate: false }).vaultKey()).toEqual(key);
    expect(existsSync(file)).toBe(true);
    expect(store.place).toMatch(/^In a file that only you can read/);
  });

  test.each([
    ['is locked', locked],
    ['is not there', absent],
    ['opens something else', keyRing({ open: async () => ({ text: 'no key', isOutdated: false }) })],
  ])('is never replaced by a new one when the key ring %s', async (_how, ring) => {
    const file = keyFile();
    const key = await keyFrom(file, keyRing(), true);
    // Also where the vault is empty: the key may be needed for what is in a backup.
    for (const mayCreate of [true, false])
      await expect(keyFrom(file, ring, mayCreate)).rejects.toMatchObject({ code: 'VAULT_UNUSABLE' });
    expect(existsSync(file)).toBe(false);
    expect(await keyFrom(file, keyRing())).toBe(key);
  });

  test('is not made where objects need another', async () => {
    const file = keyFile();
    await expect(keyFrom(file, keyRing(), false)).rejects.toMatchObject({ code: 'VAULT_UNUSABLE' });
    expect(existsSync(`${file}.sealed`)).toBe(false);
  });

  test('that is damaged is said, and left as it is', async () => {
    const file = keyFile();
    writeFileSync(`${file}.sealed`, 'nonsense', { mode: 0o600 });
    await expect(keyFrom(file, keyRing(), true)).rejects.toMatchObject({ code: 'VAULT_UNUSABLE' });
    expect(readFileSync(`${file}.sealed`, 'utf8')).toBe('nonsense');
  });

  test.each([
    ['there is none', absent],
    ['it cannot be asked', keyRing({ isUsable: () => Promise.reject(new Error('no bus')) })],
    ['it never answers', keyRing({ isUsable: () => new Promise(() => {}) })],
    ['it keeps nothing', keyRing({ seal: () => Promise.reject(new Error('full')) })],
  ])('is a file of mode 0600 where %s', async (_why, ring) => {
    const file = keyFile();
    const store = storeWith(ring, 20);
    const key = await store.at(file, { mayCreate: true }).vaultKey();
    expect(await fileSecretStore(file, { mayCreate: false }).vaultKey()).toEqual(key);
    expect(store.place).toMatch(/no key ring of the system can be used\.$/);
    expect(existsSync(`${file}.sealed`)).toBe(false);
  });

  test('of a file counts where a sealed one is beside it, and that one is kept', async () => {
    const file = keyFile();
    await keyFrom(file, keyRing(), true);
    const before = readFileSync(`${file}.sealed`, 'utf8');
    const key = await fileSecretStore(file, { mayCreate: true }).vaultKey();
    expect(await keyFrom(file, keyRing())).toBe(key.toString('hex'));
    expect(readFileSync(`${file}.sealed.before`, 'utf8')).toBe(before);
    expect(await keyFrom(file, keyRing())).toBe(key.toString('hex'));
  });

  test('is sealed anew when the key ring asks for it', async () => {
    const file = keyFile();
    const key = await keyFrom(file, keyRing(), true);
    const renewed = keyRing({
      seal: async (text) => Buffer.from(`new ${text}`),
      open: async (sealed) =>
        sealed.toString().startsWith('new ')
          ? { text: sealed.toString().slice(4), isOutdated: false }
          : { text: turned(sealed).toString(), isOutdated: true },
    });
    expect(await keyFrom(file, renewed)).toBe(key);
    expect(await keyFrom(file, keyRing({ open: (bytes) => renewed.open(bytes) }))).toBe(key);
    const sealed = readFileSync(`${file}.sealed`, 'utf8').split(' ')[1] ?? '';
    expect(Buffer.from(sealed, 'base64').toString()).toBe(`new ${key}`);
  });
});
