// Made-up states of a Vedette, one a form that the pages can take; times are relative to the moment they are looked at.
import type { AppState, LivePoint } from '../../src/shared/app-state.ts';
import type { EngineReport } from '../../src/shared/engine-report.ts';
import type { Finding } from '../../src/shared/finding.ts';
import type { Job } from '../../src/shared/job.ts';
import type { ScalingEvent } from '../../src/shared/metrics.ts';
import type { FolderHealth, Protection, ProtectionEvidence } from '../../src/shared/protection.ts';

export const now = Date.now() / 1000;
const minute = 60;
const hour = 3600;
const day = 86_400;

export const fixtureNames = [
  'calm',
  'empty',
  'busy',
  'threat',
  'degraded',
  'paused',
  'service',
  'loading',
  'error',
  'lost',
  'not-admitted',
] as const;

export function folder(path: string, changes: Partial<FolderHealth> = {}): FolderHealth {
  return {
    path,
    state: 'watching',
    cause: '',
    remedy: '',
    removable: false,
    folders: 214,
    since: now - 5 * hour,
    canary_ms: 348,
    canary_at: now - 40,
    canary_missed: false,
    ...changes,
  };
}

export const engines: readonly EngineReport[] = [
  { name: 'clamav', state: 'ready', version: 'ClamAV 1.4.6/27812', signatures: 8_706_421, detail: '' },
  {
    name: 'yara',
    state: 'ready',
    version: 'YARA-X 1.20.0 native (@litko/yara-x 0.3.0)',
    signatures: 14,
    detail: '',
  },
  { name: 'hash', state: 'ready', version: '', signatures: 1, detail: '' },
];

export const evidence: ProtectionEvidence = {
  enabled: true,
  pause: null,
  engines: engines.map(({ name, state, detail }) => ({ name, state, detail })),
  signature_age_days: 0.21,
  watcher: {
    state: 'running',
    restarts: 0,
    loop_delay_ms: 3,
    folders: [folder('/home/ada/Downloads'), folder('/home/ada/Desktop'), folder('/home/ada/Documents')],
  },
  sweep: {
    state: 'idle',
    cause: 'its time had come',
    files: 18_220,
    started_at: now - 22 * minute,
    ended_at: now - 21.6 * minute,
    next_at: now + 38 * minute,
  },
  backlog: 0,
  put_off: 0,
  lost_events: 0,
  open_findings: 0,
  brake: { on: false, reason: '' },
  problems: [],
};

const protectedNow: Protection = {
  state: 'protected',
  sentence: 'Protected: 3 folders are watched.',
  advice: [],
  evidence,
};

export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    id: 12,
    path: '/home/ada/Downloads/invoice-2026-11 (final).docm.js',
    identity: '2049:1311:4096:1:1',
    sha256: '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f',
    size_bytes: 48_213,
    verdict: 'infected',
    severity: 'high',
    detections: [
      {
        engine: 'clamav',
        name: 'Js.Downloader.Nemucod-9812',
        severity: 'high',
        kind: 'signature',
        meta: {},
        matches: [],
      },
      {
        engine: 'yara',
        name: 'Script_Dropper_WScript',
        severity: 'high',
        kind: 'rule',
        meta: { description: 'A script that downloads a program and starts it', author: 'Vedette' },
        matches: [
          { pattern: '$run', offset: 1204, length: 14, bytes_hex: '5753637269707453686c6c2e52' },
          { pattern: '$get', offset: 882, length: 17, bytes_hex: '4d53584d4c322e584d4c48545450' },
        ],
      },
    ],
    origin: 'realtime',
    state: 'open',
    note: '',
    vault_id: null,
    found_at: now - 4 * minute,
    seen_at: now - 4 * minute,
    ...changes,
  };
}

