// Reads somebody else's clamd.conf: a key that is absent or unreadable has clamd's own default, never a guess in our favour.
import { statSync } from 'node:fs';
import { encodePath } from '../../files/raw-path.ts';
import type { ClamdAddress, ClamdLimits } from './target.ts';

export interface ClamdConfig {
  readonly addresses: readonly ClamdAddress[];
  readonly databaseDir: string | null;
  readonly limits: ClamdLimits;
  readonly reportsLimits: boolean;
  readonly reportsEncrypted: boolean;
  /** Keys of parsers that this configuration switches off, such as `ScanArchive`. */
  readonly switchedOff: readonly string[];
  /** How often it looks for other signatures; 0 for never. */
  readonly selfCheckSeconds: number;
}

/** clamd.conf(5). */
const defaultSelfCheckSeconds = 600;

const MiB = 1024 * 1024;

/** What libclamav caps `MaxFileSize` at, and what 0 means for it (1.4.6 logs this number for `MaxFileSize 0`). */
const largestFileBytes = 2_147_483_645;

/** clamd.conf(5) of 1.4. */
export const defaultLimits: ClamdLimits = {
  maxStreamBytes: 100 * MiB,
  maxFileBytes: 100 * MiB,
  maxScanBytes: 400 * MiB,
  maxRecursion: 17,
  maxFiles: 10_000,
};

/** The defaults before 0.105: assumed where neither the version nor the configuration can be read. */
export const smallestDefaultLimits: ClamdLimits = {
  maxStreamBytes: 25 * MiB,
  maxFileBytes: 25 * MiB,
  maxScanBytes: 100 * MiB,
  maxRecursion: 16,
  maxFiles: 10_000,
};

/** The built-in limits of this clamd, by the first `number.number` in its version. */
export function defaultLimitsOf(version: string): ClamdLimits {
  const found = /(\d+)\.(\d+)/.exec(version);
  if (found === null) return smallestDefaultLimits;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  return major > 0 || minor >= 105 ? defaultLimits : smallestDefaultLimits;
}

/** clamd.conf(5): each of these opens one kind of file. */
const parserKeys = /^Scan(?:PE|ELF|OLE2|PDF|SWF|XMLDOCS|HWP3|OneNote|Mail|HTML|Archive|Image)$/;

/** @param defaults for the limits that `text` does not set: those of the clamd that reads it. */
export function parseClamdConfig(text: string, defaults: ClamdLimits = defaultLimits): ClamdConfig {
  const values = readValues(text);
  function last(key: string): string | undefined {
    return values.get(key)?.at(-1);
  }
  function isOn(key: string): boolean {
    return /^(?:yes|true|1)$/i.test(last(key) ?? '');
  }
  function isOff(key: string): boolean {
    return /^(?:no|false|0)$/i.test(last(key) ?? '');
  }
  /** 0 switches a limit off. */
  function limit(key: string, fallback: number): number {
    const size = parseSize(last(key));
    return size === null ? fallback : size === 0 ? Number.MAX_SAFE_INTEGER : size;
  }
  const switchedOff = [...values.keys()].filter((key) => parserKeys.test(key) && isOff(key));
  const recursion = parseSize(last('MaxRecursion'));
  return {
    addresses: addressesOf(values),
    databaseDir: last('DatabaseDirectory') ?? null,
    limits: {
      maxStreamBytes: limit('StreamMaxLength', defaults.maxStreamBytes),
      maxFileBytes: Math.min(limit('MaxFileSize', defaults.maxFileBytes), largestFileBytes),
      maxScanBytes: limit('MaxScanSize', defaults.maxScanBytes),
      // The one limit that cannot be switched off: clamd takes its default for 0.
      maxRecursion: recursion === null || recursion === 0 ? defaults.maxRecursion : recursion,
      maxFiles: limit('MaxFiles', defaults.maxFiles),
    },
    // `BlockMax` and `ArchiveBlockEncrypted` are the names before 0.101, still accepted.
    // What is switched off is not looked into, and no alert tells of it.
    reportsLimits: (isOn('AlertExceedsMax') || isOn('BlockMax')) && switchedOff.length === 0,
    switchedOff,
    selfCheckSeconds: parseSize(last('SelfCheck')) ?? defaultSelfCheckSeconds,
    reportsEncrypted:
      isOn('AlertEncrypted') ||
      isOn('ArchiveBlockEncrypted') ||
      (isOn('AlertEncryptedArchive') && isOn('AlertEncryptedDoc')),
  };
}

/** Whether this configuration is the one of the clamd at `address`. */
export function listensAt(config: ClamdConfig, address: ClamdAddress): boolean {
  return config.addresses.some((own) => {
    if (own.kind === 'tcp' || address.kind === 'tcp') {
      return own.kind === 'tcp' && address.kind === 'tcp' && own.port === address.port;
    }
    return own.path === address.path || isSameFile(own.path, address.path);
  });
}

/** `/var/run` is a link to `/run` nearly everywhere, so names alone do not tell. */
function isSameFile(first: string, second: string): boolean {
  const a = statSync(encodePath(first), { throwIfNoEntry: false, bigint: true });
  const b = statSync(encodePath(second), { throwIfNoEntry: false, bigint: true });
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

function addressesOf(values: ReadonlyMap<string, readonly string[]>): ClamdAddress[] {
  const addresses: ClamdAddress[] = [];
  const path = values.get('LocalSocket')?.at(-1);
  if (path !== undefined) addresses.push({ kind: 'unix', path });
  const port = parseSize(values.get('TCPSocket')?.at(-1));
  if (port === null || port === 0 || port > 65_535) return addresses;
  for (const host of values.get('TCPAddr') ?? ['127.0.0.1']) {
    addresses.push({
      kind: 'tcp',
      host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host,
      port,
    });
  }
  return addresses;
}

function readValues(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const found = /^\s*([A-Za-z]\w*)\s+(\S.*?)\s*$/.exec(line);
    if (found?.[1] === undefined || found[2] === undefined) continue;
    const value = found[2].replace(/^"(.*)"$/, '$1');
    const list = values.get(found[1]);
    if (list === undefined) values.set(found[1], [value]);
    else list.push(value);
  }
  return values;
}

/** Bytes (or a count) of `25`, `10K`, `100M`, `2G`; null when it is not a size. */
function parseSize(text: string | undefined): number | null {
  const found = /^(\d{1,15})([KMG]?)$/i.exec(text ?? '');
  if (found?.[1] === undefined) return null;
  const unit = { '': 1, K: 1024, M: MiB, G: 1024 * MiB }[(found[2] ?? '').toUpperCase()];
  return unit === undefined ? null : Math.min(Number(found[1]) * unit, Number.MAX_SAFE_INTEGER);
}
