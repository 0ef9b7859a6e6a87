// A rule that matched, as a detection: the same from every binding, bounded, without what the rule keeps private.
import { type Detection, type PatternMatch, type Severity } from '../../../shared/verdict.ts';
import { type RuleHit } from './binding.ts';
import { type MetaValue, type RuleDeclaration } from './rule-names.ts';

const maxMetaKeys = 64;
const maxMetaCharacters = 1024;
const maxEvidenceBytes = 32;

/** `declaration` is undefined only where the source and the engine disagree about what the file holds. */
export function detectionOf(
  hit: RuleHit,
  declaration: RuleDeclaration | undefined,
  bytes: Buffer,
  maxMatches: number,
): Detection {
  const meta = readMeta(declaration?.meta ?? []);
  return {
    engine: 'yara',
    name: hit.rule,
    severity: severityOf(meta),
    kind: 'rule',
    meta: {
      ...meta,
      namespace: hit.namespace,
      ...(declaration !== undefined && declaration.tags.length > 0
        ? { tags: declaration.tags.join(' ').slice(0, maxMetaCharacters) }
        : {}),
    },
    matches: evidence(hit, declaration?.privatePatterns ?? [], bytes, maxMatches),
  };
}

function readMeta(entries: RuleDeclaration['meta']): Record<string, MetaValue> {
  const meta = new Map<string, MetaValue>();
  for (const [key, value] of entries) {
    // As a key of an object it would not be a key.
    if (key === '__proto__') continue;
    const before = meta.get(key);
    if (before === undefined && meta.size >= maxMetaKeys) continue;
    const text = before === undefined ? value : `${String(before)}, ${String(value)}`;
    meta.set(key, typeof text === 'string' ? text.slice(0, maxMetaCharacters) : text);
  }
  return Object.fromEntries(meta);
}

const severityWords: Readonly<Record<string, Severity>> = {
  informational: 'low',
  info: 'low',
  low: 'low',
  medium: 'medium',
  moderate: 'medium',
  high: 'high',
  critical: 'critical',
};

/** The word in `severity`, else the number in `score` (or in `severity`: some rule sets count there), else medium. */
export function severityOf(meta: Readonly<Record<string, MetaValue>>): Severity {
  const word = String(meta['severity'] ?? '').toLowerCase();
  if (Object.hasOwn(severityWords, word)) return severityWords[word] ?? 'medium';
  const score = numberIn(meta['score']) ?? numberIn(meta['severity']);
  if (score === null) return 'medium';
  if (score >= 90) return 'critical';
  if (score >= 75) return 'high';
  return score >= 50 ? 'medium' : 'low';
}

function numberIn(value: MetaValue | undefined): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : null;
}

/** At most `maxMatches`, in the order of the file; one of every pattern before a second of any. */
function evidence(
  hit: RuleHit,
  privatePatterns: readonly string[],
  bytes: Buffer,
  maxMatches: number,
): PatternMatch[] {
  const counts = new Map<string, number>();
  const ranked = hit.matches
    .filter((match) => !privatePatterns.includes(match.pattern))
    .toSorted(byPlace)
    .map((match) => {
      const rank = counts.get(match.pattern) ?? 0;
      counts.set(match.pattern, rank + 1);
      return { match, rank };
    });
  return ranked
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, maxMatches)
    .map(({ match }) => match)
    .toSorted(byPlace)
    .map(({ pattern, offset, length }) => ({
      pattern,
      offset,
      length,
      bytes_hex: bytes.toString('hex', offset, offset + Math.min(length, maxEvidenceBytes)),
    }));
}

type Place = RuleHit['matches'][number];

function byPlace(one: Place, other: Place): number {
  if (one.offset !== other.offset) return one.offset - other.offset;
  if (one.length !== other.length) return one.length - other.length;
  if (one.pattern === other.pattern) return 0;
  return one.pattern < other.pattern ? -1 : 1;
}