export const findings: readonly Finding[] = [
  finding(),
  finding({
    id: 11,
    path: '/home/ada/Downloads/old/keygen\u202Egpj.exe',
    severity: 'critical',
    state: 'quarantined',
    vault_id: '0123456789abcdef0123456789abcdef',
    note: 'Moved into quarantine.',
    found_at: now - 3 * hour,
    seen_at: now - 3 * hour,
  }),
  finding({
    id: 9,
    path: '/home/ada/Documents/tools/nmap-7.95-setup.exe',
    verdict: 'suspicious',
    severity: 'low',
    state: 'allowed',
    note: 'Allowed by ada: my own network.',
    found_at: now - 2 * day,
    seen_at: now - day,
  }),
  finding({
    id: 7,
    path: '/tmp/build-8412/a.out',
    severity: 'medium',
    state: 'gone',
    note: 'The file is no longer there.',
    found_at: now - 4 * day,
    seen_at: now - 4 * day,
  }),
];

export function job(changes: Partial<Job> = {}): Job {
  return {
    id: 41,
    kind: 'full',
    schedule: null,
    roots: ['/'],
    state: 'running',
    problem: '',
    created_at: now - 6 * minute,
    ended_at: null,
    resumes: 0,
    progress: {
      files: 184_220,
      total_files: 412_900,
      bytes: 38_214_000_000,
      clean: 183_904,
      infected: 1,
      suspicious: 0,
      partial: 212,
      unscannable: 103,
      from_cache: 120_430,
      current_path: '/usr/share/icons/hicolor/scalable/apps/org.example.Editor.svg',
      active_seconds: 360,
      files_per_second: 512,
      remaining_seconds: 446,
    },
    ...changes,
  };
}

const doneJob = job({
  id: 40,
  kind: 'quick',
  roots: ['/home/ada/Downloads', '/tmp'],
  state: 'done',
  created_at: now - 26 * hour,
  ended_at: now - 26 * hour + 74,
});

export function scaling(changes: Partial<ScalingEvent> = {}): ScalingEvent {
  return {
    type: 'scale_up',
    old_workers: 2,
    new_workers: 5,
    queue_depth: 75,
    cpu_percent: 34,
    memory_percent: 41,
    timestamp: now - 150,
    reason: 'The backlog of 75 files is more than 50.',
    ...changes,
  };
}

function points(load: (index: number) => number): LivePoint[] {
  return Array.from({ length: 60 }, (_, index) => {
    const scans = Math.round(load(index));
    return {
      timestamp: now - (59 - index) * 5,
      scans,
      cache_hits: Math.round(scans * (0.6 + 0.3 * Math.sin(index / 7))),
      queue_depth: Math.max(0, Math.round(scans * 2.1 - 40 + 20 * Math.sin(index / 3))),
      active_workers: Math.min(5, Math.round(scans / 12)),
      workers: index < 30 ? 2 : 5,
      cpu_percent: Math.min(100, 8 + scans),
      memory_percent: 41 + Math.sin(index / 9) * 2,
    };
  });
}

const calmPoints = points((index) => 28 + 18 * Math.sin(index / 6) + (index % 7));
const busyPoints = points((index) => (index < 26 ? 20 : 60 + 40 * Math.sin((index - 26) / 8)));

function lastMinute(recent: readonly LivePoint[]): number {
  return recent.slice(-12).reduce((sum, { scans }) => sum + scans, 0);
}

const calm: AppState = {
  app: {
    version: '0.1.0',
    kind: 'desktop',
    platform: 'linux',
    data_folder: '/home/ada/.local/share/vedette',
    started_at: now - 5 * hour,
    is_demo: false,
    guide_done: true,
    key_store: 'The key of the vault is kept by the key store of the system.',
  },
  protection: protectedNow,
  engines: [...engines],
  live: {
    at: now,
    files_per_minute: lastMinute(calmPoints),
    cache_hit_rate: 0.83,
    queue_depth: 0,
    active_workers: 1,
    workers: 2,
    max_workers: 8,
    workers_lost: 0,
    worker_lost_at: null,
    worker_lost_cause: '',
    cpu_percent: 7,
    memory_percent: 41,
    scans: 92_114,
    time_saved_seconds: 4210,
  },
  recent: { points: calmPoints, scaling_events: [] },
  coverage: {
    verdicts: { clean: 90_400, infected: 4, suspicious: 1, partial: 1204, unscannable: 505 },
    reasons: { too_large: 811, encrypted: 393, permission: 402, special_file: 61, vanished: 42 },
    covered_percent: 98.2,
  },
  jobs: [doneJob],
  findings: { open: 0, latest: findings.filter(({ state }) => state !== 'open') },
  quarantine: { count: 1, size_bytes: 48_213 },
  settings: { revision: 3, problem: '' },
  updates: {
    state: 'idle',
    text: 'Up to date.',
    last_at: now - 5 * hour,
    next_at: now - hour + 4 * hour,
  },
};

