// A vault in a data folder of its own, files beside it, and what a test asks of both.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { identityOf } from '../../src/core/files/file-identity.ts';
import { encodePath } from '../../src/core/files/raw-path.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { QuarantineRequest } from '../../src/core/vault/quarantine-file.ts';
import { Vault, type VaultOptions } from '../../src/core/vault/vault.ts';
import type { Detection } from '../../src/shared/verdict.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const vaultKey = Buffer.alloc(32, 7);

export const detection: Detection = {
  engine: 'yara',
  name: 'test_rule',
  severity: 'high',
  kind: 'rule',
  meta: {},
  matches: [],
};

export class VaultScene implements Disposable {
  readonly #temporary = temporaryFolder();
  readonly folder = realpathSync(this.#temporary.path);
  readonly vaultFolder = join(this.folder, 'data', 'vault');
  readonly files = join(this.folder, 'files');

  constructor() {
    mkdirSync(dirname(this.vaultFolder), { mode: 0o700 });
    mkdirSync(this.files);
  }

  write(name: string, content: string | Buffer = 'bad content', mode = 0o755): string {
    const path = join(this.files, name);
    mkdirSync(encodePath(dirname(path)), { recursive: true });
    writeFileSync(encodePath(path), content);
    chmodSync(encodePath(path), mode);
    return path;
  }

  async open(options: Partial<VaultOptions> = {}): Promise<Vault> {
    return await Vault.open({
      folder: this.vaultFolder,
      secret: { vaultKey: async () => Buffer.from(vaultKey) },
      logger: silentLogger,
      wait: async () => {},
      ...options,
    });
  }

  /** Names in the vault. */
  stored(): string[] {
    return existsSync(this.vaultFolder) ? readdirSync(this.vaultFolder).toSorted() : [];
  }

  /** Names beside it. */
  left(): string[] {
    return readdirSync(this.files).toSorted();
  }

  [Symbol.dispose](): void {
    this.#temporary[Symbol.dispose]();
  }
}

/** For a file as it is now. */
export function requestFor(path: string, more: Partial<QuarantineRequest> = {}): QuarantineRequest {
  const identity = identityOf(lstatSync(encodePath(path), { bigint: true }));
  return { path, identity, sha256: null, detections: [detection], actor: 'test', ...more };
}

/** @throws when it was not quarantined. */
export async function idOf(vault: Vault, path: string): Promise<string> {
  const result = await vault.quarantine(requestFor(path));
  if (result.kind !== 'quarantined') throw new Error(`not quarantined: ${JSON.stringify(result)}`);
  return result.record.id;
}

export async function contentOf(vault: Vault, id: string): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of vault.content(id)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

export function textOf(path: string): string {
  return readFileSync(encodePath(path), 'utf8');
}
