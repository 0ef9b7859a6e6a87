// One judgement of several answers: `clean` only when at least one engine answered, all found nothing and nothing is noted.
import {
  assertNever,
  type Detection,
  type EngineName,
  engineNameSchema,
  type Judgement,
  type PartialReason,
  partialReasonSchema,
  severitySchema,
} from '../../shared/verdict.ts';
import type { EngineAnswer } from './scan-engine.ts';

/** What a check of the content itself (zip directory, size window) has to say against `clean`. */
export interface ContentNote {
  readonly reason: PartialReason;
  readonly detail: string;
}

export interface MergeInput {
  readonly answers: readonly EngineAnswer[];
  readonly notes: readonly ContentNote[];
}

export interface MergedVerdict {
  readonly judgement: Judgement;
  /** Engines of which every answer was `nothing` or `found`, in the order of `engineNameSchema`. */
  readonly engines: readonly EngineName[];
}

interface Failure {
  readonly reason: 'engine_unavailable' | 'timeout' | 'protocol_error';
  readonly detail: string;
}

/** The order of answers and of notes makes no difference to the result. */
export function mergeVerdicts({ answers, notes }: MergeInput): MergedVerdict {
  const detections: Detection[] = [];
  const failures: Failure[] = [];
  const partials: ContentNote[] = [...notes];
  const looked = new Set<EngineName>();
  const fellShort = new Set<EngineName>();
  for (const { engine, outcome } of answers) {
    switch (outcome.kind) {
      case 'nothing':
        looked.add(engine);
        break;
      case 'found':
        looked.add(engine);
        detections.push(...outcome.detections);
        break;
      case 'incomplete':
        fellShort.add(engine);
        partials.push(outcome);
        break;
      case 'failed':
        fellShort.add(engine);
        failures.push(outcome);
        break;
      default:
        assertNever(outcome);
    }
  }
  // Whatever keeps clamd from opening all of it keeps clamd from having looked at all of it.
  if (notes.length > 0) fellShort.add('clamav');
  const engines = engineNameSchema.options.filter((engine) => looked.has(engine) && !fellShort.has(engine));
  return { judgement: judge(detections, failures, partials, answers.length), engines };
}

function judge(
  detections: readonly Detection[],
  failures: readonly Failure[],
  partials: readonly ContentNote[],
  answerCount: number,
): Judgement {
  const [first, ...rest] = detections.toSorted(compareDetections);
  if (first !== undefined) {
    const kind = detections.every(isMild) ? 'suspicious' : 'infected';
    return { kind, detections: [first, ...rest] };
  }
  for (const reason of ['protocol_error', 'timeout'] as const) {
    const details = failures.filter((failure) => failure.reason === reason).map(({ detail }) => detail);
    if (details.length > 0) return { kind: 'unscannable', reason, detail: joinDetails(details) };
  }
  // What is left of the failures is `engine_unavailable`, which is a partial reason like the others.
  const shortfalls: ContentNote[] = [...partials];
  for (const { detail } of failures) shortfalls.push({ reason: 'engine_unavailable', detail });
  if (answerCount === 0) shortfalls.push({ reason: 'engine_unavailable', detail: 'no engine looked at it' });
  const [worst] = shortfalls.toSorted(compareNotes);
  if (worst === undefined) return { kind: 'clean' };
  const details = shortfalls.toSorted(compareNotes).map(({ detail }) => detail);
  return { kind: 'partial', reason: worst.reason, detail: details.filter(isFirst).join('; ') };
}

/** Findings that alone do not make a file infected. */
function isMild({ severity, kind }: Detection): boolean {
  return severity === 'low' || kind === 'pua' || kind === 'heuristic';
}

/** Most severe first, then by engine; the rest only makes the order total. */
function compareDetections(left: Detection, right: Detection): number {
  return (
    severitySchema.options.indexOf(right.severity) - severitySchema.options.indexOf(left.severity) ||
    engineNameSchema.options.indexOf(left.engine) - engineNameSchema.options.indexOf(right.engine) ||
    compareText(left.name, right.name) ||
    compareText(JSON.stringify(left), JSON.stringify(right))
  );
}

function compareNotes(left: ContentNote, right: ContentNote): number {
  return (
    partialReasonSchema.options.indexOf(left.reason) - partialReasonSchema.options.indexOf(right.reason) ||
    compareText(left.detail, right.detail)
  );
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function joinDetails(details: readonly string[]): string {
  return details.toSorted(compareText).filter(isFirst).join('; ');
}

function isFirst(detail: string, index: number, details: readonly string[]): boolean {
  return details.indexOf(detail) === index;
}
