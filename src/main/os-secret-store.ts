// The key of the vault in the key ring of the system, where there is a real one; a key that is there is never replaced by a new one.
import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { encodePath } from '../core/files/raw-path.ts';
import { syncToDisk } from '../core/files/sync-to-disk.ts';
import type { Logger } from '../core/logger.ts';
import { orLate } from '../core/or-late.ts';
import { readPrivateFile, writePrivateFile } from '../core/files/private-file.ts';
import { keyBytes } from '../core/vault/object-cipher.ts';
import {
  fileSecretStore,
  unusableKey,
  type FileSecretStoreOptions,
  type SecretStore,
} from '../core/vault/secret-store.ts';
import { displayPath } from '../shared/display-path.ts';
import { messageOf } from '../shared/errors.ts';

/** What of `safeStorage` counts here. */
export interface KeyRing {
  /** Where it keeps things, for a person: `the keychain of macOS`. */
  readonly name: string;
  /** False also where it would only pretend to encrypt. */
  isUsable(): Promise<boolean>;
  seal(text: string): Promise<Buffer>;
  /** @throws when it is not what this key ring sealed, or somebody refused. */
  open(sealed: Buffer): Promise<{ readonly text: string; readonly isOutdated: boolean }>;
}

export interface OsSecretStoreOptions {
  readonly keyRing: KeyRing;
  readonly logger: Logger;
  /** Somebody may have to unlock it first. */
  readonly deadlineMs?: number;
}

const magic = 'vedette-sealed-key-1 ';
const sealedPattern = /^vedette-sealed-key-1 ([\w+/]+={0,2})\n$/;
const keyPattern = /^[\da-f]{64}$/;

export class OsSecretStore {
  readonly #options: OsSecretStoreOptions;
  #place = 'The key of the vault has not been opened yet.';

  constructor(options: OsSecretStoreOptions) {
    this.#options = options;
  }

  /** Where the key is, in one sentence. */
  get place(): string {
    return this.#place;
  }

  /** As `fileSecretStore` makes one; the sealed key is kept beside that file. */
  at(file: string, options: FileSecretStoreOptions): SecretStore {
    let opening: Promise<Buffer> | null = null;
    return {
      vaultKey: async () => {
        opening ??= this.#open(file, options);
        return Buffer.from(await opening);
      },
    };
  }

  async #open(file: string, options: FileSecretStoreOptions): Promise<Buffer> {
    const { keyRing, logger } = this.#options;
    const sealedFile = `${file}.sealed`;
    const isUsable = await this.#isUsable();
    if (exists(file)) return await this.#takeOver(file, sealedFile, isUsable);
    if (exists(sealedFile)) {
      const key = await this.#unseal(sealedFile, isUsable);
      this.#place = `In ${keyRing.name}.`;
      return key;
    }
    if (isUsable && options.mayCreate) {
      const key = randomBytes(keyBytes);
      try {
        await this.#seal(sealedFile, key);
        this.#place = `In ${keyRing.name}.`;
        return key;
      } catch (error) {
        logger.warn(
          { cause: messageOf(error) },
          'the key ring of the system does not keep the key of the vault',
        );
        // Nothing is encrypted with it yet.
        rmSync(encodePath(sealedFile), { force: true });
      }
    }
    return await this.#fromFile(file, options);
  }

  /** A key in a file is the one in use: a Vedette without a window makes it only where no object needs another. */
  async #takeOver(file: string, sealedFile: string, isUsable: boolean): Promise<Buffer> {
    const key = await this.#fromFile(file, { mayCreate: false });
    if (!isUsable) return key;
    const { keyRing, logger } = this.#options;
    try {
      if (exists(sealedFile)) renameSync(encodePath(sealedFile), encodePath(`${sealedFile}.before`));
      await this.#seal(sealedFile, key);
      rmSync(encodePath(file));
      syncToDisk(dirname(file));
      this.#place = `In ${keyRing.name}.`;
    } catch (error) {
      logger.warn({ cause: messageOf(error) }, 'the key of the vault stays in its file');
    }
    return key;
  }

  async #fromFile(file: string, options: FileSecretStoreOptions): Promise<Buffer> {
    const key = await fileSecretStore(file, options).vaultKey();
    this.#place = `In a file that only you can read (${displayPath(file, true)}); no key ring of the system can be used.`;
    return key;
  }

  /** @throws AppError VAULT_UNUSABLE: without this key the files in the vault are lost, so nothing takes its place. */
  async #unseal(file: string, isUsable: boolean): Promise<Buffer> {
    const { keyRing, logger } = this.#options;
    const encoded = sealedPattern.exec(readPrivateFile(file) ?? '')?.[1];
    if (encoded === undefined)
      throw unusableKey(file, 'it does not hold a key; put back the one of a backup');
    if (!isUsable)
      throw unusableKey(file, `${keyRing.name} cannot be used; unlock it, then start Vedette again`);
    let opened: Awaited<ReturnType<KeyRing['open']>>;
    try {
      opened = await this.#inTime(keyRing.open(Buffer.from(encoded, 'base64')));
    } catch (error) {
      throw unusableKey(file, `${keyRing.name} does not open it (${messageOf(error)})`, error);
    }
    if (!keyPattern.test(opened.text)) throw unusableKey(file, `what ${keyRing.name} gives back is no key`);
    const key = Buffer.from(opened.text, 'hex');
    if (opened.isOutdated) {
      await this.#seal(file, key).catch((error: unknown) => {
        logger.warn({ cause: messageOf(error) }, 'the key of the vault was not sealed anew');
      });
    }
    return key;
  }

  /** Only what could be opened again counts as sealed. */
  async #seal(file: string, key: Buffer): Promise<void> {
    const { keyRing } = this.#options;
    const text = key.toString('hex');
    const sealed = await this.#inTime(keyRing.seal(text));
    const opened = await this.#inTime(keyRing.open(sealed));
    if (opened.text !== text) throw new Error('it gave back something else');
    writePrivateFile(file, `${magic}${sealed.toString('base64')}\n`);
    syncToDisk(file);
    syncToDisk(dirname(file));
  }

  async #isUsable(): Promise<boolean> {
    try {
      return await this.#inTime(this.#options.keyRing.isUsable());
    } catch (error) {
      this.#options.logger.warn({ cause: messageOf(error) }, 'the key ring of the system cannot be asked');
      return false;
    }
  }

  async #inTime<Value>(work: Promise<Value>): Promise<Value> {
    const { deadlineMs = 30_000 } = this.#options;
    return await orLate(work, deadlineMs, () => {
      throw new Error(`no answer within ${deadlineMs / 1000} s`);
    });
  }
}

function exists(file: string): boolean {
  return lstatSync(encodePath(file), { throwIfNoEntry: false }) !== undefined;
}
