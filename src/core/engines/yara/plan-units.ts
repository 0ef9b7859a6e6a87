// Puts rule files into as few units as possible so that, without namespaces, each still means what it means alone.
import { type PreparedFile } from './binding.ts';

interface Unit {
  readonly files: PreparedFile[];
  readonly withVariables: boolean;
  readonly isClosed: boolean;
  readonly rules: Set<string>;
  readonly words: Set<string>;
  readonly imports: Set<string>;
}

/**
 * Greedy, in the order given. Two files may share a unit when no rule of one has a name that is a word in the other
 * (its own rules among them), and no module that one imports is a word in the other, unless both import it.
 * A file with a `global` rule has a unit of its own: such a rule silences every other rule beside it.
 */
export function planUnits(files: readonly PreparedFile[]): PreparedFile[][] {
  const units: Unit[] = [];
  for (const file of files) {
    const isClosed = file.declared.rules.some((rule) => rule.isGlobal);
    const unit = isClosed ? undefined : units.find((candidate) => fits(candidate, file));
    if (unit === undefined) units.push(unitOf(file, isClosed));
    else add(unit, file);
  }
  return units.map((unit) => unit.files);
}

function fits(unit: Unit, file: PreparedFile): boolean {
  if (unit.isClosed || unit.withVariables !== file.withVariables) return false;
  const { rules, words, imports } = file.declared;
  return (
    rules.every((rule) => !unit.words.has(rule.name)) &&
    [...words].every((word) => !unit.rules.has(word)) &&
    imports.every((name) => unit.imports.has(name) || !unit.words.has(name)) &&
    [...unit.imports].every((name) => imports.includes(name) || !words.has(name))
  );
}

function unitOf(file: PreparedFile, isClosed: boolean): Unit {
  const unit = {
    files: [],
    withVariables: file.withVariables,
    isClosed,
    rules: new Set<string>(),
    words: new Set<string>(),
    imports: new Set<string>(),
  };
  add(unit, file);
  return unit;
}

function add(unit: Unit, file: PreparedFile): void {
  unit.files.push(file);
  for (const rule of file.declared.rules) unit.rules.add(rule.name);
  for (const word of file.declared.words) unit.words.add(word);
  for (const name of file.declared.imports) unit.imports.add(name);
}
