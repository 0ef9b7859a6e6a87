// The sentences about clamd that a person reads: what is wrong and what to do about it. Pure.
import { z } from 'zod';
import type { EngineReport } from '../../../shared/engine-report.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { assertNever } from '../../../shared/verdict.ts';
import { describeAddress } from './address.ts';
import type { AskFailure } from './ask-clamd.ts';
import type { ClamdAddress } from './target.ts';

export interface ClamdFacts {
  readonly version: string;
  readonly signatures: number;
  /** When the newest signatures were made, in milliseconds since 1970; null when unknown. */
  readonly newestAtMs: number | null;
  readonly nowMs: number;
  /** What it lacks, each a sentence with its remedy: they make it `reduced`. */
  readonly shortcomings: readonly string[];
  /** What is worth knowing, each a sentence. */
  readonly warnings: readonly string[];
}

const dayMs = 24 * 60 * 60 * 1000;
const oldAfterDays = 7;

export function reportClamd(facts: ClamdFacts): EngineReport {
  const { newestAtMs, nowMs } = facts;
  const ageDays = newestAtMs === null ? 0 : Math.floor((nowMs - newestAtMs) / dayMs);
  const age =
    ageDays > oldAfterDays ? [`The signatures are ${ageDays} days old: run freshclam to update them.`] : [];
  return {
    name: 'clamav',
    state: facts.shortcomings.length === 0 ? 'ready' : 'reduced',
    version: facts.version,
    signatures: facts.signatures,
    detail: [...facts.shortcomings, ...age, ...facts.warnings].join(' '),
  };
}

export function reportUnavailable(detail: string): EngineReport {
  return { name: 'clamav', state: 'unavailable', version: '', signatures: 0, detail };
}

/** Why the clamd at `address` cannot be used, as told by what `askClamd` throws. */
export function explainFailure(address: ClamdAddress, error: unknown): string {
  const cause = causeOf(error);
  return cause === null ? messageOf(error) : explainCause(cause, describeAddress(address));
}

function explainCause(cause: AskFailure, place: string): string {
  switch (cause) {
    case 'missing':
      return `There is no socket at ${place}: start clamd, or correct the address.`;
    case 'refused':
      return `Nothing answers at ${place}: clamd is not running, or is still loading its signatures.`;
    case 'permission':
      return `Vedette may not use ${place}: add this user to the group of the socket, and log in again.`;
    case 'busy':
      return `clamd at ${place} accepts no more connections: it is overloaded, or hangs and has to be restarted.`;
    case 'timeout':
      return `clamd at ${place} accepts connections but does not answer: it hangs, or is still loading its signatures.`;
    case 'closed':
    case 'not_clamd':
      return `What listens at ${place} is not clamd: correct the address.`;
    case 'unreachable':
      return `${place} cannot be reached: check the address and the network.`;
    default:
      return assertNever(cause);
  }
}

/** Whether nobody is there at all, which is no news at a place that was only guessed. */
export function isAbsence(error: unknown): boolean {
  const cause = causeOf(error);
  return cause === 'missing' || cause === 'refused';
}

const failureSchema = z.object({
  cause: z.enum([
    'missing',
    'refused',
    'permission',
    'busy',
    'unreachable',
    'timeout',
    'closed',
    'not_clamd',
  ]),
});

function causeOf(error: unknown): AskFailure | null {
  const parsed = failureSchema.safeParse(error instanceof AppError ? error.details : null);
  return parsed.success ? parsed.data.cause : null;
}
