// Which of the files that could not be checked belong to one scan: by place and time, for more is not written down.
import type { Job } from '../../../shared/job.ts';
import type { UncoveredFile } from '../../../shared/page-documents.ts';
import type { Reason } from '../../../shared/verdict.ts';

export interface MissedReason {
  readonly reason: Reason;
  /** Newest first. */
  readonly files: readonly UncoveredFile[];
}

/** Most files first; `now` ends a scan that still runs. */
export function missedIn(job: Job, files: readonly UncoveredFile[], now: number): readonly MissedReason[] {
  const end = job.ended_at ?? now;
  const reasons = new Map<Reason, Map<string, UncoveredFile>>();
  for (const file of files) {
    if (file.at < job.created_at || file.at > end || !isBelow(file.path, job)) continue;
    const known = reasons.get(file.reason) ?? new Map<string, UncoveredFile>();
    reasons.set(file.reason, known);
    if ((known.get(file.path)?.at ?? 0) <= file.at) known.set(file.path, file);
  }
  return [...reasons]
    .map(([reason, known]) => ({
      reason,
      files: [...known.values()].toSorted((one, other) => other.at - one.at),
    }))
    .toSorted((one, other) => other.files.length - one.files.length);
}

/** How many have no name any more: only the newest of each reason are kept. */
export function unnamedIn({ progress }: Job, missed: readonly MissedReason[]): number {
  const named = missed.reduce((sum, { files }) => sum + files.length, 0);
  return Math.max(0, progress.partial + progress.unscannable - named);
}

function isBelow(path: string, { kind, roots }: Job): boolean {
  if (kind === 'full') return true;
  return roots.some((root) => {
    const folder = root.replace(/[/\\]+$/u, '');
    return (
      path === root || path === folder || path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`)
    );
  });
}
