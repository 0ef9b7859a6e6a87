// Checks rule files one by one for `vedette rules check`: everything that is wrong in each, with its place.
import { type YaraBindingChoice } from '../../../shared/settings.ts';
import { type BindingIdentity } from './binding.ts';
import { loadBinding, prepareFiles, usesExternalVariables } from './load-rules.ts';
import { collectRuleFiles } from './rule-files.ts';
import { type RuleProblem } from './rule-problem.ts';

export interface RuleCheck {
  readonly file: string;
  readonly ok: boolean;
  /** Rules the file declares. */
  readonly rules: number;
  readonly errors: readonly RuleProblem[];
  readonly warnings: readonly RuleProblem[];
  readonly usesExternalVariables: boolean;
}

export interface RulesCheck {
  /** Null when there is nothing to check with; `bindingProblem` says why, and no file is `ok`. */
  readonly binding: BindingIdentity | null;
  readonly bindingProblem: string;
  readonly files: readonly RuleCheck[];
}

/** Files in the order they are found, after those that cannot be read at all. */
export function checkRules(paths: readonly string[], choice: YaraBindingChoice): RulesCheck {
  const { binding, problem } = loadBinding(choice);
  const { files, problems } = collectRuleFiles(paths);
  const { prepared, damaged } = prepareFiles(files);
  const unread = [...problems, ...damaged].map((error) => ({
    file: error.file,
    ok: false,
    rules: 0,
    errors: [error],
    warnings: [],
    usesExternalVariables: false,
  }));
  const checked = prepared.map((file) => {
    const { errors, warnings } = binding?.validate(file) ?? { errors: [], warnings: [] };
    return {
      file: file.path,
      ok: binding !== null && errors.length === 0,
      rules: file.declared.rules.length,
      errors,
      warnings,
      usesExternalVariables: usesExternalVariables(file),
    };
  });
  return {
    binding: binding?.identity ?? null,
    bindingProblem: binding === null ? problem : '',
    files: [...unread, ...checked],
  };
}
