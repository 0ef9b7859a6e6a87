// Settles at start which clamd looks at files: one that runs already, our own, or none; its absence is an answer, not an error.
import { accessSync, constants, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineReport } from '../../../shared/engine-report.ts';
import { displayPath } from '../../../shared/display-path.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { encodePath } from '../../files/raw-path.ts';
import type { Logger } from '../../logger.ts';
import { parseClamdConfig } from './clamd-config.ts';
import { explainFailure, isAbsence, reportClamd, reportUnavailable } from './clamd-texts.ts';
import { inspectClamd, isLoopback, readConfigFiles } from './inspect-clamd.ts';
import type { InspectedClamd } from './inspect-clamd.ts';
import { installCommand, knownPlaces } from './known-places.ts';
import type { KnownPlaces } from './known-places.ts';
import { startManagedClamd } from './managed-clamd.ts';
import type { ManagedClamd } from './managed-clamd.ts';
import { listSignatureFiles } from './signature-database.ts';
import type { ClamdAddress, ClamdLimits, ClamdTarget } from './target.ts';

export type ClamdChoice = 'auto' | 'managed' | 'none' | ClamdAddress;

export interface FindClamdOptions {
  readonly choice: ClamdChoice;
  /** Folder of signatures for a managed clamd; with `auto` it also means that no other clamd will do. Null: the system's. */
  readonly signatureDir?: string | null;
  readonly dataDir: string;
  /** For a managed clamd. */
  readonly limits: ClamdLimits;
  /** `MaxScanTime` of a managed clamd: somewhat less than clients wait for one file. */
  readonly maxScanSeconds: number;
  readonly logger: Logger;
  /** Aborts the start. */
  readonly signal?: AbortSignal;
  /** Where to look; by default the usual places of this platform. */
  readonly places?: KnownPlaces;
  readonly askTimeoutMs?: number;
  readonly readyTimeoutMs?: number;
}

export type FoundEngine =
  | ({ readonly kind: 'found' } & InspectedClamd)
  | {
      readonly kind: 'managed';
      readonly managed: ManagedClamd;
      readonly target: ClamdTarget;
      readonly report: EngineReport;
      readonly fingerprint: string;
    }
  /** `absent`: nobody expects it here. Not absent: it is there, or was asked for, and cannot be used. */
  | { readonly kind: 'unavailable'; readonly isAbsent: boolean; readonly report: EngineReport };

/** What there is to be had, before anything is started. */
export type LocatedClamd =
  | Exclude<FoundEngine, { readonly kind: 'managed' }>
  | {
      readonly kind: 'startable';
      readonly binary: string;
      readonly signatureDir: string;
      readonly problems: readonly string[];
    };

const defaultAskTimeoutMs = 5_000;

/** @throws AppError SHUTTING_DOWN when `signal` aborts; an engine that is absent or broken is `unavailable`. */
export async function findClamd(options: FindClamdOptions): Promise<FoundEngine> {
  return startLocated(await locateClamd(options), options);
}

/** Asks those that run, and looks for what could be started: some milliseconds, where a start may take a minute. */
export async function locateClamd(options: FindClamdOptions): Promise<LocatedClamd> {
  const places = options.places ?? knownPlaces(process.platform, process.env);
  const { choice } = options;
  if (choice === 'none') return unavailable(['clamd is switched off in the configuration.'], true);
  if (choice === 'managed') return locateBinary(options, places, []);
  if (choice === 'auto') return locateAutomatically(options, places);
  try {
    return { kind: 'found', ...(await inspectClamd(choice, places, askTimeout(options))) };
  } catch (error) {
    return unavailable([explainFailure(choice, error)], false);
  }
}

/** @throws AppError SHUTTING_DOWN when `signal` aborts; a clamd that does not start is `unavailable`. */
export async function startLocated(located: LocatedClamd, options: FindClamdOptions): Promise<FoundEngine> {
  if (located.kind !== 'startable') return located;
  const { binary, signatureDir, problems } = located;
  try {
    const signal = options.signal ?? new AbortController().signal;
    const managed = await startManagedClamd({ ...options, binary, signatureDir, signal });
    return {
      kind: 'managed',
      managed,
      target: managed.target,
      report: reportManaged(managed, problems),
      fingerprint: managed.signatures.fingerprint,
    };
  } catch (error) {
    if (error instanceof AppError && error.code === 'SHUTTING_DOWN') throw error;
    options.logger.warn({ cause: messageOf(error), binary }, 'the managed clamd could not be started');
    return unavailable([...problems, messageOf(error)], false);
  }
}

