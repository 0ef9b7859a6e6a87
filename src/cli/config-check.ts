// `vedette config check`: problems with file, line, key and what was expected; warnings for what will not do what it says.
import { styleText } from 'node:util';
import { z } from 'zod';
import { configPlace, loadConfiguration, type ConfigSource } from '../core/config.ts';
import type { ConfigNotice } from '../core/config/config-place.ts';
import { problemText, type ConfigProblem } from '../core/config/config-problem.ts';
import { displayPath } from '../shared/display-path.ts';
import { AppError } from '../shared/errors.ts';
import type { CommonOptions } from './common-options.ts';
import { exitCodes } from './exit-codes.ts';
import { reportedFile } from './reported.ts';
import { tell } from './tell.ts';

interface CheckReport {
  readonly format: 'vedette.config-check/1';
  readonly file: string;
  /** Without a file the defaults hold. */
  readonly exists: boolean;
  readonly valid: boolean;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigNotice[];
}

const problemsSchema = z.object({
  problems: z.array(
    z.object({
      place: z.string(),
      line: z.number().nullable(),
      key: z.string().nullable(),
      message: z.string(),
    }),
  ),
});

/** @throws AppError FILE_UNREADABLE */
export function checkConfig(source: ConfigSource, options: CommonOptions): number {
  const report = reportOn(source);
  const { file, problems, warnings } = report;
  tell(options, {
    document: { ...report, ...reportedFile(file), problems: [...problems], warnings: [...warnings] },
    entries: [...problems.map((problem) => ({ problem })), ...warnings.map((warning) => ({ warning }))],
    text: textOf(report, options.quiet),
  });
  return report.valid ? exitCodes.nothingFound : exitCodes.badUsage;
}

function reportOn(source: ConfigSource): CheckReport {
  const format = 'vedette.config-check/1';
  try {
    const { file, fileExists, notices } = loadConfiguration(source, { saveMigration: false });
    return { format, file, exists: fileExists, valid: true, problems: [], warnings: notices };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CONFIG_INVALID') throw error;
    const { file } = configPlace(source);
    return { format, file, exists: true, valid: false, problems: problemsOf(error, file), warnings: [] };
  }
}

function problemsOf(error: AppError, file: string): readonly ConfigProblem[] {
  const parsed = problemsSchema.safeParse(error.details);
  if (parsed.success) return parsed.data.problems;
  return [{ place: file, line: null, key: null, message: error.message }];
}

function textOf({ file, exists, valid, problems, warnings }: CheckReport, quiet: boolean): string {
  const lines = problems.map((problem) => displayPath(problemText(problem), true));
  if (!quiet) {
    const shown = displayPath(file, true);
    lines.push(
      ...warnings.map(({ message }) => `${styleText('yellow', 'warning')}: ${displayPath(message, true)}`),
    );
    if (!exists) lines.push(`${shown}: there is no such file; the defaults hold.`);
    else if (valid) lines.push(`${shown}: ${styleText('green', 'valid')}.`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
