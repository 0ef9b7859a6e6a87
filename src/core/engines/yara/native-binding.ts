// YARA-X as native code (@litko/yara-x). It knows no namespaces: files share a unit only where neither can see the other.
import { createRequire } from 'node:module';
import { z } from 'zod';
import { messageOf } from '../../../shared/errors.ts';
import {
  type Compilation,
  externalVariables,
  maxMatchesPerPattern,
  type PreparedFile,
  type RuleHit,
  type RuleUnit,
  type Validation,
  type YaraBinding,
} from './binding.ts';
import { packageVersion } from './package-version.ts';
import { planUnits } from './plan-units.ts';
import { fileProblem, readReport, type RuleProblem } from './rule-problem.ts';

interface NativeRules {
  scan(data: Buffer): unknown;
  getWarnings(): unknown;
  setMaxMatchesPerPattern(maximum: number): void;
}

interface NativeModule {
  compile(source: string, options: object): NativeRules;
  validate(source: string, options: object): unknown;
}

const moduleSchema = z.custom<NativeModule>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'compile' in value &&
    typeof value.compile === 'function' &&
    'validate' in value &&
    typeof value.validate === 'function',
  'it is not the module it should be',
);

const reportsSchema = z.array(z.object({ message: z.string() }));
const validationSchema = z.object({ errors: reportsSchema, warnings: reportsSchema });
const hitsSchema = z.array(
  z.object({
    ruleIdentifier: z.string(),
    matches: z.array(z.object({ identifier: z.string(), offset: z.number(), length: z.number() })),
  }),
);

const packageName = '@litko/yara-x';
// The package does not say which engine is in it; read from the strings of its binary.
const engineVersions: Readonly<Record<string, string>> = { '0.3.0': '1.7.1' };

/** @throws when the package, or its binary for this platform, is not installed. */
export function loadNativeBinding(): YaraBinding {
  const native = moduleSchema.parse(createRequire(import.meta.url)(packageName));
  const version = packageVersion(packageName);
  const engine = engineVersions[version] ?? '';
  return {
    identity: {
      kind: 'native',
      version: `YARA-X ${engine}${engine && ' '}native (${packageName} ${version})`,
    },
    validate: (file) => validate(native, file),
    compile: (files) => compileAll(native, files),
  };
}

function validate(native: NativeModule, file: PreparedFile): Validation {
  const result = validationSchema.parse(native.validate(file.source, options(file.withVariables)));
  return {
    errors: result.errors.map((error) => readReport(file.path, error.message)),
    warnings: result.warnings.map((warning) => readReport(file.path, warning.message)),
  };
}

function compileAll(native: NativeModule, files: readonly PreparedFile[]): Compilation {
  const done: { units: RuleUnit[]; loaded: PreparedFile[]; problems: RuleProblem[]; warningCount: number } = {
    units: [],
    loaded: [],
    problems: [],
    warningCount: 0,
  };
  function add(group: readonly PreparedFile[]): unknown {
    try {
      const [unit, warningCount] = compileUnit(native, group);
      done.units.push(unit);
      done.loaded.push(...group);
      done.warningCount += warningCount;
      return null;
    } catch (error) {
      return error;
    }
  }
  for (const group of planUnits(files)) {
    if (add(group) === null) continue;
    const good: PreparedFile[] = [];
    for (const file of group) {
      const { errors } = validate(native, file);
      if (errors.length === 0) good.push(file);
      done.problems.push(...errors);
    }
    if (good.length === 0 || (good.length < group.length && add(good) === null)) continue;
    for (const file of good) {
      const error = add([file]);
      if (error !== null) done.problems.push(fileProblem(file.path, 'not_compiled', messageOf(error)));
    }
  }
  return done;
}

function compileUnit(native: NativeModule, group: readonly PreparedFile[]): readonly [RuleUnit, number] {
  const source = group.map((file) => file.source).join('\n');
  const rules = native.compile(source, options(group.every((file) => file.withVariables)));
  rules.setMaxMatchesPerPattern(maxMatchesPerPattern);
  const namespaces = new Map(
    group.flatMap((file) => file.declared.rules.map((rule) => [rule.name, file.namespace] as const)),
  );
  const alone = group.length === 1 ? (group[0]?.namespace ?? '') : '';
  const unit = {
    scan(bytes: Buffer): readonly RuleHit[] {
      return hitsSchema.parse(rules.scan(bytes)).map((hit) => ({
        rule: hit.ruleIdentifier,
        namespace: namespaces.get(hit.ruleIdentifier) ?? alone,
        matches: hit.matches.map(({ identifier, offset, length }) => ({
          pattern: identifier,
          offset,
          length,
        })),
      }));
    },
    [Symbol.dispose](): void {
      // The garbage collector frees native rules; there is no call for it.
    },
  };
  return [unit, z.array(z.unknown()).parse(rules.getWarnings()).length];
}

// With includes a rule file could read any file of the user into an error message.
function options(withVariables: boolean): object {
  if (!withVariables) return { enableIncludes: false };
  return {
    enableIncludes: false,
    defineVariables: Object.fromEntries(externalVariables.map((name) => [name, ''])),
  };
}
