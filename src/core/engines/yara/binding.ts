// The port to YARA-X: what both bindings do alike. A unit is what one scanner scans; a hit says rule and namespace.
import { type RuleProblem } from './rule-problem.ts';
import { type RuleSource } from './rule-names.ts';

export interface BindingIdentity {
  readonly kind: 'native' | 'wasm';
  /** For people: `YARA-X 1.7.1 native (@litko/yara-x 0.3.0)`. */
  readonly version: string;
}

export interface RuleHit {
  readonly rule: string;
  readonly namespace: string;
  /** As the engine found them, private patterns included. */
  readonly matches: readonly { readonly pattern: string; readonly offset: number; readonly length: number }[];
}

export interface RuleUnit {
  /** Matching rules in the order of the sources. @throws what the engine throws: it did not look. */
  scan(bytes: Buffer): readonly RuleHit[];
  [Symbol.dispose](): void;
}

/** A rule file ready to compile. */
export interface PreparedFile {
  readonly path: string;
  readonly namespace: string;
  readonly source: string;
  readonly declared: RuleSource;
  /** Whether the external variables are defined for it; not where a rule of its own has the name of one. */
  readonly withVariables: boolean;
}

export interface Compilation {
  readonly units: readonly RuleUnit[];
  /** Files that are in the units. */
  readonly loaded: readonly PreparedFile[];
  readonly problems: readonly RuleProblem[];
  readonly warningCount: number;
}

export interface Validation {
  readonly errors: readonly RuleProblem[];
  readonly warnings: readonly RuleProblem[];
}

export interface YaraBinding {
  readonly identity: BindingIdentity;
  /** Compiles one file on its own and says all that is wrong with it. */
  validate(file: PreparedFile): Validation;
  /** Compiles every file as if it were alone; those that fail are reported and the others load. */
  compile(files: readonly PreparedFile[]): Compilation;
}

/** Public rule sets use these (LOKI and THOR define them); here they are empty, so that such files load. */
export const externalVariables = ['filename', 'filepath', 'extension', 'filetype', 'owner'] as const;

/**
 * More matches of one pattern are not counted. YARA-X's own limit of a million costs 40 s and 2.5 GB
 * on 20 MB of one letter; ten thousand costs less than a second.
 */
export const maxMatchesPerPattern = 10_000;
