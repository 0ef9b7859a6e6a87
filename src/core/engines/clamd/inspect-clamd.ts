// Looks at a clamd that is not ours: whose socket it is, what its configuration admits, how old its signatures are.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { EngineReport } from '../../../shared/engine-report.ts';
import { AppError } from '../../../shared/errors.ts';
import { encodePath } from '../../files/raw-path.ts';
import { describeAddress } from './address.ts';
import { askClamd, parseVersion } from './ask-clamd.ts';
import { defaultLimitsOf, listensAt, parseClamdConfig, smallestDefaultLimits } from './clamd-config.ts';
import type { ClamdConfig } from './clamd-config.ts';
import { reportClamd } from './clamd-texts.ts';
import type { KnownPlaces } from './known-places.ts';
import { readSignatureDatabase } from './signature-database.ts';
import type { SignatureDatabase } from './signature-database.ts';
import type { ClamdAddress, ClamdTarget } from './target.ts';

export interface InspectedClamd {
  readonly target: ClamdTarget;
  readonly report: EngineReport;
  /** Changes whenever its signatures do; `unknown` when that cannot be told. */
  readonly fingerprint: string;
  /** Whether the fingerprint can be relied on: not while signatures may be on disk that it has not loaded yet. */
  readonly isCertain: boolean;
  /** What of its configuration decides verdicts; null where that cannot be read. */
  readonly settings: unknown;
}

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

export const unknownFingerprint = 'unknown';

/** By then it has noticed what was written, and loaded it. */
const selfChecksUntilLoaded = 1.5;

/** The configuration files that are there and readable. */
export function readConfigFiles(paths: readonly string[]): ConfigFile[] {
  return paths.flatMap((path) => {
    try {
      return [{ path, text: readFileSync(encodePath(path), 'utf8') }];
    } catch {
      return [];
    }
  });
}

/**
 * @throws AppError of `askClamd`, or CLAMD_UNAVAILABLE when the socket belongs to somebody who has no business there.
 */
export async function inspectClamd(
  address: ClamdAddress,
  places: KnownPlaces,
  timeoutMs: number,
): Promise<InspectedClamd> {
  const warnings = checkAddress(address, places);
  await askClamd(address, 'PING', timeoutMs);
  const answer = await askClamd(address, 'VERSION', timeoutMs);
  const version = parseVersion(answer);
  const file = readConfigFiles(places.configPaths).find(({ text }) =>
    listensAt(parseClamdConfig(text), address),
  );
  const config = file === undefined ? null : parseClamdConfig(file.text, defaultLimitsOf(version.engine));
  const database = readDatabase(config, places);
  return {
    target: {
      address,
      kind: 'found',
      limits: config?.limits ?? smallestDefaultLimits,
      reportsLimits: config?.reportsLimits ?? false,
      reportsEncrypted: config?.reportsEncrypted ?? false,
      acceptsPaths: false,
    },
    report: reportClamd({
      version: answer,
      signatures: database?.headerSignatures ?? 0,
      newestAtMs: databaseTime(version.database) ?? database?.newestAtMs ?? null,
      nowMs: Date.now(),
      shortcomings: shortcomingsOf(config, file?.path ?? null, address),
      warnings,
    }),
    fingerprint: fingerprintOf(answer, version.database, database),
    isCertain: hasLoaded(config, database),
    settings:
      config === null
        ? null
        : [config.limits, config.reportsLimits, config.reportsEncrypted, config.switchedOff],
  };
}

/** @returns warnings. @throws AppError CLAMD_UNAVAILABLE when the owner of the socket is not to be trusted. */
function checkAddress(address: ClamdAddress, places: KnownPlaces): string[] {
  const place = describeAddress(address);
  if (address.kind === 'tcp') {
    return isLoopback(address.host)
      ? []
      : [`What is scanned travels to ${place} without encryption: use it only on a network you trust.`];
  }
  const stat = statSync(encodePath(address.path), { throwIfNoEntry: false });
  if (stat === undefined || process.getuid === undefined) return [];
  const trusted = new Set([0, process.getuid(), ...userIds(places.daemonUsers)]);
  if (!trusted.has(stat.uid)) {
    throw new AppError(
      'CLAMD_UNAVAILABLE',
      `The socket ${place} belongs to user ${stat.uid}, who is neither root nor clamav nor you: it is not used.`,
      { details: { cause: 'owner', uid: stat.uid } },
    );
  }
  return (stat.mode & 0o002) === 0
    ? []
    : [`Every user of this machine may use the socket ${place} (mode 666).`];
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function userIds(names: readonly string[]): number[] {
  return readConfigFiles(['/etc/passwd'])
    .flatMap(({ text }) => text.split('\n'))
    .map((line) => line.split(':'))
    .filter(([name]) => name !== undefined && names.includes(name))
    .map((fields) => Number(fields[2]))
    .filter((uid) => Number.isInteger(uid));
}

function shortcomingsOf(config: ClamdConfig | null, path: string | null, address: ClamdAddress): string[] {
  if (config === null || path === null) {
    return [
      `The configuration of the clamd at ${describeAddress(address)} cannot be read, so the smallest default limits are assumed and larger files count as looked at in part.`,
    ];
  }
  if (config.switchedOff.length > 0) {
    return [`clamd does not look into everything: ${path} switches off ${config.switchedOff.join(', ')}.`];
  }
  const missing = [
    ...(config.reportsLimits ? [] : ['AlertExceedsMax yes']),
    ...(config.reportsEncrypted ? [] : ['AlertEncrypted yes']),
  ];
  if (missing.length === 0) return [];
  const lines = missing.map((line) => `"${line}"`).join(' and ');
  return [
    `clamd does not say when it could not look at all of a file: add ${lines} to ${path} and restart clamd.`,
  ];
}

function readDatabase(config: ClamdConfig | null, places: KnownPlaces): SignatureDatabase | null {
  // Without its configuration it is not known which folder it loads from.
  const folders =
    config === null ? [] : config.databaseDir === null ? places.databaseDirs : [config.databaseDir];
  for (const folder of folders) {
    try {
      const database = readSignatureDatabase(folder);
      if (database.files.length > 0) return database;
    } catch {
      // Not there, or not for us to read: the next one.
    }
  }
  return null;
}

/** Whether all that is on disk is in force, as far as can be told from outside. */
function hasLoaded(config: ClamdConfig | null, database: SignatureDatabase | null): boolean {
  if (config === null || config.selfCheckSeconds === 0 || database?.arrivedAtMs == null) return false;
  return Date.now() - database.arrivedAtMs > config.selfCheckSeconds * 1000 * selfChecksUntilLoaded;
}

function fingerprintOf(answer: string, daily: string | null, database: SignatureDatabase | null): string {
  if (daily === null && database === null) return unknownFingerprint;
  return createHash('sha256')
    .update(`${answer}\n${database?.fingerprint ?? ''}`)
    .digest('hex');
}

/** The date in `27300/Sat Nov 15 09:00:00 2025`. */
function databaseTime(database: string | null): number | null {
  const time = Date.parse(database?.split('/')[1] ?? '');
  return Number.isNaN(time) ? null : time;
}
