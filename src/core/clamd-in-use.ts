// The clamd that was settled at start, asked again later: how it is, what it has loaded, what workers are told of it.
import { isDeepStrictEqual } from 'node:util';
import type { EngineReport } from '../shared/engine-report.ts';
import { messageOf } from '../shared/errors.ts';
import { assertNever } from '../shared/verdict.ts';
import { askClamd } from './engines/clamd/ask-clamd.ts';
import { reportManaged, type FoundEngine, type LocatedClamd } from './engines/clamd/find-clamd.ts';
import { signatureGeneration } from './engines/signature-generation.ts';
import type { Logger } from './logger.ts';
import type { WorkerSettings } from './worker-settings.ts';

const healthTimeoutMs = 2000;

/**
 * The same clamd, with the signatures that are there now; null when it cannot load them and goes on with those it has.
 */
export async function refreshedClamd(
  clamd: FoundEngine,
  located: LocatedClamd,
  logger: Logger,
): Promise<FoundEngine | null> {
  if (clamd.kind === 'found') return located.kind === 'found' ? located : null;
  if (clamd.kind !== 'managed') return clamd;
  try {
    await clamd.managed.refreshSignatures();
    return clamd;
  } catch (error) {
    logger.error({ cause: messageOf(error) }, 'clamd cannot load the changed signatures');
    return null;
  }
}

/** Of the signatures it has loaded. */
export function fingerprintOf(clamd: FoundEngine): string {
  switch (clamd.kind) {
    case 'managed':
      return clamd.managed.signatures.fingerprint;
    case 'found':
      return signatureGeneration({ signatures: clamd.fingerprint, settings: clamd.settings });
    case 'unavailable':
      // To do without is one thing, to wait for it another: nothing said without it counts as if it had looked.
      return clamd.isAbsent ? 'none' : 'down';
    default:
      return assertNever(clamd);
  }
}

/** A machine without clamd does without; a clamd that is there, or was asked for, and cannot be used fails every file. */
export function clamdForWorkers(clamd: FoundEngine): WorkerSettings['clamd'] {
  if (clamd.kind !== 'unavailable') return { kind: 'on', target: clamd.target };
  return clamd.isAbsent ? { kind: 'off' } : { kind: 'down', detail: clamd.report.detail };
}

/** What it is able to do at this moment. */
export async function clamdReport(clamd: FoundEngine): Promise<EngineReport> {
  if (clamd.kind === 'unavailable') return clamd.report;
  const report = clamd.kind === 'managed' ? reportManaged(clamd.managed) : clamd.report;
  if (report.state === 'unavailable') return report;
  try {
    await askClamd(clamd.target.address, 'PING', healthTimeoutMs);
    return report;
  } catch {
    const detail = 'clamd answered at the start and does not answer now';
    return { ...report, state: 'unavailable', detail };
  }
}

/** Whether a start with what was located would bring up what is in use. */
export function isTheSame(located: LocatedClamd, clamd: FoundEngine): boolean {
  switch (located.kind) {
    case 'startable':
      return clamd.kind === 'managed';
    case 'found':
      return clamd.kind === 'found' && isDeepStrictEqual(located.target, clamd.target);
    case 'unavailable':
      return clamd.kind === 'unavailable';
    default:
      return assertNever(located);
  }
}

/** Whether its fingerprint is of what it has loaded. */
export function isCertain(clamd: FoundEngine): boolean {
  return clamd.kind === 'found' ? clamd.isCertain : true;
}
