// What is done about a verdict, decided apart from doing it: only an infected file of weight is ever moved without a person.
import type { AllowEntry } from '../../shared/allow-entry.ts';
import {
  assertNever,
  type Detection,
  type Severity,
  severitySchema,
  type VerdictKind,
} from '../../shared/verdict.ts';
import type { ProtectedFile } from './protected-files.ts';

/** `[response] action`. */
export type ResponseAction = 'ask' | 'quarantine' | 'notify';

export interface ResponseQuestion {
  readonly verdictKind: VerdictKind;
  /** At least one for `infected` and `suspicious`. */
  readonly detections: readonly Detection[];
  readonly action: ResponseAction;
  /** The entry of the allow-list that names the file. */
  readonly allowed: AllowEntry | null;
  readonly protectedAs: ProtectedFile | null;
  readonly brakeOn: boolean;
}

/** `why` is a sentence for the person who sees the finding. */
export type Response =
  | { readonly kind: 'none' }
  | { readonly kind: 'report'; readonly why: string }
  | { readonly kind: 'ask'; readonly why: string }
  | { readonly kind: 'quarantine' };

export function decideResponse(question: ResponseQuestion): Response {
  switch (question.verdictKind) {
    case 'clean':
    case 'partial':
    case 'unscannable':
      return { kind: 'none' };
    case 'infected':
    case 'suspicious':
      return question.allowed === null ? respondToFinding(question) : { kind: 'none' };
    default:
      return assertNever(question.verdictKind);
  }
}

function respondToFinding(question: ResponseQuestion): Response {
  const { verdictKind, detections, action, protectedAs, brakeOn } = question;
  const severity = highestSeverity(detections);
  if (severity === 'low') return { kind: 'report', why: 'Findings of low severity are only reported.' };
  if (action === 'notify')
    return { kind: 'report', why: 'The settings say that findings are only reported.' };
  // Before all other reasons: whoever decides has to know what the file is.
  if (protectedAs !== null) return ask(`${protectedAs.why} It is only moved when you confirm it twice.`);
  if (verdictKind === 'suspicious') return ask('It is suspicious, but not known to be malware.');
  if (severity === 'medium') return ask('Only findings of high severity are quarantined automatically.');
  if (action === 'ask') return ask('The settings say that you are asked first.');
  if (brakeOn) return ask('Automatic quarantine has stopped, because too much was found at once.');
  return { kind: 'quarantine' };
}

/**
 * Whether this is a finding for the brake to count: one that would be moved if it were not for the brake and for what the
 * file is. What is only asked about or reported can do no harm in bulk.
 */
export function countsForBrake(question: Omit<ResponseQuestion, 'protectedAs' | 'brakeOn'>): boolean {
  return decideResponse({ ...question, protectedAs: null, brakeOn: false }).kind === 'quarantine';
}

/** @throws TypeError without any detection: no finding is made of nothing. */
export function highestSeverity(detections: readonly Detection[]): Severity {
  const highest = severitySchema.options.findLast((severity) =>
    detections.some((detection) => detection.severity === severity),
  );
  if (highest === undefined) throw new TypeError('a finding without detections');
  return highest;
}

function ask(why: string): Response {
  return { kind: 'ask', why };
}
