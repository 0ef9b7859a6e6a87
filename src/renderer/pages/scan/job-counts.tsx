// How many files had which verdict, and how many the cache answered.
import type { JobProgress } from '../../../shared/job.ts';
import { classes } from '../../components/classes.ts';
import { ToneIcon } from '../../components/tone-icon.tsx';
import { formatCount } from '../../format/numbers.ts';
import { cacheText, scanTexts } from '../../messages/scan.ts';
import { verdictWords, type Tone } from '../../messages/words.ts';
import styles from './scan.module.css';

const kinds = ['clean', 'infected', 'suspicious', 'partial', 'unscannable'] as const;

export function JobCounts({ progress }: { readonly progress: JobProgress }) {
  return (
    <dl className={styles['counts']}>
      {kinds.map((kind) => {
        const count = progress[kind];
        const { tone } = verdictWords[kind];
        const shown: Tone = count === 0 ? 'neutral' : tone;
        return (
          <div key={kind} className={classes(styles['count'], count === 0 && styles['none'])}>
            <dt>
              {count === 0 ? null : <ToneIcon tone={shown} size={14} />}
              {scanTexts.counts[kind]}
            </dt>
            <dd>{formatCount(count)}</dd>
          </div>
        );
      })}
      <div className={styles['count']}>
        <dt>{scanTexts.counts.cache}</dt>
        <dd>{cacheText(progress)}</dd>
      </div>
    </dl>
  );
}
