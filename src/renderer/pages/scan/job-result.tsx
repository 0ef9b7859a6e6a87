// What came of a scan, in an honest sentence and the counts behind it.
import type { Job } from '../../../shared/job.ts';
import { StatusWord } from '../../components/status-word.tsx';
import { resultSentence, resultTone } from '../../messages/scan.ts';
import { JobCounts } from './job-counts.tsx';
import styles from './scan.module.css';

export function JobResult({ job }: { readonly job: Job }) {
  return (
    <div className={styles['result']}>
      <div role="status">
        <StatusWord tone={resultTone(job)} size="large">
          {resultSentence(job)}
        </StatusWord>
      </div>
      <JobCounts progress={job.progress} />
    </div>
  );
}
