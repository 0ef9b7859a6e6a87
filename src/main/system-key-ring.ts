// The key ring of this system by way of Electron; where nothing but an obfuscated file would keep the key, there is none.
import { safeStorage } from 'electron';
import type { KeyRing } from './os-secret-store.ts';

const names: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'the keychain of macOS',
  win32: 'the data protection of Windows',
};

export const systemKeyRing: KeyRing = {
  name: names[process.platform] ?? 'the key ring of the desktop',
  async isUsable() {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return false;
    if (process.platform !== 'linux') return true;
    const backend = safeStorage.getSelectedStorageBackend();
    return backend !== 'basic_text' && backend !== 'unknown';
  },
  seal: (text) => safeStorage.encryptStringAsync(text),
  async open(sealed) {
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(sealed);
    return { text: result, isOutdated: shouldReEncrypt };
  },
};
