// YARA-X as WebAssembly (@virustotal/yara-x, the official one): one unit, a namespace for each file.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as yaraX from '@virustotal/yara-x';
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
import { fileProblem, readReport, type RuleProblem } from './rule-problem.ts';

const packageName = '@virustotal/yara-x';

type WasmModule = typeof yaraX;

const moduleSchema = z.custom<WasmModule>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'Compiler' in value &&
    typeof value.Compiler === 'function' &&
    'initSync' in value &&
    typeof value.initSync === 'function',
  'it is not the module it should be',
);

const resultSchema = z.object({
  valid: z.boolean(),
  errors: z.array(z.string()),
  matches: z.array(
    z.object({
      identifier: z.string(),
      namespace: z.string(),
      isPrivate: z.boolean(),
      patterns: z.array(
        z.object({
          identifier: z.string(),
          matches: z.array(z.object({ offset: z.number(), length: z.number() })),
        }),
      ),
    }),
  ),
});

/** @throws when the package is not installed or WebAssembly is not there. */
export function loadWasmBinding(): YaraBinding {
  const load = createRequire(import.meta.url);
  // Only what is needed is loaded, and an ES module can be required: the engine is there when the call returns.
  const wasm = moduleSchema.parse(load(packageName));
  const manifest = load.resolve(`${packageName}/package.json`);
  wasm.initSync({ module: readFileSync(join(dirname(manifest), 'pkg/yara_x_js_bg.wasm')) });
  const version = packageVersion(packageName);
  return {
    // The official package has the version of the engine in it.
    identity: { kind: 'wasm', version: `YARA-X ${version} WebAssembly (${packageName} ${version})` },
    validate: (file) => validate(wasm, file),
    compile: (files) => compileAll(wasm, files),
  };
}

function validate(wasm: WasmModule, file: PreparedFile): Validation {
  using compiler = newCompiler(wasm, file.withVariables);
  try {
    compiler.addSource(compilable(file));
  } catch (error) {
    if (compiler.errors.length === 0) {
      return { errors: [fileProblem(file.path, 'not_compiled', messageOf(error))], warnings: [] };
    }
  }
  return {
    errors: compiler.errors.map((report) => readReport(file.path, report)),
    warnings: compiler.warnings.map((report) => readReport(file.path, report)),
  };
}

function compileAll(wasm: WasmModule, files: readonly PreparedFile[]): Compilation {
  const done: { units: RuleUnit[]; loaded: PreparedFile[]; problems: RuleProblem[]; warningCount: number } = {
    units: [],
    loaded: [],
    problems: [],
    warningCount: 0,
  };
  for (const withVariables of [true, false]) {
    let group = files.filter((file) => file.withVariables === withVariables);
    let isValidated = false;
    while (group.length > 0) {
      const attempt = compileUnit(wasm, group, withVariables);
      if (attempt.kind === 'compiled') {
        done.units.push(attempt.unit);
        done.loaded.push(...group);
        done.warningCount += attempt.warningCount;
        break;
      }
      // After an error a compiler is of no use: find every bad file first, then begin again without them.
      let bad: RuleProblem[] = isValidated ? [] : group.flatMap((file) => validate(wasm, file).errors);
      isValidated = true;
      if (bad.length === 0) bad = [fileProblem(attempt.file.path, 'not_compiled', attempt.detail)];
      done.problems.push(...bad);
      const paths = new Set(bad.map((problem) => problem.file));
      group = group.filter((file) => !paths.has(file.path));
    }
  }
  return done;
}

type Attempt =
  | { readonly kind: 'compiled'; readonly unit: RuleUnit; readonly warningCount: number }
  | { readonly kind: 'failed'; readonly file: PreparedFile; readonly detail: string };

function compileUnit(wasm: WasmModule, group: readonly PreparedFile[], withVariables: boolean): Attempt {
  using compiler = newCompiler(wasm, withVariables);
  let last = group[0];
  try {
    for (const file of group) {
      last = file;
      compiler.newNamespace(file.namespace);
      compiler.addSource(compilable(file));
    }
    const warningCount = compiler.warnings.length;
    return { kind: 'compiled', unit: new WasmUnit(compiler.build()), warningCount };
  } catch (error) {
    if (last === undefined) throw error;
    return { kind: 'failed', file: last, detail: messageOf(error) };
  }
}

class WasmUnit implements RuleUnit {
  readonly #rules;
  readonly #scanner;

  constructor(rules: yaraX.Rules) {
    this.#rules = rules;
    this.#scanner = rules.scanner();
    this.#scanner.setMaxMatchesPerPattern(maxMatchesPerPattern);
  }

  scan(bytes: Buffer): readonly RuleHit[] {
    const result = resultSchema.parse(this.#scanner.scan(bytes));
    if (!result.valid) throw new Error(`YARA-X did not scan: ${result.errors.join('; ')}`);
    return result.matches
      .filter((match) => !match.isPrivate)
      .map((match) => ({
        rule: match.identifier,
        namespace: match.namespace,
        matches: match.patterns.flatMap(({ identifier, matches }) =>
          matches.map(({ offset, length }) => ({ pattern: identifier, offset, length })),
        ),
      }));
  }

  [Symbol.dispose](): void {
    this.#scanner.free();
    this.#rules.free();
  }
}

function newCompiler(wasm: WasmModule, withVariables: boolean): yaraX.Compiler {
  const compiler = new wasm.Compiler();
  if (withVariables) for (const name of externalVariables) compiler.defineGlobal(name, '');
  return compiler;
}

/**
 * The source with every integer that JavaScript cannot hold blanked out of the metadata: each scan that such a rule
 * matches would fail. Lines and columns stay; the metadata that is reported comes from the source itself.
 */
function compilable(file: PreparedFile): string {
  let { source } = file;
  for (const { start, end } of file.declared.hugeIntegers) {
    source = `${source.slice(0, start)}0${' '.repeat(end - start - 1)}${source.slice(end)}`;
  }
  return source;
}
