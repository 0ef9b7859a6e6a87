// How old the signatures are, in words and as a share of what is borne; pure.
import type { EnginesDocument } from '../../../shared/page-documents.ts';
import { formatRoughly } from '../../format/durations.ts';
import { engineMessages } from '../../messages/engines.ts';

const daySeconds = 86_400;

export interface SignatureAge {
  readonly tone: 'ok' | 'attention' | 'neutral';
  readonly text: string;
  /** When it becomes a warning; empty where the age is not known. */
  readonly limit: string;
  /** Of the limit, 0 to 1; null where the age is not known. */
  readonly share: number | null;
}

export function signatureAge({
  age_days: days,
  warning_days: warningDays,
}: EnginesDocument['signatures']): SignatureAge {
  const { age } = engineMessages;
  const limit = age.limit(warningDays);
  if (days === null) return { tone: 'neutral', text: age.unknown, limit: '', share: null };
  const old = formatRoughly(days * daySeconds);
  const isOld = days > warningDays;
  return {
    tone: isOld ? 'attention' : 'ok',
    text: isOld ? age.old(old) : age.fresh(old),
    limit,
    share: Math.min(1, days / warningDays),
  };
}
