// The state in one sentence, with what it rests on, and the way to what needs somebody.
import { ArrowDown } from 'lucide-react';
import type { Protection } from '../../../shared/protection.ts';
import { useConnection, useSlice } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { useNow } from '../../components/surroundings.tsx';
import { ToneIcon } from '../../components/tone-icon.tsx';
import { evidenceParts } from '../../frame/evidence-parts.ts';
import { stateWord } from '../../frame/state-word.ts';
import { evidenceMessages } from '../../messages/frame.ts';
import { overviewMessages } from '../../messages/overview.ts';
import styles from './overview-page.module.css';

interface StateHeadProps {
  readonly protection: Protection | null;
  readonly needs: number;
  readonly onShowNeeds: () => void;
}

export function StateHead({ protection, needs, onShowNeeds }: StateHeadProps) {
  const engines = useSlice('engines');
  const now = useNow();
  const connection = useConnection();
  const isLost = connection === 'lost';
  if (protection === null) {
    return (
      <header className={styles['head']}>
        <h1 tabIndex={-1} className={styles['sentence']}>
          {isLost ? overviewMessages.lost : overviewMessages.waiting}
        </h1>
      </header>
    );
  }
  const { tone } = stateWord(protection, connection);
  const parts = protection.evidence === null ? [] : evidenceParts(protection.evidence, engines ?? [], now);
  return (
    <header className={styles['head']} data-tone={tone}>
      <div className={styles['state']}>
        <ToneIcon tone={tone} size={32} />
        <div>
          <h1 tabIndex={-1} className={styles['sentence']}>
            {isLost ? overviewMessages.lost : protection.sentence}
          </h1>
          {isLost ? (
            <p className={styles['soft']}>{overviewMessages.lastKnown(protection.sentence)}</p>
          ) : null}
          <ul className={styles['evidence']} aria-label={evidenceMessages.label}>
            {parts.map(({ text, hint }) => (
              <li key={text} {...(hint === '' ? {} : { title: hint })}>
                {text}
              </li>
            ))}
          </ul>
        </div>
      </div>
      {needs === 0 ? null : (
        <Button icon={ArrowDown} onClick={onShowNeeds}>
          {overviewMessages.needsYou(needs)}
        </Button>
      )}
    </header>
  );
}
