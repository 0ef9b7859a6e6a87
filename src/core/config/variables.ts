// Single keys from environment variables: `VEDETTE_SCANNING_ENABLE_YARA=false` and the like.
import { delimiter } from 'node:path';
import { closestName } from '../../shared/settings/closest-name.ts';
import {
  settingDescriptions,
  variableName,
  type SettingDescription,
} from '../../shared/settings/catalogue.ts';
import { renamedKeys } from './migrations.ts';
import type { Environment } from './config-place.ts';
import { merge, type TomlTable, type TomlValue } from './toml-values.ts';

const prefix = 'VEDETTE_';

/** Variables that set no key. */
const otherVariables = ['VEDETTE_ENV', 'VEDETTE_DATA_DIR', 'VEDETTE_REMOTE', 'VEDETTE_TOKEN'];

/** Name of the variable that gives the key a value, under its name of today or one it had before; null for none. */
export function variableOf({ section, key, variable }: SettingDescription, env: Environment): string | null {
  if (env[variable] !== undefined) return variable;
  const earlier = renamedKeys
    .filter(({ to }) => to[0] === section && to[1] === key)
    .map(({ from }) => variableName(...from));
  return earlier.find((name) => env[name] !== undefined) ?? null;
}

/** Lays the variables over the values; a list of paths is separated as PATH is, any other by commas. */
export function withVariables(values: TomlTable, env: Environment): TomlTable {
  let merged = values;
  for (const description of settingDescriptions) {
    const { section, key } = description;
    const variable = variableOf(description, env);
    const text = variable === null ? undefined : env[variable];
    if (text !== undefined)
      merged = merge(merged, { [section]: { [key]: parseVariable(description, text) } });
  }
  return merged;
}

/** Variables that look like ours and set nothing, each with what was probably meant. */
export function unknownVariables(
  env: Environment,
): readonly { readonly name: string; readonly meant: string | null }[] {
  const earlier = renamedKeys.map(({ from }) => variableName(...from));
  const known = [...settingDescriptions.map(({ variable }) => variable), ...otherVariables];
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name) && !earlier.includes(name))
    .toSorted()
    .map((name) => {
      const meant = closestName(withoutPrefix(name), known.map(withoutPrefix));
      return { name, meant: meant === null ? null : prefix + meant };
    });
}

function withoutPrefix(name: string): string {
  return name.slice(prefix.length);
}

/** The text as whatever the key takes; as what it looks like where it takes none of that. */
function parseVariable({ accepts, holdsPaths }: SettingDescription, text: string): TomlValue {
  const list = text
    .split(holdsPaths ? delimiter : ',')
    // A blank may belong to the name of a file.
    .map((part) => (holdsPaths ? part : part.trim()))
    .filter((part) => part !== '');
  const readings: readonly TomlValue[] = [
    ...(text === 'true' || text === 'false' ? [text === 'true'] : []),
    ...(/^-?\d+(\.\d+)?$/.test(text) ? [Number(text)] : []),
    text,
    list,
  ];
  return readings.find((reading) => accepts(reading)) ?? readings[0] ?? text;
}
