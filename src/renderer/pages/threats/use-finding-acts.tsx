// The acts on findings as a person does them: asked where it must be, told what came of each, undone while it is offered.
import { useState, type ReactNode } from 'react';
import type { EachOutcome } from '../../../shared/contract.ts';
import type { Finding } from '../../../shared/finding.ts';
import { useClient } from '../../client/client-context.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PathText } from '../../components/path-text.tsx';
import { useToasts, type ToastMessage } from '../../components/toasts.tsx';
import { useAct } from '../../components/use-act.ts';
import { threatTexts } from '../../messages/threats.ts';
import type { BatchOutcomes } from '../common/in-batches.ts';
import { OutcomesDialog, type ShownOutcomes } from '../common/outcomes-dialog.tsx';
import { RestoreDialog } from '../quarantine/restore-dialog.tsx';
import { AllowDialog } from './allow-dialog.tsx';
import { actOnFindings, allowFindings, undoQuarantine } from './finding-calls.ts';
import { choicesFor, splitOutcomes } from './finding-view.ts';
import styles from './threats.module.css';

export interface FindingActs {
  readonly isBusy: boolean;
  /** Grows whenever one of them may have changed a finding: what shows one looks again at once. */
  readonly changes: number;
  readonly quarantine: (findings: readonly Finding[]) => void;
  /** Asks for a reason first. */
  readonly allow: (findings: readonly Finding[]) => void;
  readonly dismiss: (findings: readonly Finding[]) => void;
  readonly reopen: (findings: readonly Finding[]) => void;
  /** Asks where to first. */
  readonly restore: (findings: readonly Finding[]) => void;
  readonly reveal: (finding: Finding) => void;
  /** To be drawn somewhere on the page. */
  readonly dialogs: ReactNode;
}

/** `onChanged` when something may have become of a finding. */
export function useFindingActs(onChanged: () => void): FindingActs {
  const client = useClient();
  const { show } = useToasts();
  const { act, isBusy } = useAct();
  const [toConfirm, setToConfirm] = useState<readonly EachOutcome[]>([]);
  const [toAllow, setToAllow] = useState<readonly Finding[]>([]);
  const [toRestore, setToRestore] = useState<readonly { readonly id: string; readonly path: string }[]>([]);
  const [failed, setFailed] = useState<ShownOutcomes | null>(null);
  const [changes, setChanges] = useState(0);

  function changed(): void {
    setChanges((count) => count + 1);
    onChanged();
  }

  /** What went through is a message with its undo, what did not is listed; in this order, for both may be. */
  function tell({ outcomes, problem }: BatchOutcomes, done: (ids: readonly number[]) => ToastMessage): void {
    const split = splitOutcomes(outcomes);
    const ids = split.done.map(({ id }) => Number(id));
    if (ids.length > 0) show({ tone: 'ok', ...done(ids) });
    if (split.failed.length > 0 || problem !== '')
      setFailed({ failed: split.failed, done: ids.length, problem });
    if (split.toConfirm.length > 0) setToConfirm(split.toConfirm);
    changed();
  }

  async function quarantine(ids: readonly number[], confirmed: boolean): Promise<void> {
    const outcomes = await act(() => actOnFindings(client, 'quarantine', ids, { confirmed }));
    if (outcomes === null) return;
    tell(outcomes, (done) => ({
      text: threatTexts.outcome.quarantined(done.length),
      undo: { label: threatTexts.outcome.undo, run: () => putBack(done) },
    }));
  }

  async function putBack(ids: readonly number[]): Promise<void> {
    const outcomes = await act(() => undoQuarantine(client, ids));
    if (outcomes !== null) tell(outcomes, (done) => ({ text: threatTexts.outcome.backAgain(done.length) }));
  }

  async function allow(findings: readonly Finding[], reason: string): Promise<void> {
    const allowed = await act(() => allowFindings(client, findings, reason));
    if (allowed === null) return;
    tell(allowed, (done) => ({
      text: threatTexts.outcome.allowed(done.length),
      ...(allowed.made.length === 0
        ? {}
        : { undo: { label: threatTexts.outcome.undo, run: () => allowNoLonger(allowed.made) } }),
    }));
  }

  async function allowNoLonger(ids: readonly number[]): Promise<void> {
    await act(() => client.call('allow.remove', { ids: [...ids] }), {
      done: () => threatTexts.outcome.notAllowed,
    });
    changed();
  }

  async function dismiss(ids: readonly number[]): Promise<void> {
    const outcomes = await act(() => actOnFindings(client, 'dismiss', ids));
    if (outcomes === null) return;
    tell(outcomes, (done) => ({
      text: threatTexts.outcome.dismissed(done.length),
      undo: { label: threatTexts.outcome.undo, run: () => reopen(done) },
    }));
  }

  async function reopen(ids: readonly number[]): Promise<void> {
    const outcomes = await act(() => actOnFindings(client, 'reopen', ids));
    if (outcomes !== null) tell(outcomes, (done) => ({ text: threatTexts.outcome.reopened(done.length) }));
  }

  const dialogs = (
    <>
      <ConfirmDialog
        open={toConfirm.length > 0}
        title={threatTexts.confirm.title(toConfirm.length)}
        text={
          <>
            <p>{threatTexts.confirm.text}</p>
            <ul className={styles['confirmList']}>
              {toConfirm.map(({ id, path, text }) => (
                <li key={id}>
                  {path === null ? null : <PathText path={path} twoLines />}
                  <span className={styles['soft']}>{text}</span>
                </li>
              ))}
            </ul>
          </>
        }
        confirmLabel={threatTexts.confirm.label(toConfirm.length)}
        tone="danger"
        onConfirm={() =>
          quarantine(
            toConfirm.map(({ id }) => Number(id)),
            true,
          )
        }
        onClose={() => setToConfirm([])}
      />
      {toAllow.length === 0 ? null : (
        <AllowDialog
          findings={toAllow}
          onAllow={(reason) => allow(toAllow, reason)}
          onClose={() => setToAllow([])}
        />
      )}
      {toRestore.length === 0 ? null : (
        <RestoreDialog files={toRestore} onClose={() => setToRestore([])} onRestored={changed} />
      )}
      <OutcomesDialog outcomes={failed} onClose={() => setFailed(null)} />
    </>
  );

  return {
    isBusy,
    changes,
    quarantine: (findings) => void quarantine(idsWhere(findings, 'quarantine'), false),
    allow: (findings) => setToAllow(findings.filter((finding) => choicesFor(finding, false).allow)),
    dismiss: (findings) => void dismiss(idsWhere(findings, 'dismiss')),
    reopen: (findings) => void reopen(idsWhere(findings, 'reopen')),
    restore: (findings) =>
      setToRestore(
        findings.flatMap((finding) =>
          finding.vault_id !== null && choicesFor(finding, false).restore
            ? [{ id: finding.vault_id, path: finding.path }]
            : [],
        ),
      ),
    reveal: ({ id }) => void act(() => client.call('desktop.reveal', { kind: 'finding', id })),
    dialogs,
  };
}

function idsWhere(
  findings: readonly Finding[],
  choice: 'quarantine' | 'dismiss' | 'reopen',
): readonly number[] {
  return findings.filter((finding) => choicesFor(finding, false)[choice]).map(({ id }) => id);
}
