import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { judgeProtection } from '../../../../src/core/respond/judge-protection.ts';
import { protectionEvidenceSchema, type ProtectionEvidence } from '../../../../src/shared/protection.ts';
import { evidenceOf, folderOf, fourFolders, readyEngines, startSeconds } from './samples.ts';

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

type Engines = ProtectionEvidence['engines'];

const watcher = evidenceOf().watcher;
const runningSweep = { ...evidenceOf().sweep, state: 'running' as const };
const toThreats = 'To see and decide: vedette threats list';

function engines(...states: readonly [clamav: string, yara: string]): Engines {
  return readyEngines.map((engine, index) => {
    const state = states[index] === 'unavailable' || states[index] === 'reduced' ? states[index] : 'ready';
    const detail = state === 'ready' ? '' : `Detail of ${engine.name}.`;
    return { ...engine, state, detail };
  });
}

/** The last folders of four are in this state. */
function folders(count: number, fields: Parameters<typeof folderOf>[1]): ProtectionEvidence['watcher'] {
  return {
    ...watcher,
    folders: fourFolders.map((folder, index) => (index < 4 - count ? folder : { ...folder, ...fields })),
  };
}

const enospc = {
  state: 'degraded',
  cause: 'The system allows no more watches.',
  remedy: 'To allow more: sudo sysctl fs.inotify.max_user_watches=524288',
} as const;

const brake = { on: true, reason: 'Automatic quarantine has stopped: the signature A flagged 50 files.' };

type Row = readonly [
  what: string,
  fields: Partial<ProtectionEvidence>,
  state: string,
  sentence: string,
  advice: readonly string[],
];

