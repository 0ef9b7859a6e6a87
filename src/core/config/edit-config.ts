// Edits of the settings page: single keys of the file, everything else as the user wrote it, and the whole valid or untouched.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, messageOf } from '../../shared/errors.ts';
import { configVersion } from '../../shared/settings.ts';
import { expectation, settingsByName, type SettingValue } from '../../shared/settings/catalogue.ts';
import { didYouMean } from '../../shared/settings/closest-name.ts';
import { encodePath } from '../files/raw-path.ts';
import { linesOfKeys } from './config-lines.ts';
import { configInvalid, type ConfigProblem } from './config-problem.ts';
import { setKey } from './edit-toml.ts';
import { validateText } from './load-configuration.ts';
import { migrateText } from './migrations.ts';
import { readConfigIfThere } from './read-config.ts';
import { keepBeside, replaceFile } from './replace-file.ts';
import { parseToml } from './toml-values.ts';

/** By `section.key`; null takes the key out of the file, so that its default holds. */
export type ConfigChanges = Readonly<Record<string, SettingValue | null>>;

const attempts = 3;

/**
 * The text with the changes, in the current version.
 * @param place what a message calls the text.
 * @throws AppError CONFIG_INVALID for an unknown key, a wrong value, or a text that is not valid afterwards.
 */
export function editConfig(text: string, changes: ConfigChanges, place = 'the configuration'): string {
  const wrong = Object.entries(changes).flatMap(([name, value]) => problemWith(name, value));
  if (wrong.length > 0) throw configInvalid(wrong);
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const plain = text.slice(mark.length);
  const current = migrateText(plain, parseToml(place, plain), place)?.text ?? plain;
  const edited = Object.entries(changes).reduce(
    (before, [name, value]) => setKey(place, before, name.split('.'), value),
    current,
  );
  // What is wrong is shown where the user has it: nobody sees the edited text when it is refused.
  validateText(place, edited, linesOfKeys(plain));
  return mark + edited;
}

/**
 * Edits the file, which is made where there is none, and replaces it whole.
 * @throws AppError CONFIG_INVALID as `editConfig` does; FILE_UNREADABLE or FILE_UNWRITABLE where it cannot be read or written.
 */
export function saveSettings(file: string, changes: ConfigChanges): void {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const before = readConfigIfThere(file);
    const text = before?.text ?? `config_version = ${configVersion}\n`;
    const edited = (before?.byteOrderMark ?? '') + editConfig(text, changes, file);
    const migratedFrom =
      before === null ? null : (migrateText(text, parseToml(file, text), file)?.from ?? null);
    try {
      if (before === null) mkdirSync(encodePath(dirname(file)), { recursive: true, mode: 0o700 });
      else if (migratedFrom !== null) keepBeside(file, before, `v${migratedFrom}`);
      if (replaceFile(file, before, edited) === 'written') return;
    } catch (error) {
      const message = `the configuration ${file} cannot be written: ${messageOf(error)}`;
      throw new AppError('FILE_UNWRITABLE', message, { cause: error });
    }
  }
  throw new AppError('FILE_UNWRITABLE', `another program keeps changing the configuration ${file}`);
}

function problemWith(name: string, value: SettingValue | null): readonly ConfigProblem[] {
  const description = settingsByName.get(name);
  if (description === undefined) {
    const message = `unknown key${didYouMean(name, settingsByName.keys())}`;
    return [{ place: name, line: null, key: null, message }];
  }
  if (value === null || description.accepts(value)) return [];
  const message = `expected ${expectation(description)}, found ${JSON.stringify(value)}`;
  return [{ place: name, line: null, key: null, message }];
}
