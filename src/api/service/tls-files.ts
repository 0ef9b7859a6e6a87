// Certificate and key of the server: read, checked against each other, and read again while it runs, so that a renewed one counts without a restart.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { codeOf, describeFsError, isFsError } from '../../core/files/open-file.ts';
import { encodePath } from '../../core/files/raw-path.ts';
import type { Logger } from '../../core/logger.ts';
import { displayPath } from '../../shared/display-path.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { Certificate } from '../http-server.ts';

export interface TlsPaths {
  readonly certificate: string;
  readonly key: string;
}

export interface TlsFilesOptions {
  readonly logger: Logger;
  readonly lookEveryMs?: number;
}

interface ReadFiles {
  readonly certificate: Certificate & { readonly cert: Buffer; readonly key: Buffer };
  readonly warnings: readonly string[];
}

const maxSizeBytes = 1024 * 1024;
const lookEveryMs = 60_000;
const warnDaysBefore = 14;
const dayMs = 86_400_000;
const platformConstants: Readonly<Record<string, number | undefined>> = constants;
/** Through links: what renews certificates keeps the newest behind one. A FIFO does not block. */
const readFlags = constants.O_RDONLY | (platformConstants['O_NONBLOCK'] ?? 0);

/** null where neither is set. @throws AppError CONFIG_INVALID where one is missing. */
export function tlsPathsOf(api: {
  readonly tls_certificate: string;
  readonly tls_key: string;
}): TlsPaths | null {
  const { tls_certificate: certificate, tls_key: key } = api;
  if (certificate === '' && key === '') return null;
  if (certificate !== '' && key !== '') return { certificate, key };
  const [given, missing] = key === '' ? ['tls_certificate', 'tls_key'] : ['tls_key', 'tls_certificate'];
  throw new AppError('CONFIG_INVALID', `[api] ${given} is set and ${missing} is not: TLS needs both`);
}

export class TlsFiles implements Disposable {
  readonly #paths: TlsPaths;
  readonly #logger: Logger;
  readonly #lookEveryMs: number;
  #current: ReadFiles;
  #timer: NodeJS.Timeout | undefined;
  #said = '';

  /** @throws AppError FILE_UNREADABLE, with what to do. */
  constructor(paths: TlsPaths, options: TlsFilesOptions) {
    this.#paths = paths;
    this.#logger = options.logger;
    this.#lookEveryMs = options.lookEveryMs ?? lookEveryMs;
    this.#current = readTlsFiles(paths);
  }

  get certificate(): Certificate {
    return this.#current.certificate;
  }

  /** Sentences for who starts the server. */
  get warnings(): readonly string[] {
    return this.#current.warnings;
  }

  /** @param renew `HttpServer.renew`; one who throws keeps what there was. */
  follow(renew: (certificate: Certificate) => void): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#lookAgain(renew), this.#lookEveryMs).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** Read and compared, not looked at: two small files a minute cost nothing, and no change of them is missed. */
  #lookAgain(renew: (certificate: Certificate) => void): void {
    try {
      const read = readTlsFiles(this.#paths);
      const { cert, key } = this.#current.certificate;
      if (!read.certificate.cert.equals(cert) || !read.certificate.key.equals(key)) {
        renew(read.certificate);
        this.#logger.info({ certificate: this.#paths.certificate }, 'the certificate was renewed');
      }
      this.#current = read;
      this.#said = '';
    } catch (error) {
      // In the middle of a renewal, perhaps; said once, and looked at again.
      const problem = messageOf(error);
      if (this.#said !== problem) this.#logger.warn({ problem }, 'the certificate is kept as it was');
      this.#said = problem;
    }
  }
}

function readTlsFiles(paths: TlsPaths): ReadFiles {
  const certificate = readPem(paths.certificate);
  const key = readPem(paths.key);
  const parsed = tried(
    () => new X509Certificate(certificate.bytes),
    () => unusable(paths.certificate, 'it holds no certificate in PEM form'),
  );
  const privateKey = tried(
    () => createPrivateKey(key.bytes),
    (error) => unusable(paths.key, keyProblem(key.bytes), error),
  );
  if (!parsed.checkPrivateKey(privateKey))
    throw unusable(paths.key, `it is not the key of the certificate ${displayPath(paths.certificate)}`);
  tried(
    () => createSecureContext({ cert: certificate.bytes, key: key.bytes }),
    (error) => unusable(paths.certificate, 'a certificate in it is damaged, or too weak', error),
  );
  return {
    certificate: { cert: certificate.bytes, key: key.bytes },
    warnings: [...keyWarnings(paths.key, key.mode), ...timeWarnings(paths.certificate, parsed)],
  };
}

function keyProblem(bytes: Buffer): string {
  return bytes.includes('ENCRYPTED')
    ? 'the key is encrypted; Vedette takes one without a passphrase, in a file that only its user can read'
    : 'it holds no private key in PEM form';
}

/** A group that may read it is often meant to, such as ssl-cert of Debian. */
function keyWarnings(file: string, mode: number): readonly string[] {
  if (process.platform === 'win32' || (mode & 0o026) === 0) return [];
  const path = displayPath(file);
  return [`Others may read or change the key of the certificate; run: chmod 600 '${path}'`];
}

function timeWarnings(file: string, { validFromDate, validToDate }: X509Certificate): readonly string[] {
  const path = displayPath(file);
  const now = Date.now();
  const day = validToDate.toISOString().slice(0, 10);
  if (validFromDate.getTime() > now)
    return [`The certificate ${path} does not count yet; is the clock right?`];
  if (validToDate.getTime() <= now)
    return [`The certificate ${path} ran out on ${day}: clients will refuse it.`];
  if (validToDate.getTime() > now + warnDaysBefore * dayMs) return [];
  return [`The certificate ${path} runs out on ${day}.`];
}

function readPem(file: string): { readonly bytes: Buffer; readonly mode: number } {
  try {
    const descriptor = openSync(encodePath(file), readFlags);
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) throw unusable(file, 'it is not a regular file');
      // One byte more than there may be.
      const bytes = Buffer.alloc(Math.min(stats.size, maxSizeBytes) + 1);
      const length = readSync(descriptor, bytes, 0, bytes.length, 0);
      if (length > maxSizeBytes) throw unusable(file, 'it is larger than any certificate or key');
      return { bytes: bytes.subarray(0, length), mode: stats.mode };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!isFsError(error)) throw error;
    const isMissing = codeOf(error) === 'ENOENT';
    throw unusable(file, isMissing ? 'there is no such file' : describeFsError(error).detail, error);
  }
}

function tried<T>(work: () => T, problem: (error: unknown) => AppError): T {
  try {
    return work();
  } catch (error) {
    throw problem(error);
  }
}

function unusable(file: string, problem: string, cause?: unknown): AppError {
  return new AppError('FILE_UNREADABLE', `TLS cannot begin with ${displayPath(file)}: ${problem}`, { cause });
}
