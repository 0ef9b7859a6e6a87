// From paths to compiled rules: a file that is bad is reported with its place and left out, and all others load.
import { createHash, hash } from 'node:crypto';
import { messageOf } from '../../../shared/errors.ts';
import { type YaraBindingChoice } from '../../../shared/settings.ts';
import { type Logger } from '../../logger.ts';
import {
  type BindingIdentity,
  externalVariables,
  maxMatchesPerPattern,
  type PreparedFile,
  type RuleUnit,
  type YaraBinding,
} from './binding.ts';
import { loadNativeBinding } from './native-binding.ts';
import { collectRuleFiles, type RuleFile } from './rule-files.ts';
import { readRuleSource, type RuleDeclaration } from './rule-names.ts';
import { fileProblem, type RuleProblem } from './rule-problem.ts';
import { loadWasmBinding } from './wasm-binding.ts';

export interface LoadRulesOptions {
  /** Rule files and folders. */
  readonly paths: readonly string[];
  readonly binding: YaraBindingChoice;
  readonly logger: Logger;
}

export interface YaraRules {
  /** Null when no binding could be loaded; `bindingProblem` says why. */
  readonly binding: BindingIdentity | null;
  readonly bindingProblem: string;
  readonly units: readonly RuleUnit[];
  /** What the source says of a rule; the key is `ruleKey`. */
  readonly declarations: ReadonlyMap<string, RuleDeclaration>;
  readonly diagnostics: RuleDiagnostics;
  /** Changes whenever the same bytes could get another answer; lower-case hexadecimal. */
  readonly fingerprint: string;
}

export interface RuleDiagnostics {
  readonly problems: readonly RuleProblem[];
  readonly filesFound: number;
  readonly filesLoaded: number;
  readonly rules: number;
  readonly warnings: number;
  readonly compileMs: number;
  /** Files whose conditions use a variable that other scanners define and that is empty here. */
  readonly usesExternalVariables: readonly string[];
}

/** Never throws for what is in the files or missing on the machine: that is in the result. Blocks while it compiles. */
export function loadRules(options: LoadRulesOptions): YaraRules {
  const { binding, problem } = loadBinding(options.binding);
  const { files, problems } = collectRuleFiles(options.paths);
  if (binding === null) return withoutBinding(problem, files.length, problems);
  const { prepared, damaged } = prepareFiles(files);
  const startedMs = performance.now();
  const compilation = binding.compile(prepared);
  const compileMs = performance.now() - startedMs;
  const { loaded, units } = compilation;
  const declarations = new Map(
    loaded.flatMap((file) =>
      file.declared.rules.map((rule) => [ruleKey(file.namespace, rule.name), rule] as const),
    ),
  );
  const diagnostics = {
    problems: [...problems, ...damaged, ...compilation.problems],
    filesFound: files.length,
    filesLoaded: loaded.length,
    rules: declarations.size,
    warnings: compilation.warningCount,
    compileMs,
    usesExternalVariables: loaded.filter(usesExternalVariables).map((file) => file.path),
  };
  logDiagnostics(options.logger, binding.identity, units.length, diagnostics);
  return {
    binding: binding.identity,
    bindingProblem: '',
    units,
    declarations,
    diagnostics,
    fingerprint: fingerprintOf(binding.identity, loaded),
  };
}

export function ruleKey(namespace: string, rule: string): string {
  return `${namespace}\0${rule}`;
}

export function loadBinding(choice: YaraBindingChoice): {
  readonly binding: YaraBinding | null;
  readonly problem: string;
} {
  let problem = '';
  if (choice !== 'wasm') {
    try {
      return { binding: loadNativeBinding(), problem };
    } catch (error) {
      problem = `native: ${firstLine(error)}`;
    }
  }
  if (choice !== 'native') {
    try {
      return { binding: loadWasmBinding(), problem };
    } catch (error) {
      problem = `${problem}${problem && '; '}WebAssembly: ${firstLine(error)}`;
    }
  }
  return { binding: null, problem };
}

export function prepareFiles(files: readonly RuleFile[]): {
  readonly prepared: readonly PreparedFile[];
  readonly damaged: readonly RuleProblem[];
} {
  const all = files.map(prepareFile);
  return {
    prepared: all.filter((file) => !file.declared.isDamaged),
    // Compiled all the same, a pattern would look for something else than its author wrote.
    damaged: all
      .filter((file) => file.declared.isDamaged)
      .map((file) => fileProblem(file.path, 'not_utf8', 'outside its comments the file is not UTF-8')),
  };
}

export function usesExternalVariables(file: PreparedFile): boolean {
  return file.withVariables && externalVariables.some((name) => file.declared.conditionWords.has(name));
}

function prepareFile(file: RuleFile): PreparedFile {
  const declared = readRuleSource(file.source);
  const names: readonly string[] = externalVariables;
  return { ...file, declared, withVariables: !declared.rules.some((rule) => names.includes(rule.name)) };
}

function fingerprintOf(binding: BindingIdentity, files: readonly PreparedFile[]): string {
  const sum = createHash('sha256');
  sum.update(`${binding.version}\0${maxMatchesPerPattern}\0`);
  const lines = files.map((file) => `${file.namespace}\0${hash('sha256', file.source)}\0`);
  for (const line of lines.toSorted()) sum.update(line);
  return sum.digest('hex');
}

function withoutBinding(
  bindingProblem: string,
  filesFound: number,
  problems: readonly RuleProblem[],
): YaraRules {
  return {
    binding: null,
    bindingProblem,
    units: [],
    declarations: new Map(),
    diagnostics: {
      problems,
      filesFound,
      filesLoaded: 0,
      rules: 0,
      warnings: 0,
      compileMs: 0,
      usesExternalVariables: [],
    },
    fingerprint: '',
  };
}

function logDiagnostics(
  logger: Logger,
  binding: BindingIdentity,
  units: number,
  diagnostics: RuleDiagnostics,
): void {
  const { problems, ...counts } = diagnostics;
  logger.info({ binding: binding.version, units, ...counts, problems: problems.length }, 'rules loaded');
  if (problems.length > 0) {
    logger.warn({ problems: problems.slice(0, 10), of: problems.length }, 'rule files with problems');
  }
}

function firstLine(error: unknown): string {
  return (messageOf(error).split('\n')[0] ?? '').slice(0, 200);
}
