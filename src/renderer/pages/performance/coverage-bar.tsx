// All scans by their outcome, as one bar with its words below.
import type { Coverage } from '../../../shared/metrics.ts';
import { formatCompact, formatPercent } from '../../format/numbers.ts';
import { performanceMessages } from '../../messages/performance.ts';
import { outcomeShares } from './coverage-view.ts';
import styles from './coverage.module.css';

export function CoverageBar({ coverage }: { readonly coverage: Coverage }) {
  const shares = outcomeShares(coverage);
  return (
    <div role="group" aria-label={performanceMessages.coverage.bar}>
      <div className={styles['bar']} aria-hidden>
        {shares.map(({ key, share }) => (
          <span key={key} data-outcome={key} style={{ flexGrow: share }} />
        ))}
      </div>
      <ul className={styles['legend']}>
        {shares.map(({ key, name, scans, share }) => (
          <li key={key}>
            <i className={styles['mark']} data-outcome={key} aria-hidden />
            {name}{' '}
            <span className={styles['number']} title={formatPercent(100 * share, 1)}>
              {formatCompact(scans)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
