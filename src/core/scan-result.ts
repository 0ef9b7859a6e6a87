// One outcome in the words of the report.
import { assertNever, isHybrid, threatIn, type Verdict } from '../shared/verdict.ts';
import type { ScanResult } from '../shared/scan-report.ts';
import type { AllowEntry } from '../shared/allow-entry.ts';
import { pathBytes } from './files/raw-path.ts';

/** @param path as it travels inside: bytes that are not UTF-8 stand as lone surrogates. */
export function toScanResult(path: string, verdict: Verdict): ScanResult {
  const { judgement } = verdict;
  const wellFormed = path.isWellFormed();
  const detections = threatIn(verdict)?.detections ?? [];
  return {
    path: wellFormed ? path : path.toWellFormed(),
    ...(wellFormed ? {} : { path_base64: pathBytes(path).toString('base64') }),
    verdict: judgement.kind,
    ...reasonOf(verdict),
    size_bytes: verdict.sizeBytes,
    sha256: verdict.sha256,
    duration_ms: Math.round(verdict.durationMs * 1000) / 1000,
    cached: verdict.cachedFrom !== null,
    engines: [...verdict.engines],
    hybrid: isHybrid(detections),
    detections: [...detections],
  };
}

function reasonOf({ judgement }: Verdict): Pick<ScanResult, 'reason' | 'detail'> {
  switch (judgement.kind) {
    case 'clean':
    case 'infected':
    case 'suspicious':
      return { reason: null };
    case 'partial':
    case 'unscannable':
      return { reason: judgement.reason, detail: judgement.detail };
    default:
      return assertNever(judgement);
  }
}

/** Who allowed what was found, as a result tells it. */
export function toAllowed({ kind, value, reason, author }: AllowEntry): NonNullable<ScanResult['allowed']> {
  return { kind, value: value.toWellFormed(), reason, author };
}
