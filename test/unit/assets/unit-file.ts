// A file of systemd as tests read it: every value of a key in order, and no line that is neither (systemd.syntax(7)).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', '..', 'assets', 'systemd');

export interface UnitFile {
  readonly text: string;
  /** Values of one key, as they are written; none where it is not there. */
  values(section: string, key: string): readonly string[];
}

/** @throws for a line that systemd would not understand */
export function readUnit(name: string): UnitFile {
  const text = readFileSync(join(folder, name), 'utf8');
  const entries: { readonly section: string; readonly key: string; readonly value: string }[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    if (/^(#.*)?$/.test(line)) continue;
    const heading = /^\[(?<name>\w+)\]$/.exec(line)?.groups?.['name'];
    const entry = /^(?<key>[A-Z]\w+)=(?<value>\S.*|)$/.exec(line)?.groups;
    if (heading !== undefined) section = heading;
    else if (entry !== undefined)
      entries.push({ section, key: entry['key'] ?? '', value: entry['value'] ?? '' });
    else throw new Error(`${name} has a line that is nothing: ${line}`);
  }
  return {
    text,
    values: (wantedSection, wantedKey) =>
      entries
        .filter((entry) => entry.section === wantedSection && entry.key === wantedKey)
        .map(({ value }) => value),
  };
}
