// Scans that come by themselves: when next, what came of the last one, and how many fell into a time without Vedette.
import { displayText } from '../../../shared/display-path.ts';
import type { Schedule } from '../../../shared/job.ts';
import { hashOf } from '../../client/route.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { placesText, scanTexts } from '../../messages/scan.ts';
import { jobStateWords } from '../../messages/words.ts';
import { scheduleSentence } from '../settings/schedule-words.ts';
import styles from './scan.module.css';

export function SchedulesCard({ schedules }: { readonly schedules: readonly Schedule[] }) {
  const isWindows = usePlatform() === 'win32';
  const { columns: titles } = scanTexts;
  const columns: readonly Column<Schedule>[] = [
    {
      key: 'schedule',
      title: titles.schedule,
      render: ({ text, roots }) => (
        <span className={styles['two']}>
          <bdi className={styles['cut']}>{displayText(scheduleSentence(text))}</bdi>
          {roots.length === 0 ? null : <bdi className={styles['small']}>{placesText(roots, isWindows)}</bdi>}
        </span>
      ),
    },
    {
      key: 'next',
      title: titles.next,
      width: '128px',
      render: ({ next_run_at: at }) => <TimeText at={at} />,
    },
    {
      key: 'last',
      title: titles.last,
      priority: 2,
      width: '148px',
      render: ({ last_run_at: at, last_state: state }) => (
        <span className={styles['two']}>
          <TimeText at={at} />
          {state === null ? null : <span className={styles['small']}>{jobStateWords[state].word}</span>}
        </span>
      ),
    },
    {
      key: 'missed',
      title: titles.missed,
      priority: 3,
      width: '190px',
      render: ({ missed }) =>
        missed === 0 ? (
          scanTexts.missedRuns(missed)
        ) : (
          <StatusWord tone="attention">{scanTexts.missedRuns(missed)}</StatusWord>
        ),
    },
  ];
  return (
    <Card
      title={scanTexts.schedules}
      flush
      actions={<LinkButton href={hashOf('settings', 'schedules')}>{scanTexts.editSchedules}</LinkButton>}
    >
      <DataTable
        label={scanTexts.schedules}
        columns={columns}
        rows={schedules}
        rowKey={({ text }) => text}
        empty={<p className={styles['padded']}>{scanTexts.noSchedules}</p>}
      />
    </Card>
  );
}
