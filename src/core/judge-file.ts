// One file whose turn has come: identified again, looked at by the engines, remembered; the answer is about what was identified.
import type { FileIdentity, IdentifiedFile, ScanRequest } from '../shared/scan.ts';
import { assertNever, isComplete, unread, type Judgement, type Verdict } from '../shared/verdict.ts';
import { mixedGeneration, type Generation } from './cache/recall.ts';
import type { VerdictCache } from './cache/verdict-cache.ts';
import type { EngineRoom } from './engine-room.ts';
import { keepsChangeTimes } from './files/change-time.ts';
import { tellsLaterWrites } from './files/file-identity.ts';
import type { MappedFiles } from './files/mapped-files.ts';
import { identifyFile } from './intake/identify-file.ts';
import type { Logger } from './logger.ts';
import type { PoolResult } from './pool/pool-result.ts';
import type { ScanPool } from './pool/scan-pool.ts';
import { strikesUntilPoison, type StrikeList } from './pool/strike-list.ts';

export interface Answer {
  readonly verdict: Verdict;
  /** Of the file the verdict is about; null for what is no regular file, or kept changing. */
  readonly identity: FileIdentity | null;
  /** What the engines once took for a verdict that was remembered, milliseconds; 0 when they were asked. */
  readonly savedMs: number;
}

export interface JudgeFileOptions {
  readonly engines: Pick<EngineRoom, 'generation'>;
  /** null: every file goes through the engines. */
  readonly cache: Pick<VerdictCache, 'standing' | 'remember' | 'recordContentLookups'> | null;
  readonly strikes: StrikeList;
  readonly maxFileSizeBytes: number;
  /** An answer that took this long, and still was none, is the file's doing. */
  readonly requestTimeoutMs: number;
  /** Who has files mapped for writing. */
  readonly mapped: MappedFiles;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** A file that keeps changing is scanned this many times before it is called unstable. */
const maxAttempts = 3;

export async function judgeFile(
  request: ScanRequest,
  pool: Pick<ScanPool, 'scan'>,
  options: JudgeFileOptions,
): Promise<Answer> {
  const { engines, strikes, cache } = options;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const identified = identifyRequest(request, options.maxFileSizeBytes, attempt > 1);
    if (identified.kind === 'judged') return unreadAnswer(identified.judgement, identified.sizeBytes);
    const { file } = identified;
    if (strikes.isPoison(file.identity))
      return unlessStanding(file, unreadAnswer(poisonBefore, file.sizeBytes, file.identity), options);
    const { generation } = engines;
    const mayChangeUnseen = cache !== null && request.isPassing !== true && !isWatertight(file, options);
    const result = await pool.scan({
      ...file,
      ...(request.fresh === true && { fresh: true }),
      ...(mayChangeUnseen && { mayChangeUnseen }),
    });
    // What was identified is what was scanned: an answer about other bytes is thrown away.
    if (result.kind === 'changed') continue;
    if (result.kind === 'verdict') {
      // Other signatures are in force now: what they say counts.
      const isLate = engines.generation.id !== generation.id && engines.generation.isSettled;
      if (isLate && attempt < maxAttempts) continue;
      remember(request, { file, mayChangeUnseen, result, generation }, options);
    }
    return unlessStanding(file, answerFor(file, result, options), options);
  }
  const detail = `changed during each of ${maxAttempts} scans`;
  return unreadAnswer({ kind: 'partial', reason: 'unstable', detail }, 0);
}

/** @param wasSeen somebody has met the file where it is named. */
export function identifyRequest(
  { path, origin, isPassing }: ScanRequest,
  maxFileSizeBytes: number,
  wasSeen = false,
): ReturnType<typeof identifyFile> {
  // All others come from a walk or an event: somebody has seen the file.
  const isOnlyNamed = origin === 'api' && isPassing !== true && !wasSeen;
  return identifyFile(path, { maxFileSizeBytes, isOnlyNamed });
}

export function unreadAnswer(
  judgement: Judgement,
  sizeBytes: number,
  identity: FileIdentity | null = null,
): Answer {
  return { verdict: unread(judgement, sizeBytes), identity, savedMs: 0 };
}

/** Asked before the file is read: whether every later change of its bytes will show in its identity. */
function isWatertight({ path, identity }: IdentifiedFile, { now, mapped }: JudgeFileOptions): boolean {
  return tellsLaterWrites(identity, now()) && keepsChangeTimes(path) && mapped.isBeyondReach(identity);
}

interface Look {
  readonly file: IdentifiedFile;
  readonly mayChangeUnseen: boolean;
  readonly result: Extract<PoolResult, { kind: 'verdict' }>;
  /** In force when the file was handed to the pool. */
  readonly generation: Generation;
}

/** Kept within the generation it was made in; where nobody can tell which one that is, within none. */
function remember(
  { isPassing }: ScanRequest,
  { file, mayChangeUnseen, result, generation }: Look,
  { cache, engines }: JudgeFileOptions,
): void {
  const { verdict, reusable, isOneReading, isOfOthers } = result;
  if (cache === null) return;
  if (verdict.cachedFrom === 'content') cache.recordContentLookups(1, 0);
  else if (verdict.sha256 !== null) cache.recordContentLookups(0, 1);
  // The bytes that were hashed may be others than those that were looked at.
  if (!reusable || (mayChangeUnseen && isOneReading !== true)) return;
  const isTold = engines.generation === generation && generation.isSettled && isOfOthers !== true;
  const contentOnly = isPassing === true || mayChangeUnseen;
  cache.remember({ file, verdict, generation: isTold ? generation : mixedGeneration, contentOnly });
}

/** A finding with earlier signatures stays until the engines have looked at all of the file again. */
function unlessStanding(file: IdentifiedFile, answer: Answer, { cache, engines }: JudgeFileOptions): Answer {
  if (isComplete(answer.verdict.judgement)) return answer;
  const standing = cache?.standing(file, answer.verdict.sha256, engines.generation) ?? null;
  return standing === null ? answer : { ...answer, verdict: standing, savedMs: 0 };
}

function answerFor(
  { identity, sizeBytes }: IdentifiedFile,
  result: Exclude<PoolResult, { kind: 'changed' }>,
  options: JudgeFileOptions,
): Answer {
  switch (result.kind) {
    case 'verdict': {
      const { verdict, savedMs } = result;
      const { judgement, durationMs } = verdict;
      const timedOut = judgement.kind === 'unscannable' && judgement.reason === 'timeout';
      if (timedOut && durationMs >= options.requestTimeoutMs) strike(identity, 1, options);
      return { verdict, identity, savedMs };
    }
    case 'killed_workers': {
      strike(identity, strikesUntilPoison, options);
      const reason = result.how === 'hung' ? 'timeout' : 'poison';
      const detail = `two scan workers ${result.how === 'hung' ? 'hung on' : 'ended over'} this file (${result.cause})`;
      return unreadAnswer({ kind: 'unscannable', reason, detail }, sizeBytes, identity);
    }
    case 'no_worker': {
      const judgement = { kind: 'unscannable', reason: 'interrupted', detail: result.cause } as const;
      return unreadAnswer(judgement, sizeBytes, identity);
    }
    default:
      return assertNever(result);
  }
}

function strike(identity: FileIdentity, count: number, { strikes, logger }: JudgeFileOptions): void {
  try {
    strikes.add(identity, count);
  } catch (error) {
    logger.warn({ error }, 'strike list could not be written');
  }
}

const poisonBefore: Judgement = {
  kind: 'unscannable',
  reason: 'poison',
  detail:
    'ended or blocked the scanner in earlier tries; it is tried again when the file or the signatures change',
};
