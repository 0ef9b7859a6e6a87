// Dearest first, each with its share as a bar and the way to leave it out for a while.
import { EyeOff } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { PathText } from '../../components/path-text.tsx';
import { useNow } from '../../components/surroundings.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { formatRemaining, formatSeconds } from '../../format/durations.ts';
import { formatPercent } from '../../format/numbers.ts';
import { performanceMessages } from '../../messages/performance.ts';
import { costAnswer, type CostRow } from './cost-rows.ts';
import styles from './costs.module.css';

interface CostListProps {
  readonly question: string;
  readonly rows: readonly CostRow[];
  readonly onLeaveOut: (row: CostRow) => void;
}

const { costs: words } = performanceMessages;

export function CostList({ question, rows, onLeaveOut }: CostListProps) {
  const now = useNow();
  const most = rows[0]?.share ?? 1;
  return (
    <section className={styles['card']}>
      <h3 className={styles['question']}>{question}</h3>
      <p className={styles['answer']}>{costAnswer(rows)}</p>
      <ul className={styles['rows']}>
        {rows.map((row) => (
          <li key={row.key} className={styles['row']}>
            <div className={styles['what']}>
              <span className={styles['name']}>
                {row.path === null ? row.name : <PathText path={row.path} twoLines />}
              </span>
              <span className={styles['facts']}>
                <span title={words.share(formatPercent(100 * row.share))}>{formatSeconds(row.seconds)}</span>
                <span className={styles['soft']}>{words.row(row.scans, formatBytes(row.bytes))}</span>
              </span>
              <span className={styles['bar']} aria-hidden>
                <span style={{ width: `${(100 * row.share) / most}%` }} />
              </span>
            </div>
            <div className={styles['action']}>
              {row.exclusion === null ? (
                <Button
                  tone="quiet"
                  icon={EyeOff}
                  aria-label={words.leaveOutName(row.name)}
                  disabledReason={row.whyNot}
                  onClick={() => onLeaveOut(row)}
                >
                  {words.leaveOut}
                </Button>
              ) : (
                <span className={styles['soft']}>
                  {words.leftOut(formatRemaining(row.exclusion.expires_at - now))}
                </span>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
