// Scans that are over, newest first; each leads to what came of it.
import { History } from 'lucide-react';
import type { Job } from '../../../shared/job.ts';
import { hashOf } from '../../client/route.ts';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { formatSeconds } from '../../format/durations.ts';
import { formatCount } from '../../format/numbers.ts';
import { placesText, resultTone, resultWord, scanTexts } from '../../messages/scan.ts';
import { jobKindWords } from '../../messages/words.ts';
import styles from './scan.module.css';

export function JobsTable({ jobs }: { readonly jobs: readonly Job[] }) {
  const isWindows = usePlatform() === 'win32';
  const { columns: titles, noEarlier } = scanTexts;
  const columns: readonly Column<Job>[] = [
    {
      key: 'scan',
      title: titles.scan,
      render: ({ kind, roots, schedule }) => (
        <span className={styles['two']}>
          <span>
            {jobKindWords[kind]}
            {schedule === null ? '' : scanTexts.bySchedule}
          </span>
          <bdi className={styles['small']} title={placesText(roots, isWindows)}>
            {placesText(roots, isWindows)}
          </bdi>
        </span>
      ),
    },
    {
      key: 'result',
      title: titles.result,
      width: '32%',
      render: (job) => (
        <span className={styles['two']}>
          <StatusWord tone={resultTone(job)}>{resultWord(job)}</StatusWord>
        </span>
      ),
    },
    {
      key: 'files',
      title: titles.files,
      priority: 2,
      align: 'end',
      width: '96px',
      render: ({ progress }) => formatCount(progress.files),
    },
    {
      key: 'time',
      title: titles.time,
      priority: 3,
      align: 'end',
      width: '108px',
      render: ({ progress }) => formatSeconds(progress.active_seconds),
    },
    {
      key: 'started',
      title: titles.started,
      priority: 2,
      width: '124px',
      render: ({ created_at: at }) => <TimeText at={at} />,
    },
  ];
  return (
    <DataTable
      label={scanTexts.earlier}
      columns={columns}
      rows={jobs}
      rowKey={({ id }) => id}
      href={({ id }) => hashOf('scan', id)}
      empty={<EmptyState icon={History} title={noEarlier.title} text={noEarlier.text} />}
    />
  );
}
