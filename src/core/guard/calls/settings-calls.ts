// The settings page: every key with its value and where that comes from, and edits of the file that count at once or not at all.
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { CallArguments, Handlers } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { HistoryNote } from '../../../shared/history-event.ts';
import type { ShownSetting } from '../../../shared/page-documents.ts';
import type { Settings } from '../../../shared/settings.ts';
import {
  settingDescriptions,
  settingsByName,
  type SettingDescription,
  type SettingValue,
} from '../../../shared/settings/catalogue.ts';
import { changedKeys, settingValue } from '../../../shared/settings/changed-keys.ts';
import { parseClamdChoice } from '../../antivirus-options.ts';
import type { Configuration } from '../../config/config-place.ts';
import { configInvalid, type ConfigProblem } from '../../config/config-problem.ts';
import { saveSettings, type ConfigChanges } from '../../config/edit-config.ts';
import type { LiveSettings } from '../../config/live-settings.ts';
import { isLoopback } from '../../engines/clamd/inspect-clamd.ts';
import type { Logger } from '../../logger.ts';
import type { SettingsRevision } from '../settings-revision.ts';

type CommandLine = ReadonlyMap<string, SettingValue>;

export interface SettingsCallsOptions {
  readonly live: Pick<LiveSettings, 'configuration' | 'problem' | 'reload'>;
  readonly revision: Pick<SettingsRevision, 'current'>;
  /** What the command line sets, by `section.key`: the file cannot change it. */
  readonly commandLine?: CommandLine;
  /** What counts from now on is a decision of somebody, as what is allowed or left out. */
  readonly write: (note: HistoryNote) => void;
  readonly logger: Logger;
}

/** Of a value in the history. */
const maxNotedCharacters = 200;

const problemsSchema = z.array(
  z.object({
    place: z.string(),
    line: z.number().nullable(),
    key: z.string().nullable(),
    message: z.string(),
  }),
);

export function settingsCalls(
  options: SettingsCallsOptions,
): Pick<Handlers, 'settings.show' | 'settings.save'> {
  const { live, revision, commandLine = new Map<string, SettingValue>(), logger } = options;
  return {
    'settings.show'() {
      const { configuration } = live;
      return {
        file: configuration.file,
        file_exists: configuration.fileExists,
        ...revision.current,
        notices: configuration.notices.map(({ message }) => message),
        settings: settingDescriptions.map((description) =>
          shownSetting(description, configuration, commandLine),
        ),
      };
    },
    'settings.save'(input) {
      const { settings: before } = live.configuration;
      const changes = changesOf(input);
      const names = Object.keys(changes);
      withNames(live, () => {
        refuseLocked(names, live.configuration, commandLine);
        refuseRemote(changes);
        save(options, changes);
      });
      logger.info({ actor: input.actor, settings: names }, 'settings saved');
      noteChanges(options, before, input.actor, names);
      const { restart } = changedKeys(before, live.configuration.settings);
      return {
        revision: revision.current.revision,
        restart: restart.filter((name) => names.includes(name)),
      };
    },
  };
}

function noteChanges(
  { live, write }: SettingsCallsOptions,
  before: Settings,
  actor: string,
  names: readonly string[],
): void {
  const after = live.configuration.settings;
  const changes = names.flatMap((name) => {
    const description = settingsByName.get(name);
    if (description === undefined) return [];
    const [from, to] = [settingValue(before, description), settingValue(after, description)];
    return isDeepStrictEqual(from, to) ? [] : [{ name, from: noted(from), to: noted(to) }];
  });
  if (changes.length === 0) return;
  const text = `Settings were changed: ${changes.map(({ name }) => name).join(', ')}.`;
  write({ kind: 'settings_changed', actor, text, details: { changes } });
}

function noted(value: SettingValue): string {
  return JSON.stringify(value).slice(0, maxNotedCharacters);
}

/** @throws AppError CONFIG_INVALID where the file and what lies over it contradict each other: it is then as it was. */
function save({ live }: SettingsCallsOptions, changes: ConfigChanges): void {
  const { file, settings, origins } = live.configuration;
  saveSettings(file, changes);
  live.reload();
  const { problem } = live;
  if (problem === null) return;
  const back = Object.keys(changes).map((name): [string, SettingValue | null] => {
    const description = settingsByName.get(name);
    const isInFile = origins.get(name)?.kind === 'file';
    return [name, description === undefined || !isInFile ? null : settingValue(settings, description)];
  });
  saveSettings(file, Object.fromEntries(back));
  live.reload();
  throw problem;
}

