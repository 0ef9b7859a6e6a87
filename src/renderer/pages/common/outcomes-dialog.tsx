// What came of each of several things where some did not go through: the path, and why.
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { PathText } from '../../components/path-text.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import type { EachOutcome } from '../../../shared/contract.ts';
import { threatTexts } from '../../messages/threats.ts';
import { commonMessages } from '../../messages/words.ts';
import styles from './outcomes-dialog.module.css';

export interface ShownOutcomes {
  readonly failed: readonly EachOutcome[];
  readonly done: number;
  /** Why the rest was not tried; else empty. */
  readonly problem: string;
}

interface OutcomesDialogProps {
  readonly outcomes: ShownOutcomes | null;
  readonly onClose: () => void;
}

export function OutcomesDialog({ outcomes, onClose }: OutcomesDialogProps) {
  const { outcome: texts } = threatTexts;
  if (outcomes === null) return null;
  const { failed, done, problem } = outcomes;
  const title = texts.failedTitle(failed.length, failed.length + done);
  return (
    <Dialog
      open
      onClose={onClose}
      title={failed.length === 0 ? texts.stopped : title}
      actions={
        <Button tone="primary" onClick={onClose}>
          {commonMessages.close}
        </Button>
      }
    >
      {problem === '' ? null : <p>{problem}</p>}
      {done === 0 ? null : <p className={styles['done']}>{texts.othersDone(done)}</p>}
      <ul className={styles['list']}>
        {failed.map(({ id, path, text }) => (
          <li key={id} className={styles['item']}>
            {path === null ? null : <PathText path={path} twoLines />}
            <StatusWord tone="attention">{text}</StatusWord>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
