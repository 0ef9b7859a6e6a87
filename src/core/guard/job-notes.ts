// How scan jobs stand in the history.
import { countText } from '../../shared/count-text.ts';
import type { HistoryNote } from '../../shared/history-event.ts';
import type { Job } from '../../shared/job.ts';

export function jobStarted({ id, kind, roots, schedule }: Job, actor: string): HistoryNote {
  const by = schedule === null ? '' : ` by the schedule "${schedule}"`;
  return {
    kind: 'job_started',
    actor,
    text: `Scan ${id} (${kind}) was started${by}.`,
    details: { job: id, kind, roots, schedule },
  };
}

export function jobEnded({ id, kind, state, progress, problem }: Job, actor: string): HistoryNote {
  const { files, infected, suspicious, partial, unscannable } = progress;
  const found = infected + suspicious;
  const missed = partial + unscannable;
  const how = state === 'failed' ? `failed: ${problem}` : state === 'cancelled' ? 'was cancelled' : 'is done';
  const unseen = missed === 0 ? '' : `; ${countText(missed, 'file')} not or not wholly looked at`;
  const threats = found === 0 ? 'no threats' : countText(found, 'threat');
  return {
    kind: 'job_ended',
    actor,
    text: `Scan ${id} (${kind}) ${how}: ${countText(files, 'file')}, ${threats}${unseen}.`,
    details: { job: id, kind, state, files, infected, suspicious, partial, unscannable },
  };
}
