// How much got an answer, with the list behind each number.
import { ScanEye } from 'lucide-react';
import { useSlice } from '../../client/client-context.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { performanceMessages } from '../../messages/performance.ts';
import { CoverageBar } from './coverage-bar.tsx';
import { CoverageReasons } from './coverage-reasons.tsx';
import { coverageAnswer, scanCount } from './coverage-view.ts';
import styles from './coverage.module.css';

const { coverage: words } = performanceMessages;

export function CoveragePanel() {
  const coverage = useSlice('coverage');
  if (coverage === null) return <Skeleton lines={4} />;
  if (scanCount(coverage) === 0)
    return <EmptyState icon={ScanEye} title={words.none} text={words.noneText} />;
  return (
    <div className={styles['card']}>
      <p className={styles['soft']}>{words.basis}</p>
      <p className={styles['answer']}>{coverageAnswer(coverage)}</p>
      <CoverageBar coverage={coverage} />
      <CoverageReasons coverage={coverage} />
    </div>
  );
}
