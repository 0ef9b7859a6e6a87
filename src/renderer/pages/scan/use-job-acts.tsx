// Starting, pausing, resuming and cancelling scans; cancelling what has run for a while is asked first.
import { useState, type ReactNode } from 'react';
import type { Job, JobKind } from '../../../shared/job.ts';
import { useClient } from '../../client/client-context.ts';
import { navigate } from '../../client/route.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useAct } from '../../components/use-act.ts';
import { scanTexts } from '../../messages/scan.ts';

/** What a person has waited for this long is not lost by one click. */
const askAfterSeconds = 60;

export interface JobActs {
  readonly isBusy: boolean;
  readonly start: (kind: JobKind, roots: readonly string[]) => void;
  readonly pause: (job: Job) => void;
  readonly resume: (job: Job) => void;
  readonly cancel: (job: Job) => void;
  /** To be drawn somewhere on the page. */
  readonly dialogs: ReactNode;
}

export function useJobActs(): JobActs {
  const client = useClient();
  const { act, isBusy } = useAct();
  const [toCancel, setToCancel] = useState<Job | null>(null);

  async function start(kind: JobKind, roots: readonly string[]): Promise<void> {
    const job = await act(() => client.call('jobs.start', { kind, roots: [...roots] }));
    if (job !== null) navigate('scan', job.id);
  }

  async function cancel({ id }: Job): Promise<void> {
    await act(() => client.call('jobs.cancel', { id }));
  }

  return {
    isBusy,
    start: (kind, roots) => void start(kind, roots),
    pause: ({ id }) => void act(() => client.call('jobs.pause', { id })),
    resume: ({ id }) => void act(() => client.call('jobs.resume', { id })),
    cancel: (job) => {
      if (job.progress.active_seconds > askAfterSeconds) setToCancel(job);
      else void cancel(job);
    },
    dialogs: (
      <ConfirmDialog
        open={toCancel !== null}
        title={scanTexts.cancelTitle}
        text={toCancel === null ? '' : scanTexts.cancelText(toCancel)}
        confirmLabel={scanTexts.cancelConfirm}
        tone="danger"
        onConfirm={async () => {
          if (toCancel !== null) await cancel(toCancel);
        }}
        onClose={() => setToCancel(null)}
      />
    ),
  };
}
