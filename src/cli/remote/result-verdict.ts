// What a service said of a file, as a verdict of ours: what does not hold together is a protocol error, never clean.
import type { LookupResult } from '../../shared/service-documents.ts';
import type { ScanResult } from '../../shared/scan-report.ts';
import {
  partialReasonSchema,
  unread,
  unscannableReasonSchema,
  type Detection,
  type Judgement,
  type Verdict,
} from '../../shared/verdict.ts';

export function verdictOf(result: ScanResult): Verdict {
  const judgement = judgementOf(result);
  if (judgement === null) return contradiction(result.size_bytes);
  return {
    judgement,
    engines: result.engines,
    sha256: result.sha256,
    sizeBytes: result.size_bytes,
    durationMs: result.duration_ms,
    cachedFrom: result.cached ? 'content' : null,
  };
}

/** null where nobody has looked at this content. */
export function verdictOfLookup(
  result: LookupResult,
  file: { readonly sizeBytes: number; readonly sha256: string },
): Verdict | null {
  const { known, verdict, engines, detections } = result;
  if (!known || verdict === null) return null;
  const judgement = judgementOf({ verdict, detections, reason: null });
  if (judgement === null) return contradiction(file.sizeBytes);
  return { judgement, engines, ...file, durationMs: 0, cachedFrom: 'content' };
}

function judgementOf({
  verdict,
  detections,
  reason,
  detail = '',
}: Pick<ScanResult, 'verdict' | 'detections' | 'reason' | 'detail'>): Judgement | null {
  switch (verdict) {
    case 'clean':
      return detections.length === 0 && reason === null ? { kind: 'clean' } : null;
    case 'infected':
    case 'suspicious': {
      const [first, ...others] = detections;
      const all: [Detection, ...Detection[]] | null = first === undefined ? null : [first, ...others];
      return all === null ? null : { kind: verdict, detections: all };
    }
    case 'partial': {
      const partial = partialReasonSchema.safeParse(reason).data;
      return partial === undefined ? null : { kind: verdict, reason: partial, detail };
    }
    case 'unscannable': {
      const unscannable = unscannableReasonSchema.safeParse(reason).data;
      return unscannable === undefined ? null : { kind: verdict, reason: unscannable, detail };
    }
    default:
      return null;
  }
}

export function protocolError(sizeBytes: number, detail: string): Verdict {
  return unread({ kind: 'unscannable', reason: 'protocol_error', detail }, sizeBytes);
}

function contradiction(sizeBytes: number): Verdict {
  return protocolError(sizeBytes, 'the answer of the service contradicts itself');
}
