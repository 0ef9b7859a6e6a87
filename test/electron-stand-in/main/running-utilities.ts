// Utility processes that run, so that none outlives the app.

export interface RunningUtility {
  readonly kill: () => boolean;
}

export const runningUtilities = new Set<RunningUtility>();
