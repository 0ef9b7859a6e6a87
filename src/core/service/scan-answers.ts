// What a client is told of one path: the outcome in the words of the report, or why there is none.
import { lstatSync } from 'node:fs';
import type { ScanResult } from '../../shared/scan-report.ts';
import { unread, type UnscannableReason, type Verdict } from '../../shared/verdict.ts';
import { encodePath } from '../files/raw-path.ts';
import type { ScanOutcome } from '../pipeline.ts';
import { toScanResult } from '../scan-result.ts';

/** Nobody has looked at it. */
export function unlooked(path: string, reason: UnscannableReason, detail: string): ScanResult {
  return toScanResult(path, unread({ kind: 'unscannable', reason, detail }, 0));
}

export function answerOf({ request: { path }, verdict, identity }: ScanOutcome): ScanResult {
  return toScanResult(path, { ...verdict, judgement: inWordsOfClient(path, verdict, identity !== null) });
}

function inWordsOfClient(path: string, { judgement }: Verdict, wasThere: boolean): Verdict['judgement'] {
  if (judgement.kind !== 'unscannable') return judgement;
  if (judgement.reason === 'vanished' && !wasThere)
    return { ...judgement, reason: 'not_found', detail: 'there is no such file' };
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
