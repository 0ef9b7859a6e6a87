// The outcome for one file and the words it is told in; `clean` is only ever said of bytes every enabled engine saw.
import { z } from 'zod';

export const engineNameSchema = z.enum(['clamav', 'yara', 'hash']);
export type EngineName = z.infer<typeof engineNameSchema>;

export const severitySchema = z.enum(['low', 'medium', 'high', 'critical']);
export type Severity = z.infer<typeof severitySchema>;

export const verdictKindSchema = z.enum(['clean', 'infected', 'suspicious', 'partial', 'unscannable']);
export type VerdictKind = z.infer<typeof verdictKindSchema>;

/** Why a file was looked at, but not at all of it; the most telling first: of several it is the one that is told. */
export const partialReasonSchema = z.enum([
  'engine_unavailable',
  'unstable',
  'encrypted',
  'stream_limit',
  'limits_exceeded',
  'too_large',
  'yara_size_limit',
  'limits_unknown',
]);
export type PartialReason = z.infer<typeof partialReasonSchema>;

/** Why a file could not be looked at. */
export const unscannableReasonSchema = z.enum([
  'permission',
  'special_file',
  'symbolic_link',
  'vanished',
  'not_found',
  'locked',
  'io_error',
  'path_too_long',
  'timeout',
  'protocol_error',
  'poison',
  'no_scanner',
  'interrupted',
  'not_allowed',
]);
export type UnscannableReason = z.infer<typeof unscannableReasonSchema>;

export const reasonSchema = z.enum([...partialReasonSchema.options, ...unscannableReasonSchema.options]);
export type Reason = z.infer<typeof reasonSchema>;

export const patternMatchSchema = z.object({
  /** Pattern identifier as written in the rule, with its `$`. */
  pattern: z.string(),
  /** Byte offset from the start of the file. */
  offset: z.number(),
  /** Bytes matched. */
  length: z.number(),
  /** The first bytes of the match, hexadecimal. */
  bytes_hex: z.string(),
});
export type PatternMatch = z.infer<typeof patternMatchSchema>;

export const detectionSchema = z.object({
  engine: engineNameSchema,
  /** Signature or rule name, exactly as the engine gives it; may hold any character. */
  name: z.string(),
  severity: severitySchema,
  kind: z.enum(['signature', 'pua', 'heuristic', 'rule', 'hash']),
  meta: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  matches: z.array(patternMatchSchema),
});
export type Detection = Readonly<z.infer<typeof detectionSchema>>;

/** Who answered instead of the engines: memory or database by file identity, or the content hash of a file that was read. */
export const cacheTierSchema = z.enum(['memory', 'database', 'content']);
export type CacheTier = z.infer<typeof cacheTierSchema>;

/** What a verdict says, told once: a kind and, where the kind needs one, its reason. */
export type Judgement =
  | { readonly kind: 'clean' }
  | { readonly kind: 'infected' | 'suspicious'; readonly detections: readonly [Detection, ...Detection[]] }
  | { readonly kind: 'partial'; readonly reason: PartialReason; readonly detail: string }
  | { readonly kind: 'unscannable'; readonly reason: UnscannableReason; readonly detail: string };

export interface Verdict {
  readonly judgement: Judgement;
  /** Engines that looked at all of the file. */
  readonly engines: readonly EngineName[];
  /** Lower-case hexadecimal SHA-256 of the bytes; null when they were not all read. */
  readonly sha256: string | null;
  readonly sizeBytes: number;
  readonly durationMs: number;
  /** The tier that answered, or null when the engines did. */
  readonly cachedFrom: CacheTier | null;
}

export type Threat = Extract<Judgement, { kind: 'infected' | 'suspicious' }>;

/** What was found; null for a verdict that names no threat. */
export function threatIn({ judgement }: Pick<Verdict, 'judgement'>): Threat | null {
  return judgement.kind === 'infected' || judgement.kind === 'suspicious' ? judgement : null;
}

/** The verdict on a file of which no engine saw anything. */
export function unread(judgement: Judgement, sizeBytes: number): Verdict {
  return { judgement, engines: [], sha256: null, sizeBytes, durationMs: 0, cachedFrom: null };
}

/** Both clamav and yara found something in the same content. */
export function isHybrid(detections: readonly Detection[]): boolean {
  return (
    detections.some((detection) => detection.engine === 'clamav') &&
    detections.some((detection) => detection.engine === 'yara')
  );
}

export type CompleteJudgement = Extract<Judgement, { kind: 'clean' | 'infected' | 'suspicious' }>;

/** Only complete verdicts may ever be stored or reused. */
export function isComplete(judgement: Judgement): judgement is CompleteJudgement {
  switch (judgement.kind) {
    case 'clean':
    case 'infected':
    case 'suspicious':
      return true;
    case 'partial':
    case 'unscannable':
      return false;
    default:
      return assertNever(judgement);
  }
}

/** @throws always: the compiler proves it is never reached. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
}
