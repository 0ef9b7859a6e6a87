// What a PromQL expression asks for, as far as the shipped files need it: names of metrics, and labels of selectors.

/** Names that stand where PromQL has a metric: not a function, a label, a word of the language or a duration. */
export function metricsIn(expr: string): readonly string[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/(?<![\w.])[a-zA-Z_:][\w:]*(?!\s*\(|\w)/g)]
    .map(([name]) => name)
    .filter((name) => !['and', 'or', 'unless', 'bool', 'offset'].includes(name));
}

export interface Selector {
  readonly name: string;
  readonly labels: readonly string[];
}

/** `metric{label="value"}` with the labels that are asked for. */
export function selectorsIn(expr: string): readonly Selector[] {
  return [...expr.matchAll(/(?<name>[a-z_]+)\{(?<labels>[^}]*)\}/g)].map(({ groups }) => ({
    name: groups?.['name'] ?? '',
    labels: [...(groups?.['labels'] ?? '').matchAll(/(?<label>\w+)(?:=~|!~|!=|=)"/g)].map(
      (match) => match.groups?.['label'] ?? '',
    ),
  }));
}