async function locateAutomatically(options: FindClamdOptions, places: KnownPlaces): Promise<LocatedClamd> {
  const problems: string[] = [];
  const addresses = asksForSignatures(options) ? [] : candidates(places);
  for (const address of addresses) {
    if (options.signal?.aborted === true) throw new AppError('SHUTTING_DOWN', 'Vedette is stopping');
    try {
      return { kind: 'found', ...(await inspectClamd(address, places, askTimeout(options))) };
    } catch (error) {
      if (!isAbsence(error)) problems.push(explainFailure(address, error));
    }
  }
  return locateBinary(options, places, problems);
}

/** What the configuration files name, then the usual places; each once. */
function candidates(places: KnownPlaces): ClamdAddress[] {
  const configured = readConfigFiles(places.configPaths).flatMap(
    ({ text }) => parseClamdConfig(text).addresses,
  );
  const all = [...configured, ...places.addresses].filter(
    (address) => address.kind === 'unix' || isLoopback(address.host),
  );
  return [...new Map(all.map((address) => [JSON.stringify(address), address])).values()];
}

function locateBinary(
  options: FindClamdOptions,
  places: KnownPlaces,
  problems: readonly string[],
): LocatedClamd {
  const binary = places.binaries.find((path) => isExecutable(path));
  if (binary === undefined) {
    const command = installHint();
    const sentences = [...problems, `There is no clamd on this machine. To install it: ${command}`];
    return unavailable(
      sentences,
      options.choice === 'auto' && sentences.length === 1 && !asksForSignatures(options),
    );
  }
  try {
    return { kind: 'startable', binary, signatureDir: chooseSignatureDir(options, places), problems };
  } catch (error) {
    return unavailable([...problems, messageOf(error)], false);
  }
}

/** How to get clamd on this machine. */
export function installHint(): string {
  return installCommand(process.platform, readOsRelease());
}

/** What our own clamd says of itself now: also right after it was restarted or its signatures were refreshed. */
export function reportManaged(managed: ManagedClamd, warnings: readonly string[] = []): EngineReport {
  const { state, signatures, version } = managed;
  if (state.kind === 'restarting') {
    return reportUnavailable(`clamd ended (${state.cause}) and is started again.`);
  }
  if (state.kind !== 'ready') return reportUnavailable(`clamd is ${state.kind}.`);
  const shortcomings =
    signatures.linkedFiles > 0
      ? []
      : ['clamd has no signatures but the test signature: run freshclam, or give a folder of signatures.'];
  return reportClamd({
    version,
    signatures: signatures.count,
    newestAtMs: signatures.newestAtMs,
    nowMs: Date.now(),
    shortcomings,
    warnings,
  });
}

/**
 * The folder that was asked for, else the first of the system's that holds signatures, else one of our own.
 * @throws AppError FILE_UNREADABLE when the folder that was asked for cannot be listed.
 */
function chooseSignatureDir(options: FindClamdOptions, places: KnownPlaces): string {
  const asked = options.signatureDir ?? null;
  if (asked === null) {
    const ofSystem = places.databaseDirs.find((folder) => hasSignatures(folder));
    if (ofSystem !== undefined) return ofSystem;
    const own = join(options.dataDir, 'clamd', 'signatures');
    mkdirSync(encodePath(own), { recursive: true, mode: 0o700 });
    return own;
  }
  try {
    listSignatureFiles(asked);
    return asked;
  } catch (error) {
    const text = `the signature folder ${displayPath(asked)} cannot be read: ${messageOf(error)}`;
    throw new AppError('FILE_UNREADABLE', text, { cause: error });
  }
}

function hasSignatures(folder: string): boolean {
  try {
    return listSignatureFiles(folder).length > 0;
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(encodePath(path), constants.X_OK);
    return statSync(encodePath(path)).isFile();
  } catch {
    return false;
  }
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

function unavailable(
  sentences: readonly string[],
  isAbsent: boolean,
): Extract<FoundEngine, { readonly kind: 'unavailable' }> {
  return { kind: 'unavailable', isAbsent, report: reportUnavailable(sentences.join(' ')) };
}

/** Whoever names a database expects it to be used. */
function asksForSignatures({ signatureDir }: FindClamdOptions): boolean {
  return signatureDir !== undefined && signatureDir !== null;
}

function askTimeout(options: FindClamdOptions): number {
  return options.askTimeoutMs ?? defaultAskTimeoutMs;
}
