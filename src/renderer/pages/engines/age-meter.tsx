// How much of the time that signatures are taken to be fresh has passed.
import { useId } from 'react';
import type { EnginesDocument } from '../../../shared/page-documents.ts';
import { ToneIcon } from '../../components/tone-icon.tsx';
import { engineMessages } from '../../messages/engines.ts';
import styles from './age-meter.module.css';
import { signatureAge } from './signature-age.ts';

export function AgeMeter({ signatures }: Pick<EnginesDocument, 'signatures'>) {
  const textId = useId();
  const { tone, text, limit, share } = signatureAge(signatures);
  return (
    <div className={styles['age']}>
      <p id={textId} className={styles['text']}>
        {tone === 'ok' ? null : <ToneIcon tone={tone} />}
        <span>{text}</span>
      </p>
      {share === null ? null : (
        <div
          className={styles['track']}
          role="meter"
          aria-label={engineMessages.age.label}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
          aria-valuetext={text}
        >
          <div
            className={styles['fill']}
            data-tone={tone}
            style={{ width: `${Math.max(1, share * 100)}%` }}
          />
        </div>
      )}
      {limit === '' ? null : <p className={styles['limit']}>{limit}</p>}
    </div>
  );
}
