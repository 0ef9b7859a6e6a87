// How much of what was scanned got an answer, and on request why the rest did not.
import { useSlice } from '../../client/client-context.ts';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatPercent } from '../../format/numbers.ts';
import { overviewMessages } from '../../messages/overview.ts';
import { performanceMessages } from '../../messages/performance.ts';
import { CoverageBar } from '../performance/coverage-bar.tsx';
import { CoverageReasons } from '../performance/coverage-reasons.tsx';
import { reasonRows, scanCount } from '../performance/coverage-view.ts';
import styles from './overview-page.module.css';

const { coverage: words } = overviewMessages;

export function CoverageCard() {
  const coverage = useSlice('coverage');
  return (
    <Card title={words.title}>
      {coverage === null ? (
        <Skeleton lines={3} />
      ) : scanCount(coverage) === 0 ? (
        <>
          <p className={styles['cardTitle']}>{performanceMessages.coverage.none}</p>
          <p className={styles['soft']}>{performanceMessages.coverage.noneText}</p>
        </>
      ) : (
        <div className={styles['coverage']}>
          <p className={styles['figure']}>
            {formatPercent(coverage.covered_percent, 1)}
            <span className={styles['unit']}>{words.unit}</span>
          </p>
          <CoverageBar coverage={coverage} />
          {reasonRows(coverage).length === 0 ? null : (
            <Disclosure title={words.whyNot}>
              <CoverageReasons coverage={coverage} />
            </Disclosure>
          )}
        </div>
      )}
    </Card>
  );
}
