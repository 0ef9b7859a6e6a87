// What the fixtures answer to the calls about settings: the real catalogue, with some keys changed.
import type {
  Exclusion,
  FolderList,
  SelfTest,
  SettingsDocument,
} from '../../../src/shared/page-documents.ts';
import { expectation, settingDescriptions, settingsByName } from '../../../src/shared/settings/catalogue.ts';
import type { FixtureAnswers } from '../fixture-transport.ts';

const now = Date.now() / 1000;
const day = 86_400;

type ShownSetting = SettingsDocument['settings'][number];

const changed: Readonly<Record<string, Partial<ShownSetting>>> = {
  'watch.exclude': { value: ['*.iso', '/home/ada/build/**'], origin: 'file' },
  'scanning.schedules': {
    value: ['0 12 * * 1 full', '30 2 * * 1-5 quick', '15 */6 * * * "/srv/shared files" /srv/uploads'],
    origin: 'file',
  },
  'scaling.max_workers': { value: 6, origin: 'file' },
  'scaling.min_workers': {
    value: 3,
    origin: 'variable',
    locked: 'VEDETTE_SCALING_MIN_WORKERS is set to 3: it counts before the file.',
  },
  'monitoring.export_interval_seconds': {
    value: 60,
    origin: 'overlay',
    locked: '[env.prod] of the file sets it to 60: change it there.',
  },
};

/** As `settings.show` gives them, with the defaults of the real schema. */
export function shownSettings(
  changes: Readonly<Record<string, Partial<ShownSetting>>> = {},
): readonly ShownSetting[] {
  return settingDescriptions.map((description) => {
    const fallback: ShownSetting['default'] =
      typeof description.default === 'object' ? [...description.default] : description.default;
    return {
      name: description.name,
      section: description.section,
      key: description.key,
      type: description.type,
      choices: [...description.choices],
      minimum: description.minimum,
      maximum: description.maximum,
      default: fallback,
      value: fallback,
      unit: description.unit,
      explanation: description.explanation,
      effect: description.effect,
      pending: description.pending,
      holds_paths: description.holdsPaths,
      origin: 'default',
      locked: '',
      ...changes[description.name],
    };
  });
}

function settingsDocument(state: string): SettingsDocument {
  const isNew = state === 'empty';
  return {
    file: '/home/ada/.config/vedette/rt_protection_config.toml',
    file_exists: !isNew,
    revision: 3,
    problem:
      state === 'degraded'
        ? '/home/ada/.config/vedette/rt_protection_config.toml:14: scaling.max_workers: expected a whole number, 0 … 64 (workers), found 640'
        : '',
    notices:
      state === 'degraded'
        ? [
            'The file was of version 1 and was brought to version 2; the old one is beside it as rt_protection_config.toml.v1.',
          ]
        : [],
    settings: [...shownSettings(isNew ? {} : { ...changed, ...saved })],
  };
}

/** What was saved since the page was opened, so that the fixtures behave as a file does. */
const saved: Record<string, Partial<ShownSetting>> = {};

interface SaveInput {
  readonly changes: readonly { readonly name: string; readonly value: ShownSetting['value'] | null }[];
}

function save({ changes }: SaveInput): { revision: number; restart: readonly string[] } {
  for (const { name, value } of changes) {
    const description = settingsByName.get(name);
    if (description !== undefined && value !== null && !description.accepts(value))
      throw new Error(`${name}: expected ${expectation(description)}, found ${JSON.stringify(value)}`);
  }
  for (const { name, value } of changes) {
    saved[name] =
      value === null ? { ...shownSettings().find((each) => each.name === name) } : { value, origin: 'file' };
  }
  const names = changes.map(({ name }) => name);
  const restart = shownSettings().filter(({ name, effect }) => effect === 'restart' && names.includes(name));
  return { revision: 4, restart: restart.map(({ name }) => name) };
}

const exclusions: readonly Exclusion[] = [
  {
    id: 3,
    pattern: '/home/ada/build/**',
    reason: 'Left out for 7 days: it took 61 % of the scanning time.',
    author: 'user ada',
    created_at: now - 2 * day,
    expires_at: now + 5 * day,
  },
  {
    id: 2,
    pattern: '**/*.vmdk',
    reason: 'Import of virtual machines',
    author: 'user ada',
    created_at: now - 20 * 3600,
    expires_at: now + 4 * 3600,
  },
];

const passedTest: SelfTest = {
  ok: true,
  text: 'The test file was found 412 ms after it was written, and is gone again.',
  folder: '/home/ada/Downloads',
  latency_ms: 412,
  engines: ['clamav', 'yara', 'hash'],
};
const failedTest: SelfTest = {
  ok: false,
  text: 'The test file was not found within 30 seconds: /home/ada/Documents is not watched, because the limit of inotify watches is reached.',
  folder: '/home/ada/Documents',
  latency_ms: null,
  engines: [],
};

const home: FolderList = {
  path: '/home/ada',
  parent: '/home',
  folders: ['Desktop', 'Documents', 'Downloads', 'Music', 'Pictures', 'Videos', 'build', 'src'].map(
    (name) => ({
      path: `/home/ada/${name}`,
      name,
    }),
  ),
  files: [],
  is_cut: false,
  places: [
    { path: '/home/ada', name: 'Home' },
    { path: '/home/ada/Downloads', name: 'Downloads' },
    { path: '/media/ada/BACKUP', name: 'BACKUP' },
  ],
};

export const settingAnswers: FixtureAnswers = {
  'settings.show': (_input, state) => settingsDocument(state),
  'settings.save': (input: SaveInput) => save(input),
  'exclusions.list': (_input, state) => ({
    exclusions: state === 'empty' || state === 'calm' ? [] : exclusions,
  }),
  'exclusions.remove': ({ ids }: { readonly ids: readonly number[] }) => ({
    removed: exclusions.filter(({ id }) => ids.includes(id)),
  }),
  'exclusions.add': () => exclusions[0],
  'guide.done': () => ({}),
  'selftest.run': (_input, state) => (state === 'degraded' ? failedTest : passedTest),
  'folders.list': () => home,
  'desktop.pick': () => ({ paths: ['/home/ada/Pictures'] }),
  'desktop.reveal': () => ({}),
};