function changesOf({ changes }: CallArguments<'settings.save'>): ConfigChanges {
  const byName = new Map(changes.map(({ name, value }) => [name, value]));
  if (byName.size < changes.length) throw new AppError('BAD_USAGE', 'a key is named twice');
  return Object.fromEntries(byName);
}

/** @throws AppError CONFIG_INVALID: what would be saved would not count. */
function refuseLocked(names: readonly string[], configuration: Configuration, set: CommandLine): void {
  const problems = names.flatMap((name) => {
    const message = lockOf(name, configuration, set);
    return message === '' ? [] : [{ place: name, line: null, key: null, message }];
  });
  if (problems.length > 0) throw configInvalid(problems);
}

/**
 * A page that was taken over must be able neither to send away what is scanned, nor to open this machine to others.
 * @throws AppError CONFIG_INVALID
 */
function refuseRemote(changes: ConfigChanges): void {
  const problems = [
    problemOfClamd(changes['scanning.clamd']),
    problemOfListen(changes['api.listen']),
    problemOfOpenness(changes),
  ];
  const found = problems.filter((problem) => problem !== null);
  if (found.length > 0) throw configInvalid(found);
}

/** What is no text, or cannot be understood, is refused with what is wrong with it. */
function problemOfClamd(clamd: unknown): ConfigProblem | null {
  if (typeof clamd !== 'string' || !/:\d+$/.test(clamd)) return null;
  const choice = parseClamdChoice(clamd);
  if (typeof choice === 'string' || choice.kind === 'unix' || isLoopback(choice.host)) return null;
  const message =
    'a clamd of another machine gets all that is scanned: it can only be set in the file itself';
  return { place: 'scanning.clamd', line: null, key: null, message };
}

function problemOfListen(listen: unknown): ConfigProblem | null {
  if (typeof listen !== 'string') return null;
  const host = listen.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  if (isLoopback(host)) return null;
  const message = 'other machines could reach this address: it can only be set in the file itself';
  return { place: 'api.listen', line: null, key: null, message };
}

/** Where the address is already one that other machines reach, TLS is what keeps tokens from them. */
function problemOfOpenness(changes: ConfigChanges): ConfigProblem | null {
  const tls = ['api.tls_certificate', 'api.tls_key'].find(
    (name) => Object.hasOwn(changes, name) && (changes[name] ?? '') === '',
  );
  const place = changes['api.allow_remote'] === true ? 'api.allow_remote' : tls;
  if (place === undefined) return null;
  const message = 'tokens could be read on the way: it can only be set in the file itself';
  return { place, line: null, key: null, message };
}

/** Each problem with the name of its key, so that a page can say it beside the field; and what is wrong whatever is saved. */
function withNames(live: SettingsCallsOptions['live'], work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CONFIG_INVALID') throw error;
    const problems = problemsSchema.safeParse(error.details['problems']);
    if (!problems.success) throw error;
    const named = problems.data.map((problem) => ({ ...problem, name: nameIn(problem) }));
    // The file is as it was: what is wrong with it now was wrong before.
    live.reload();
    const first = live.problem === null ? '' : 'the settings file has to be corrected first: ';
    throw new AppError('CONFIG_INVALID', `${first}${error.message}`, {
      cause: error,
      details: { ...error.details, problems: named },
    });
  }
}

/** `section.key`, whatever lies over it; null where no key of today is meant. */
function nameIn({ place, key }: z.infer<typeof problemsSchema>[number]): string | null {
  const candidates = [key ?? '', (key ?? '').split('.').slice(-2).join('.'), place];
  return candidates.find((name) => settingsByName.has(name)) ?? null;
}

function shownSetting(
  description: SettingDescription,
  configuration: Configuration,
  set: CommandLine,
): ShownSetting {
  const { name, section, key, type, minimum, maximum, unit, explanation, effect, pending, holdsPaths } =
    description;
  return {
    name,
    section,
    key,
    type,
    choices: [...description.choices],
    minimum,
    maximum,
    default: plain(description.default),
    value: plain(set.get(name) ?? settingValue(configuration.settings, description)),
    unit,
    explanation,
    effect,
    pending,
    holds_paths: holdsPaths,
    origin: configuration.origins.get(name)?.kind ?? 'default',
    locked: lockOf(name, configuration, set),
  };
}

function lockOf(name: string, { origins }: Configuration, set: CommandLine): string {
  if (set.has(name)) return 'The command line sets it.';
  const origin = origins.get(name);
  if (origin?.kind === 'variable') return `The environment variable ${origin.name} sets it.`;
  if (origin?.kind === 'overlay') return `The overlay [env.${origin.name}] of the file sets it.`;
  return '';
}

function plain(value: SettingValue): ShownSetting['value'] {
  return typeof value === 'object' ? [...value] : value;
}