const table: readonly Row[] = [
  [
    'all is well',
    {},
    'protected',
    'Protected: 4 folders are watched by ClamAV and YARA; signatures are 2 days old.',
    [],
  ],
  [
    'one folder, and nobody knows the age of the signatures',
    { signature_age_days: null, watcher: { ...watcher, folders: [folderOf('/srv')] } },
    'protected',
    'Protected: 1 folder is watched by ClamAV and YARA.',
    [],
  ],
  [
    'a sweep runs',
    { sweep: runningSweep, signature_age_days: 0.01 },
    'protected',
    'Protected: 4 folders are watched by ClamAV and YARA; signatures are less than an hour old; a sweep looks for what may have been missed.',
    [],
  ],
  [
    'a removable volume was unplugged',
    {
      watcher: {
        ...watcher,
        folders: [...fourFolders, folderOf('/media/u/stick', { removable: true, state: 'gone' })],
      },
    },
    'protected',
    'Protected: 4 folders are watched by ClamAV and YARA; signatures are 2 days old.',
    [],
  ],
  [
    'signatures are just not old',
    { signature_age_days: 7 },
    'protected',
    'Protected: 4 folders are watched by ClamAV and YARA; signatures are 7 days old.',
    [],
  ],
  [
    'YARA is switched off by the settings',
    { engines: readyEngines.filter(({ name }) => name !== 'yara'), signature_age_days: 1.25 },
    'protected',
    'Protected: 4 folders are watched by ClamAV; signatures are 30 hours old.',
    [],
  ],
  [
    'there is no clamd',
    {
      engines: engines('unavailable', 'ready').map((engine) =>
        engine.name === 'clamav'
          ? {
              ...engine,
              detail: 'There is no clamd on this machine. To install it: sudo apt install clamav-daemon',
            }
          : engine,
      ),
      signature_age_days: null,
    },
    'reduced',
    'Reduced (without ClamAV): 4 folders are watched by YARA.',
    [
      'Without ClamAV, what only it can recognize is not found. There is no clamd on this machine. To install it: sudo apt install clamav-daemon',
    ],
  ],
  [
    'a rule file does not compile',
    { engines: engines('ready', 'reduced') },
    'reduced',
    'Reduced (not all that YARA should have): 4 folders are watched by ClamAV and YARA; signatures are 2 days old.',
    ['YARA works, but not with all it should have. Detail of yara.'],
  ],
  [
    'one engine is away and the other not whole',
    { engines: engines('unavailable', 'reduced'), signature_age_days: null },
    'reduced',
    'Reduced (without ClamAV; not all that YARA should have): 4 folders are watched by YARA.',
    [
      'Without ClamAV, what only it can recognize is not found. Detail of clamav.',
      'YARA works, but not with all it should have. Detail of yara.',
    ],
  ],
  [
    'only hash lists are left',
    { engines: engines('unavailable', 'unavailable') },
    'attention',
    'Not protected: no engine can look into files, which are only compared with hash lists.',
    [
      'Without ClamAV, what only it can recognize is not found. Detail of clamav.',
      'Without YARA, what only it can recognize is not found. Detail of yara.',
    ],
  ],
  [
    'no engine is switched on',
    { engines: [] },
    'attention',
    'Not protected: no engine can look into files.',
    ['Switch on enable_clamav or enable_yara in [scanning] of the configuration file.'],
  ],
  [
    'the system allows no more watches',
    { watcher: folders(1, enospc) },
    'attention',
    'Partially protected: 3 of 4 folders are watched.',
    [
      '/tmp: The system allows no more watches. To allow more: sudo sysctl fs.inotify.max_user_watches=524288',
    ],
  ],
  [
    'one of the folders is left',
    { watcher: folders(3, { state: 'gone' }) },
    'attention',
    'Partially protected: 1 of 4 folders is watched.',
    ['/home/u/Desktop: It is not there.', '/home/u/Documents: It is not there.', '/tmp: It is not there.'],
  ],
  [
    'no folder can be watched',
    { watcher: { ...watcher, folders: [folderOf('/srv', enospc)] } },
    'attention',
    'Not protected in real time: the only folder is not watched.',
    [
      '/srv: The system allows no more watches. To allow more: sudo sysctl fs.inotify.max_user_watches=524288',
    ],
  ],
  [
    'none of several folders can be watched',
    { watcher: folders(4, { state: 'degraded', cause: 'No permission.' }) },
    'attention',
    'Not protected in real time: none of 4 folders is watched.',
    ['Downloads', 'Desktop', 'Documents']
      .map((name) => `/home/u/${name}: No permission.`)
      .concat('/tmp: No permission.'),
  ],
  [
    'a folder is not watched, so that no test file could arrive',
    { watcher: folders(1, { ...enospc, remedy: '', canary_missed: true }) },
    'attention',
    'Partially protected: 3 of 4 folders are watched.',
    ['/tmp: The system allows no more watches.'],
  ],
  [
    'no folder is named',
    { watcher: { ...watcher, folders: [] } },
    'attention',
    'No folder is watched: new and changed files are not seen.',
    ['Name folders in [watch] folders of the configuration file.'],
  ],
  [
    'folders are still being read',
    { watcher: folders(2, { state: 'starting' }) },
    'attention',
    'Protection is starting: 2 of 4 folders are watched.',
    [],
  ],
  [
    'the watcher starts',
    { watcher: { ...watcher, state: 'starting', folders: [] } },
    'attention',
    'Protection is starting: no folder is watched yet.',
    [],
  ],
  [
    'the watcher was killed, whatever its folders said last',
    { watcher: { ...watcher, state: 'restarting' } },
    'attention',
    'The watcher is being restarted; until then nobody sees what is new or changed.',
    [],
  ],
  [
    'the watcher was killed while a sweep runs',
    { watcher: { ...watcher, state: 'restarting' }, sweep: runningSweep },
    'attention',
    'The watcher is being restarted; until then only the sweep that is running finds what is new or changed.',
    [],
  ],
  [
    'the watcher does not run',
    { watcher: { ...watcher, state: 'off' } },
    'attention',
    'The watcher does not run: nobody sees what is new or changed.',
    ['Start Vedette again; if that does not help, its log says why.'],
  ],
  [
    'a canary was missed',
    { watcher: folders(1, { canary_missed: true }) },
    'attention',
    'A test file was not scanned in time in /tmp.',
    ['New files there may be scanned late; the next sweep looks for what was missed.'],
  ],
  [
    'the brake is on',
    { brake },
    'attention',
    brake.reason,
    [
      'To see what was found: vedette threats list',
      'To let automatic quarantine go on: vedette brake release',
    ],
  ],
  [
    'signatures are old',
    { signature_age_days: 9.9 },
    'attention',
    'The signatures are 9 days old: newer malware may not be recognized.',
    ['Update them; for ClamAV: freshclam'],
  ],
  [
    'ten thousand files wait',
    { backlog: 10_000 },
    'attention',
    '10,000 files wait to be scanned: verdicts come late.',
    [],
  ],
  [
    'files were put off',
    { backlog: 1, put_off: 1 },
    'attention',
    '1 file was put off, because too many came at once; 1 file waits to be scanned.',
    ['The next sweep scans them.'],
  ],
  [
    'the database was damaged',
    { problems: ['The database was damaged and set aside.'] },
    'attention',
    'The database was damaged and set aside.',
    [],
  ],
  [
    'much is wrong at once: the worst is said, the rest is advice',
    {
      engines: engines('unavailable', 'ready'),
      watcher: folders(1, enospc),
      signature_age_days: 10,
      brake,
      problems: ['The disk is full.'],
      open_findings: 0,
    },
    'attention',
    'Partially protected: 3 of 4 folders are watched.',
    [
      '/tmp: The system allows no more watches. To allow more: sudo sysctl fs.inotify.max_user_watches=524288',
      brake.reason,
      'To see what was found: vedette threats list',
      'To let automatic quarantine go on: vedette brake release',
      'The disk is full.',
      'The signatures are 10 days old: newer malware may not be recognized.',
      'Update them; for ClamAV: freshclam',
      'Without ClamAV, what only it can recognize is not found. Detail of clamav.',
    ],
  ],
  ['one finding is open', { open_findings: 1 }, 'threat', '1 threat needs a decision.', [toThreats]],
  [
    'findings are open and no engine looks',
    { open_findings: 2, engines: [] },
    'threat',
    '2 threats need a decision.',
    [
      toThreats,
      'Not protected: no engine can look into files.',
      'Switch on enable_clamav or enable_yara in [scanning] of the configuration file.',
    ],
  ],
  [
    'findings are open and a folder is not watched',
    { open_findings: 2, watcher: folders(1, enospc) },
    'threat',
    '2 threats need a decision.',
    [
      toThreats,
      'Partially protected: 3 of 4 folders are watched.',
      '/tmp: The system allows no more watches. To allow more: sudo sysctl fs.inotify.max_user_watches=524288',
    ],
  ],
  [
    'it is paused for an hour, with a finding open',
    {
      open_findings: 2,
      pause: { since: startSeconds, until: startSeconds + 3600, actor: 'user eve' },
    },
    'paused',
    'Paused until 09:00: new and changed files are not scanned.',
    ['To end the pause now: vedette resume', '2 threats need a decision.', toThreats],
  ],
  [
    'it is paused into another day',
    { pause: { since: startSeconds, until: startSeconds + 86_400, actor: 'user eve' } },
    'paused',
    'Paused until 2027-01-16 08:00: new and changed files are not scanned.',
    ['To end the pause now: vedette resume'],
  ],
  [
    'it is paused until the next start, and the watcher rests',
    {
      pause: { since: startSeconds, until: null, actor: 'user eve' },
      watcher: { ...watcher, state: 'off', folders: [] },
    },
    'paused',
    'Paused until Vedette is started again: new and changed files are not scanned.',
    ['To end the pause now: vedette resume'],
  ],
  [
    'it is off, and paused, and without engines',
    {
      enabled: false,
      pause: { since: startSeconds, until: null, actor: 'user eve' },
      watcher: { ...watcher, state: 'off', folders: [] },
      engines: [],
    },
    'off',
    'Real-time protection is off: new and changed files are not scanned.',
    [
      'To switch it on: enabled = true in [watch] of the configuration file.',
      'Not protected: no engine can look into files.',
      'Switch on enable_clamav or enable_yara in [scanning] of the configuration file.',
    ],
  ],
];

