// The message for each slice: written out, so that a name never stands beside the value of another.
import type { AppState, SliceName, StateMessage } from '../../shared/app-state.ts';

export const sliceMessages: {
  readonly [Name in SliceName]: (value: AppState[Name]) => StateMessage;
} = {
  app: (value) => ({ kind: 'slice', slice: 'app', value }),
  protection: (value) => ({ kind: 'slice', slice: 'protection', value }),
  engines: (value) => ({ kind: 'slice', slice: 'engines', value }),
  live: (value) => ({ kind: 'slice', slice: 'live', value }),
  recent: (value) => ({ kind: 'slice', slice: 'recent', value }),
  coverage: (value) => ({ kind: 'slice', slice: 'coverage', value }),
  jobs: (value) => ({ kind: 'slice', slice: 'jobs', value }),
  findings: (value) => ({ kind: 'slice', slice: 'findings', value }),
  quarantine: (value) => ({ kind: 'slice', slice: 'quarantine', value }),
  settings: (value) => ({ kind: 'slice', slice: 'settings', value }),
  updates: (value) => ({ kind: 'slice', slice: 'updates', value }),
};
