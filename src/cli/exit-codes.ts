// Exit codes as clamscan has them, and 3 for a command that was not understood.
import type { ScanSummary } from '../shared/scan-report.ts';

export const exitCodes = { nothingFound: 0, somethingFound: 1, errors: 2, badUsage: 3 } as const;

/** What the user has allowed is not found. Nothing found is only a good answer when everything was looked at, unless the user allows less. */
export function scanExitCode(summary: ScanSummary, allowPartial: boolean): number {
  if (summary.interrupted === true) return exitCodes.errors;
  if (summary.infected + summary.suspicious > (summary.allowed ?? 0)) return exitCodes.somethingFound;
  if (summary.partial + summary.unscannable > 0 && !allowPartial) return exitCodes.errors;
  return exitCodes.nothingFound;
}
