// What is wrong with a rule file and where, made from what the compiler says; whatever it says, a problem comes out.

export interface RuleProblem {
  /** Path of the rule file, or of the folder that could not be read. */
  readonly file: string;
  /** From 1; null when the problem has no place in the file. */
  readonly line: number | null;
  readonly column: number | null;
  /** The compiler's own code (`E009`, `slow_pattern`) or one of ours: `unreadable`, `too_large`, `too_many`, `not_utf8`, `not_compiled`. */
  readonly code: string;
  readonly message: string;
}

const longestMessage = 1000;

/** Reads the compiler's report on one error or warning: a first line, a place, and the remark under the place. */
export function readReport(file: string, report: string): RuleProblem {
  const [first = '', ...rest] = report.split('\n');
  const head = /^(?:error|warning)\[(\w+)\]: (.*)$/.exec(first);
  const place = /--> .*?:(\d+):(\d+)/.exec(report);
  const remark = rest
    .map((line) => /^\s*\|[^^]*\^+ (.+)$/.exec(line)?.[1])
    .find((text) => text !== undefined);
  const message = head?.[2] ?? first;
  return {
    file,
    line: place === null ? null : Number(place[1]),
    column: place === null ? null : Number(place[2]),
    code: head?.[1] ?? 'not_compiled',
    message: (remark === undefined ? message : `${message}: ${remark}`).slice(0, longestMessage),
  };
}

/** A problem of the file as a whole. */
export function fileProblem(file: string, code: string, message: string): RuleProblem {
  return { file, line: null, column: null, code, message: message.slice(0, longestMessage) };
}
