// What is left out for a time: how long still, and the way to end it.
import { Button } from '../../components/button.tsx';
import { usePlatform, useNow } from '../../components/surroundings.tsx';
import { displayPath } from '../../../shared/display-path.ts';
import type { Exclusion } from '../../../shared/page-documents.ts';
import { formatRemaining } from '../../format/durations.ts';
import { formatExact } from '../../format/times.ts';
import { performanceMessages } from '../../messages/performance.ts';
import styles from './costs.module.css';

interface ExclusionListProps {
  readonly exclusions: readonly Exclusion[];
  readonly onEnd: (exclusion: Exclusion) => void;
}

const { exclusions: words } = performanceMessages;

export function ExclusionList({ exclusions, onEnd }: ExclusionListProps) {
  const now = useNow();
  const isWindows = usePlatform() === 'win32';
  if (exclusions.length === 0) return <p className={styles['none']}>{words.none}</p>;
  return (
    <section className={styles['card']}>
      <h3 className={styles['answer']}>{words.title}</h3>
      <p className={styles['soft']}>{words.explanation}</p>
      <ul className={styles['rows']}>
        {exclusions.map((exclusion) => {
          const pattern = displayPath(exclusion.pattern, isWindows);
          return (
            <li key={exclusion.id} className={styles['row']}>
              <div className={styles['what']}>
                <bdi className={styles['pattern']}>{pattern}</bdi>
                <span className={styles['soft']} title={exclusion.reason}>
                  {words.by(displayPath(exclusion.author))}
                </span>
              </div>
              <div className={styles['action']}>
                <time
                  className={styles['soft']}
                  dateTime={new Date(exclusion.expires_at * 1000).toISOString()}
                  title={formatExact(exclusion.expires_at)}
                >
                  {words.left(formatRemaining(exclusion.expires_at - now))}
                </time>
                <Button tone="quiet" aria-label={words.endName(pattern)} onClick={() => onEnd(exclusion)}>
                  {words.end}
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
