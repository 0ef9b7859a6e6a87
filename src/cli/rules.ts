// `vedette rules check | test`: for people who write YARA rules: what does not compile and where, what matches and where.
import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { builtInRules } from '../core/antivirus-options.ts';
import { checkRuleFiles, testRuleFiles, type RulesCheckAnswer } from '../core/rules-task.ts';
import { realPathOf } from '../core/intake/place.ts';
import { countText } from '../shared/count-text.ts';
import { displayPath } from '../shared/display-path.ts';
import { yaraBindingSchema } from '../shared/settings.ts';
import type { RuleFileReport } from '../shared/tool-documents.ts';
import type { Detection } from '../shared/verdict.ts';
import { addCommonOptions, commonOptionsSchema, settingsFor, type CommonOptions } from './common-options.ts';
import { exitCodes } from './exit-codes.ts';
import { reportedFile } from './reported.ts';
import { formatCount } from './size.ts';
import { tell } from './tell.ts';

const rulesOptionsSchema = commonOptionsSchema.extend({
  rules: z.array(z.string()).default([]),
  yaraBinding: yaraBindingSchema.optional(),
});

export function rulesCommand(): Command {
  const rules = new Command('rules')
    .summary('check and test YARA rules')
    .description('Checks and tests YARA rules.');
  const check = new Command('check')
    .summary('compile rule files and say what is wrong where')
    .argument('[path...]', 'rule files and folders (default: the built-in and the configured ones)')
    .action(async (paths: string[], options: unknown) => {
      process.exitCode = await checkPaths(paths, rulesOptionsSchema.parse(options));
    });
  const test = new Command('test')
    .summary('show which rules match a file, and where')
    .argument('<file>', 'file to match')
    .option('--rules <path...>', 'rule files and folders (default: the built-in and the configured ones)')
    .action(async (file: string, options: unknown) => {
      process.exitCode = await testFile(file, rulesOptionsSchema.parse(options));
    });
  for (const command of [check, test]) {
    command.addOption(
      new Option('--yara-binding <which>', 'YARA-X to use').choices(yaraBindingSchema.options),
    );
    rules.addCommand(addCommonOptions(command));
  }
  return rules;
}

type RulesOptions = z.infer<typeof rulesOptionsSchema>;

async function checkPaths(paths: readonly string[], options: RulesOptions): Promise<number> {
  const answer = await checkRuleFiles(selection(paths, options));
  const bad = answer.binding === null || answer.files.some((file) => !file.ok);
  const files = answer.files.map(reportedRuleFile);
  const { binding, bindingProblem } = answer;
  tell(options, {
    document: { format: 'vedette.rules-check/1', binding, binding_problem: bindingProblem, files },
    entries: files,
    text: checkText(answer, options.quiet),
  });
  return bad ? exitCodes.errors : exitCodes.nothingFound;
}

async function testFile(named: string, options: RulesOptions): Promise<number> {
  const file = behindLink(resolve(named));
  const { report, detections } = await testRuleFiles({ ...selection(options.rules, options), file });
  const none = options.quiet
    ? ''
    : `No rule matches. ${countText(report.signatures, 'rule was', 'rules were')} tried.\n`;
  tell(options, {
    document: { format: 'vedette.rules-test/1', ...reportedFile(file), engine: report, detections },
    entries: detections,
    text: detections.length === 0 ? none : detections.map(detectionText).join(''),
  });
  if (report.state === 'unavailable') process.stderr.write(`vedette: ${report.detail}\n`);
  if (detections.length > 0) return exitCodes.somethingFound;
  return report.state === 'ready' ? exitCodes.nothingFound : exitCodes.errors;
}

function selection(paths: readonly string[], options: RulesOptions & CommonOptions) {
  const { scanning } = settingsFor(options);
  const chosen = paths.length > 0 ? paths : [builtInRules, ...scanning.rule_paths];
  return {
    paths: chosen.map((path) => resolve(path)),
    binding: options.yaraBinding ?? scanning.yara_binding,
  };
}

/** A link that somebody named is followed, as in a scan; what is wrong with a path is told by who opens it. */
function behindLink(path: string): string {
  try {
    return realPathOf(path);
  } catch {
    return path;
  }
}

function reportedRuleFile({ file, ok, rules, ...found }: RulesCheckAnswer['files'][number]): RuleFileReport {
  return {
    ...reportedFile(file),
    ok,
    rules,
    errors: found.errors.map(withoutFile),
    warnings: found.warnings.map(withoutFile),
    uses_external_variables: found.usesExternalVariables,
  };
}

function withoutFile({ line, column, code, message }: RuleFileReport['errors'][number]) {
  return { line, column, code, message };
}

function checkText(answer: RulesCheckAnswer, quiet: boolean): string {
  const lines: string[] = [];
  if (answer.binding === null) lines.push(`${styleText('red', 'error')}: ${answer.bindingProblem}`);
  for (const file of answer.files) {
    const problems = [
      ...file.errors.map((problem) => ({ ...problem, level: styleText('red', 'error') })),
      ...(quiet
        ? []
        : file.warnings.map((problem) => ({ ...problem, level: styleText('yellow', 'warning') }))),
    ];
    for (const { line, column, level, code, message } of problems) {
      const place = line === null ? '' : `:${line}:${column ?? 1}`;
      lines.push(`${displayPath(file.file)}${place}: ${level} ${code}: ${displayPath(message)}`);
    }
    if (file.usesExternalVariables && !quiet) {
      lines.push(
        `${displayPath(file.file)}: ${styleText('yellow', 'note')}: uses external variables, which are empty here`,
      );
    }
  }
  const good = answer.files.filter((file) => file.ok);
  const rules = good.reduce((sum, file) => sum + file.rules, 0);
  const total = `${formatCount(good.length)} of ${formatCount(answer.files.length)} files compile, with ${countText(rules, 'rule')}`;
  if (!quiet) lines.push(`${total} (${answer.binding?.version ?? 'no YARA-X'}).`);
  return lines.map((line) => `${line}\n`).join('');
}

function detectionText({ name, severity, meta, matches }: Detection): string {
  const description = meta['description'];
  const head = `${displayPath(name)} (${severity})${description === undefined ? '' : `: ${displayPath(String(description))}`}`;
  const places = matches.map(
    ({ pattern, offset, length, bytes_hex: hex }) =>
      `  ${pattern.padEnd(16)} at ${offset}, ${length} bytes: ${hex}`,
  );
  return [head, ...places].map((line) => `${line}\n`).join('');
}