describe('protection', () => {
  test.each(table)('when %s', (_what, fields, state, sentence, advice) => {
    expect(judgeProtection(evidenceOf(fields))).toEqual({ state, sentence, advice });
  });

  test('the table has every state there is for a running Vedette', () => {
    expect(new Set(table.map(([, , state]) => state))).toEqual(
      new Set(['protected', 'reduced', 'attention', 'threat', 'paused', 'off']),
    );
  });

  test('many folders that are not watched are told in a few lines, with safe names', () => {
    const many = Array.from({ length: 8 }, (_, index) => folderOf(`/srv/\u001b[2J${index}`, enospc));
    const { advice } = judgeProtection(evidenceOf({ watcher: { ...watcher, folders: many } }));
    expect(advice).toHaveLength(6);
    expect(advice[0]).toMatch(/^\/srv\/\\x1b\[2J0: /u);
    expect(advice[5]).toBe('3 more folders are not watched.');
  });

  test('is never called protected while anything in the evidence speaks against it', () => {
    const engine = fc.constantFrom('ready', 'reduced', 'unavailable');
    const folder = fc.record({
      state: fc.constantFrom('starting', 'watching', 'degraded', 'gone'),
      removable: fc.boolean(),
      canary_missed: fc.boolean(),
    });
    const evidence = fc
      .record({
        enabled: fc.boolean(),
        pause: fc.constantFrom(
          null,
          { since: 1, until: null, actor: 'x' },
          { since: 1, until: 2, actor: 'x' },
        ),
        engines: fc.tuple(engine, engine).map(([clamav, yara]) => [
          { name: 'clamav', state: clamav, detail: '' },
          { name: 'yara', state: yara, detail: '' },
        ]),
        signature_age_days: fc.constantFrom(null, 0, 7, 7.1, 400),
        state: fc.constantFrom('starting', 'running', 'restarting', 'off'),
        folders: fc.array(folder, { maxLength: 3 }),
        backlog: fc.constantFrom(0, 9999, 10_000),
        put_off: fc.constantFrom(0, 1),
        open_findings: fc.constantFrom(0, 3),
        brakeOn: fc.boolean(),
        problems: fc.constantFrom([], ['A problem.']),
      })
      .map(({ state, folders: some, brakeOn, ...fields }) =>
        protectionEvidenceSchema.parse({
          ...evidenceOf(),
          ...fields,
          watcher: {
            ...watcher,
            state,
            folders: some.map((one, index) => ({ ...folderOf(`/${index}`), ...one })),
          },
          brake: { on: brakeOn, reason: brakeOn ? 'Stopped.' : '' },
        }),
      );
    fc.assert(
      fc.property(evidence, (given) => {
        const { state, sentence } = judgeProtection(given);
        const present = given.watcher.folders.filter((one) => !(one.removable && one.state === 'gone'));
        const isWatched =
          given.enabled &&
          given.pause === null &&
          given.watcher.state === 'running' &&
          present.length > 0 &&
          present.every((one) => one.state === 'watching' && !one.canary_missed);
        const isCalm =
          given.open_findings === 0 &&
          !given.brake.on &&
          given.problems.length === 0 &&
          given.put_off === 0 &&
          given.backlog < 10_000 &&
          (given.signature_age_days ?? 0) <= 7;
        const looking = given.engines.filter((one) => one.state !== 'unavailable').length;
        const isFine = isWatched && isCalm && looking > 0;
        expect(state === 'protected' || state === 'reduced').toBe(isFine);
        const isWhole = given.engines.every((one) => one.state === 'ready');
        expect(state === 'protected').toBe(isFine && isWhole);
        expect(sentence.startsWith('Protected')).toBe(state === 'protected');
        expect(sentence).toMatch(/^[A-Z\d].+\.$/u);
      }),
      { numRuns: 2000 },
    );
  });
});
