// `vedette config explain`: what a key does, its range, unit and default, its value now, and what gave it that value.
import { styleText } from 'node:util';
import { loadConfiguration, type ConfigSource } from '../core/config.ts';
import type { Configuration, SettingOrigin } from '../core/config/config-place.ts';
import { displayPath } from '../shared/display-path.ts';
import { AppError } from '../shared/errors.ts';
import { safeJson } from '../shared/safe-json.ts';
import {
  expectation,
  sectionNames,
  settingDescriptions,
  type SettingDescription,
  type SettingValue,
} from '../shared/settings/catalogue.ts';
import { settingValue } from '../shared/settings/changed-keys.ts';
import { didYouMean } from '../shared/settings/closest-name.ts';
import type { ExplainedSetting } from '../shared/tool-documents.ts';
import type { CommonOptions } from './common-options.ts';
import { exitCodes } from './exit-codes.ts';
import { reportedFile } from './reported.ts';
import { tell } from './tell.ts';

interface Explanation extends Omit<SettingDescription, 'accepts' | 'aboveMinimum'> {
  /** null where the configuration is invalid. */
  readonly value: SettingValue | null;
  readonly origin: SettingOrigin | null;
}

/** @throws AppError BAD_USAGE for a name that is no key and no section. */
export function explainConfig(name: string | null, source: ConfigSource, options: CommonOptions): number {
  const chosen = choose(name);
  const configuration = configurationOrNote(source);
  const explained = chosen.map((description) => [description, explain(description, configuration)] as const);
  const file = configuration?.file ?? '';
  const texts = explained.map(([description, explanation]) => textOf(description, explanation, file));
  const settings = explained.map(([, explanation]) => reportedSetting(explanation));
  tell(options, {
    document: {
      format: 'vedette.config-explain/1',
      ...(configuration === null ? { file: null } : reportedFile(file)),
      settings,
    },
    entries: settings,
    text: texts.join('\n'),
  });
  return exitCodes.nothingFound;
}

function choose(name: string | null): readonly SettingDescription[] {
  const chosen = settingDescriptions.filter(
    (description) => name === null || [description.name, description.key, description.section].includes(name),
  );
  if (chosen.length > 0) return chosen;
  const known = settingDescriptions.flatMap(({ name: full, key }) => [full, key]);
  const hint = didYouMean(name ?? '', [...sectionNames, ...known]);
  throw new AppError('BAD_USAGE', `there is no key and no section '${name}'${hint}`);
}

/** A file that is broken is when explanations are needed: they come without the values. */
function configurationOrNote(source: ConfigSource): Configuration | null {
  try {
    return loadConfiguration(source, { saveMigration: false });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const lines = error.message.split('\n').map((line) => `vedette: ${displayPath(line, true)}\n`);
    process.stderr.write(lines.join(''));
    return null;
  }
}

function explain(description: SettingDescription, configuration: Configuration | null): Explanation {
  const { accepts: _accepts, aboveMinimum: _above, ...facts } = description;
  return {
    ...facts,
    value: configuration === null ? null : settingValue(configuration.settings, description),
    origin: configuration?.origins.get(description.name) ?? null,
  };
}

function reportedSetting({ holdsPaths, choices, ...same }: Explanation): ExplainedSetting {
  const { default: usual, value, origin } = same;
  return {
    ...same,
    choices: [...choices],
    default: reportedValue(usual),
    holds_paths: holdsPaths,
    value: value === null ? null : reportedValue(value),
    origin: origin === null ? null : { ...origin },
  };
}

function reportedValue(value: SettingValue): ExplainedSetting['default'] {
  return typeof value === 'object' ? [...value] : value;
}

function textOf(description: SettingDescription, { value, origin }: Explanation, file: string): string {
  const { name, explanation, effect, pending, variable } = description;
  const when = effect === 'live' ? 'at once' : 'after a restart';
  const lines = [
    explanation,
    `May be: ${expectation(description)}. Default: ${safeJson(description.default)}.`,
    ...(origin === null ? [] : [`Set by: ${originText(origin, file)}.`]),
    pending ? styleText('yellow', 'No effect in this version.') : `A change takes effect ${when}.`,
    `Variable: ${variable}`,
  ];
  const head = value === null ? name : `${name} = ${safeJson(value)}`;
  return [styleText('bold', head), ...lines.map((line) => `  ${line}`)].map((line) => `${line}\n`).join('');
}

function originText(origin: SettingOrigin, file: string): string {
  if (origin.kind === 'default') return 'nothing, it is the default';
  if (origin.kind === 'variable') return `the variable ${origin.name}`;
  const shown = displayPath(file, true);
  const place = origin.line === null ? shown : `${shown}:${origin.line}`;
  return origin.kind === 'file' ? place : `[env.${origin.name}], ${place}`;
}
