// What a client is told of one path: the outcome in the words of the report, or why there is none.
import { lstatSync } from 'node:fs';
import type { ScanResult } from '../../shared/scan-report.ts';
import type { AllowEntry } from '../../shared/allow-entry.ts';
import { threatIn, unread, type UnscannableReason, type Verdict } from '../../shared/verdict.ts';
import { encodePath } from '../files/raw-path.ts';
import type { ScanOutcome } from '../pipeline.ts';
import type { AllowQuestion } from '../respond/allow-list.ts';
import { toAllowed, toScanResult } from '../scan-result.ts';

export interface AskedAllowList {
  match(question: AllowQuestion): AllowEntry | null;
}

/** Nobody has looked at it. */
export function unlooked(path: string, reason: UnscannableReason, detail: string): ScanResult {
  return toScanResult(path, unread({ kind: 'unscannable', reason, detail }, 0));
}

export function answerOf(outcome: ScanOutcome, allow: AskedAllowList): ScanResult {
  const { request, verdict } = outcome;
  const judgement = inWordsOfClient(request.path, verdict);
  return uploadAnswerOf(request.path, { ...verdict, judgement }, allow);
}

/** @param path what stands in its place. */
export function uploadAnswerOf(path: string, verdict: Verdict, allow: AskedAllowList): ScanResult {
  return { ...toScanResult(path, verdict), ...allowedIn(path, verdict, allow) };
}

function allowedIn(path: string, verdict: Verdict, allow: AskedAllowList): Pick<ScanResult, 'allowed'> {
  const threat = threatIn(verdict);
  if (threat === null) return {};
  const entry = allow.match({ path, sha256: verdict.sha256, detections: threat.detections });
  return entry === null ? {} : { allowed: toAllowed(entry) };
}

function inWordsOfClient(path: string, { judgement }: Verdict): Verdict['judgement'] {
  if (judgement.kind !== 'unscannable') return judgement;
  if (judgement.reason === 'special_file' && isFolder(path))
    return { ...judgement, detail: 'it is a folder: start a scan job to have its files scanned' };
  return judgement;
}

/** False also for what cannot be looked at by now. */
function isFolder(path: string): boolean {
  try {
    return lstatSync(encodePath(path)).isDirectory();
  } catch {
    return false;
  }
}
