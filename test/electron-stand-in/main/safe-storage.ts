// `safeStorage`, its asynchronous half: text that was stored can be read back, also by a later run; nothing is protected.
import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import type { DecryptStringAsyncReturnValue } from 'electron';
import { controlState } from '../control/control-state.ts';

const algorithm = 'aes-256-gcm';
const key = Buffer.from(hash('sha256', 'the stand-in keeps no secrets', 'hex'), 'hex');
const nonceBytes = 12;
const tagBytes = 16;

export const safeStorage = {
  getSelectedStorageBackend(): string {
    return controlState.storage.backend;
  },
  async isAsyncEncryptionAvailable(): Promise<boolean> {
    return controlState.storage.isAvailable;
  },
  async encryptStringAsync(text: string): Promise<Buffer> {
    requireAvailable();
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, key, nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  },
  async decryptStringAsync(stored: Buffer): Promise<DecryptStringAsyncReturnValue> {
    requireAvailable();
    const decipher = createDecipheriv(algorithm, key, stored.subarray(0, nonceBytes));
    decipher.setAuthTag(stored.subarray(nonceBytes, nonceBytes + tagBytes));
    const sealed = stored.subarray(nonceBytes + tagBytes);
    const result = Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
    return { result, shouldReEncrypt: controlState.storage.shouldReEncrypt };
  },
};

function requireAvailable(): void {
  if (!controlState.storage.isAvailable) throw new Error('Encryption is not available.');
}