const states: Readonly<Record<string, AppState>> = {
  calm,
  service: { ...calm, app: { ...calm.app, kind: 'service' } },
  empty: {
    ...calm,
    app: { ...calm.app, guide_done: false, started_at: now - 4 },
    live: {
      ...calm.live,
      files_per_minute: 0,
      cache_hit_rate: null,
      scans: 0,
      time_saved_seconds: 0,
      active_workers: 0,
    },
    recent: { points: [], scaling_events: [] },
    coverage: {
      verdicts: { clean: 0, infected: 0, suspicious: 0, partial: 0, unscannable: 0 },
      reasons: {},
      covered_percent: 0,
    },
    jobs: [],
    findings: { open: 0, latest: [] },
    quarantine: { count: 0, size_bytes: 0 },
    updates: { state: 'idle', text: '', last_at: null, next_at: null },
  },
  busy: {
    ...calm,
    protection: { ...protectedNow, evidence: { ...evidence, backlog: 118 } },
    live: {
      ...calm.live,
      files_per_minute: lastMinute(busyPoints),
      cache_hit_rate: 0.64,
      queue_depth: 118,
      active_workers: 5,
      workers: 5,
      cpu_percent: 78,
    },
    recent: {
      points: busyPoints,
      scaling_events: [scaling(), scaling({ timestamp: now - 20, old_workers: 5, new_workers: 6 })],
    },
    jobs: [job(), doneJob],
  },
  threat: {
    ...calm,
    protection: {
      state: 'threat',
      sentence: 'A threat needs your decision.',
      advice: ['1 threat needs a decision: vedette threats'],
      evidence: { ...evidence, open_findings: 1 },
    },
    findings: { open: 1, latest: [...findings] },
  },
  degraded: {
    ...calm,
    protection: {
      state: 'attention',
      sentence: 'Partially protected: 2 of 3 folders are watched.',
      advice: [
        'ClamAV is not installed. YARA-X still protects you. Install it with: sudo apt install clamav-daemon',
      ],
      evidence: {
        ...evidence,
        signature_age_days: null,
        engines: [
          {
            name: 'clamav',
            state: 'unavailable',
            detail: 'ClamAV is not installed: sudo apt install clamav-daemon',
          },
          ...evidence.engines.slice(1),
        ],
        watcher: {
          ...evidence.watcher,
          folders: [
            folder('/home/ada/Downloads'),
            folder('/home/ada/Desktop'),
            folder('/home/ada/Documents', {
              state: 'degraded',
              cause: 'The limit of inotify watches is reached (65536).',
              remedy: 'sudo sysctl fs.inotify.max_user_watches=524288',
            }),
          ],
        },
        problems: ['The verdict cache was damaged and was set aside; a new one was begun.'],
      },
    },
    engines: [
      {
        name: 'clamav',
        state: 'unavailable',
        version: '',
        signatures: 0,
        detail: 'ClamAV is not installed: sudo apt install clamav-daemon',
      },
      ...engines.slice(1),
    ],
    settings: { revision: 3, problem: 'line 14: [scaling] max_workers must be at most 64' },
  },
  paused: {
    ...calm,
    protection: {
      state: 'paused',
      sentence: 'Protection is paused for another 14 minutes.',
      advice: ['Resume it with: vedette resume'],
      evidence: { ...evidence, pause: { until: now + 14 * minute, since: now - minute, actor: 'user ada' } },
    },
  },
};

export function fixtureState(name: string): AppState {
  return states[name] ?? calm;
}
