// What the fixtures answer to the calls about scans.
import type { Job, Schedule } from '../../../src/shared/job.ts';
import type { FixtureAnswers } from '../fixture-transport.ts';
import { fixtureState, job, now } from '../fixtures.ts';

const hour = 3600;
const day = 24 * hour;

const clean = {
  infected: 0,
  suspicious: 0,
  current_path: null,
  remaining_seconds: null,
  files_per_second: 0,
};

export const earlierJobs: readonly Job[] = [
  job({
    id: 38,
    kind: 'custom',
    roots: ['/media/ada/BACKUP', '/home/ada/Documents/contracts \u202Egpj.scr', '/srv/share'],
    state: 'cancelled',
    created_at: now - 3 * day,
    ended_at: now - 3 * day + 220,
    progress: {
      ...job().progress,
      ...clean,
      files: 12_408,
      total_files: 60_212,
      clean: 12_402,
      partial: 4,
      unscannable: 2,
      from_cache: 0,
      active_seconds: 220,
    },
  }),
  job({
    id: 36,
    kind: 'full',
    schedule: 'full sun 03:00',
    state: 'done',
    created_at: now - 22 * hour,
    ended_at: now - 19 * hour,
    resumes: 1,
    progress: {
      ...job().progress,
      ...clean,
      files: 411_822,
      total_files: 411_822,
      clean: 411_504,
      infected: 2,
      suspicious: 1,
      partial: 212,
      unscannable: 103,
      from_cache: 322_118,
      active_seconds: 10_240,
    },
  }),
  job({
    id: 35,
    kind: 'custom',
    roots: ['/mnt/nas'],
    state: 'failed',
    problem: 'The folder /mnt/nas cannot be read: the connection was lost.',
    created_at: now - 9 * day,
    ended_at: now - 9 * day + 12,
    progress: {
      ...job().progress,
      ...clean,
      files: 0,
      total_files: null,
      clean: 0,
      partial: 0,
      unscannable: 0,
    },
  }),
];

const schedules: readonly Schedule[] = [
  {
    text: '30 12 * * * quick',
    kind: 'quick',
    roots: [],
    next_run_at: now + 5 * hour,
    last_run_at: now - 19 * hour,
    last_state: 'done',
    missed: 0,
  },
  {
    text: '0 3 * * sun full',
    kind: 'full',
    roots: [],
    next_run_at: now + 2 * day,
    last_run_at: now - 22 * hour,
    last_state: 'done',
    missed: 2,
  },
];

interface WithId {
  readonly id: number;
}

function known(id: number, state: string): Job {
  const jobs = [...fixtureState(state).jobs, ...earlierJobs];
  return jobs.find((one) => one.id === id) ?? job({ id });
}

export const scanAnswers: FixtureAnswers = {
  'jobs.list': (_input, state) =>
    state === 'empty'
      ? { jobs: [], schedules: [] }
      : { jobs: [...fixtureState(state).jobs, ...earlierJobs], schedules },
  'jobs.show': ({ id }: WithId, state) => known(id, state),
  'jobs.start': () => job(),
  'jobs.pause': ({ id }: WithId, state) => ({ ...known(id, state), state: 'paused' }),
  'jobs.resume': ({ id }: WithId, state) => known(id, state),
  'jobs.cancel': ({ id }: WithId, state) => ({ ...known(id, state), state: 'cancelled' }),
};
