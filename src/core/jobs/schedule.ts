// The text of a schedule, such as `0 12 * * 1 full`, and when it comes round: once in an hour that is skipped, once in one that is repeated.
import { isAbsolute } from 'node:path';
import { Cron } from 'croner';
import { messageOf } from '../../shared/errors.ts';
import type { JobKind } from '../../shared/job.ts';

export interface ScheduledScan {
  /** As it was written. */
  readonly text: string;
  /** Five fields. */
  readonly cron: string;
  readonly kind: JobKind;
  /** Empty for quick and full. */
  readonly roots: readonly string[];
}

export type ScheduleParse =
  | { readonly kind: 'schedule'; readonly schedule: ScheduledScan }
  /** One sentence, with an example. */
  | { readonly kind: 'problem'; readonly problem: string };

interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

export interface DueRange {
  readonly afterMs: number;
  /** Included. */
  readonly untilMs: number;
  readonly limit: number;
}

const example = 'An example: "0 12 * * 1 full", every Monday at 12:00.';

/** Paths with spaces stand in double quotes; a double quote within them is written twice. */
export function parseSchedule(text: string): ScheduleParse {
  const words = wordsOf(text);
  if (words === null) return problem('A double quote is not closed, or no space follows it.');
  const [fields, what] = [words.slice(0, 5), words.slice(5)];
  const [first] = what;
  if (first === undefined)
    return problem('It needs five cron fields, and then quick, full or absolute paths.');
  const cron = fields.map((word) => word.text).join(' ');
  const wrong = problemOfCron(cron);
  if (wrong !== null) return problem(wrong);
  if (!first.isQuoted && (first.text === 'quick' || first.text === 'full')) {
    if (what.length > 1) return problem(`Nothing may follow ${first.text}.`);
    return { kind: 'schedule', schedule: { text, cron, kind: first.text, roots: [] } };
  }
  const stray = what.find((word) => !isAbsolute(word.text) || word.text.includes('\0'));
  if (stray !== undefined) return problem(`"${stray.text}" is neither quick nor full nor an absolute path.`);
  const roots = [...new Set(what.map((word) => word.text))];
  return { kind: 'schedule', schedule: { text, cron, kind: 'custom', roots } };
}

/** Unix milliseconds of the first run later than this; null when none comes. Local time without a zone. */
export function nextRunMs(cron: string, afterMs: number, timeZone?: string): number | null {
  return cronOf(cron, timeZone).nextRun(new Date(afterMs))?.getTime() ?? null;
}

/** The runs that fall into a range, oldest first. */
export function dueTimesMs(
  cron: string,
  { afterMs, untilMs, limit }: DueRange,
  timeZone?: string,
): readonly number[] {
  const runs = cronOf(cron, timeZone);
  const times: number[] = [];
  let time = runs.nextRun(new Date(afterMs));
  while (time !== null && time.getTime() <= untilMs && times.length < limit) {
    times.push(time.getTime());
    time = runs.nextRun(time);
  }
  return times;
}

function cronOf(cron: string, timeZone: string | undefined): Cron {
  return new Cron(cron, {
    mode: '5-part',
    // Otherwise `30 2,14 * * *` is left out in a skipped hour and comes twice in a repeated one.
    fixedTimeRule: 'no-wildcard',
    paused: true,
    ...(timeZone === undefined ? {} : { timezone: timeZone }),
  });
}

function problemOfCron(cron: string): string | null {
  // To croner it is the time at which the text is read.
  if (cron.includes('?')) return `"${cron}" is not a time: write * instead of ?.`;
  try {
    return nextRunMs(cron, 0) === null ? `The time "${cron}" never comes.` : null;
  } catch (error) {
    const reason = messageOf(error).replace(/^CronPattern: |\.$/g, '');
    return `"${cron}" is not a time in five cron fields: ${reason}.`;
  }
}

/** null: a quote is not closed. */
function wordsOf(text: string): readonly Word[] | null {
  const words: Word[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const quoted = /^"((?:[^"]|"")*)"(?=\s|$)/.exec(rest);
    const plain = /^[^\s"]\S*/.exec(rest);
    const found = quoted ?? plain;
    if (found === null) return null;
    words.push({
      text: quoted?.[1]?.replaceAll('""', '"') ?? found[0],
      isQuoted: quoted !== null,
    });
    rest = rest.slice(found[0].length).trimStart();
  }
  return words;
}

function problem(sentence: string): ScheduleParse {
  return { kind: 'problem', problem: `${sentence} ${example}` };
}
