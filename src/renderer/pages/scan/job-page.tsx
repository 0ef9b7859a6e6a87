// One scan on a page of its own: under way or over, what it found, what it could not check, and what it was asked for.
import { ArrowLeft, RotateCw, SearchX } from 'lucide-react';
import { displayText } from '../../../shared/display-path.ts';
import type { Job } from '../../../shared/job.ts';
import { useCall, useSlice } from '../../client/client-context.ts';
import { hashOf } from '../../client/route.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState, ErrorState } from '../../components/empty-state.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { PathText } from '../../components/path-text.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { formatSeconds } from '../../format/durations.ts';
import { formatCount } from '../../format/numbers.ts';
import { bytesText, scanTexts } from '../../messages/scan.ts';
import { jobKindWords, jobStateWords } from '../../messages/words.ts';
import { scheduleSentence } from '../settings/schedule-words.ts';
import { Facts } from '../common/facts.tsx';
import { JobFindings } from './job-findings.tsx';
import { isEnded } from './job-lists.ts';
import { JobResult } from './job-result.tsx';
import { MissedFilesCard } from './missed-files-card.tsx';
import { RunningJob } from './running-job.tsx';
import styles from './scan.module.css';
import type { JobActs } from './use-job-acts.tsx';

interface JobPageProps {
  readonly id: number;
  readonly acts: JobActs;
}

export function JobPage({ id, acts }: JobPageProps) {
  const jobs = useSlice('jobs');
  const known = jobs?.find((job) => job.id === id);
  return (
    <div className={styles['page']}>
      <LinkButton tone="quiet" icon={ArrowLeft} href={hashOf('scan')} className={styles['back']}>
        {scanTexts.back}
      </LinkButton>
      {known === undefined ? <AskedJob id={id} acts={acts} /> : <JobView job={known} acts={acts} />}
    </div>
  );
}

/** One that the state does not tell of any more. */
function AskedJob({ id, acts }: JobPageProps) {
  const answer = useCall('jobs.show', { id });
  if (answer.value !== null) return <JobView job={answer.value} acts={acts} />;
  return (
    <>
      <PageHeader title={scanTexts.title} />
      <Card>
        {answer.state === 'loading' ? (
          <Skeleton lines={6} />
        ) : answer.error.code === 'NOT_FOUND' ? (
          <EmptyState icon={SearchX} title={scanTexts.notFound} />
        ) : (
          <ErrorState error={answer.error} onRetry={answer.reload} />
        )}
      </Card>
    </>
  );
}

function JobView({ job, acts }: { readonly job: Job; readonly acts: JobActs }) {
  const isOver = isEnded(job);
  const { kind, state } = job;
  return (
    <>
      <PageHeader
        title={jobKindWords[kind]}
        description={jobStateWords[state].word}
        actions={
          isOver ? (
            <Button
              icon={RotateCw}
              disabled={acts.isBusy}
              onClick={() => acts.start(kind, kind === 'custom' ? job.roots : [])}
            >
              {scanTexts.again}
            </Button>
          ) : undefined
        }
      />
      {isOver ? (
        <Card>
          <JobResult job={job} />
        </Card>
      ) : (
        <RunningJob job={job} acts={acts} isAlone />
      )}
      <JobFindings job={job} />
      <MissedFilesCard key={job.id} job={job} />
      <JobFacts job={job} />
    </>
  );
}

function JobFacts({ job }: { readonly job: Job }) {
  const { facts } = scanTexts;
  const { id, roots, schedule, created_at: createdAt, ended_at: endedAt, resumes, progress } = job;
  return (
    <Card title={scanTexts.about}>
      <Facts
        facts={[
          {
            name: facts.places,
            value: (
              <ul className={styles['roots']}>
                {roots.map((root) => (
                  <li key={root}>
                    <PathText path={root} twoLines isTabStop />
                  </li>
                ))}
              </ul>
            ),
          },
          schedule === null ? null : { name: facts.schedule, value: displayText(scheduleSentence(schedule)) },
          { name: facts.started, value: <TimeText at={createdAt} /> },
          endedAt === null ? null : { name: facts.ended, value: <TimeText at={endedAt} /> },
          { name: facts.time, value: formatSeconds(progress.active_seconds) },
          { name: facts.bytes, value: bytesText(progress) },
          resumes === 0 ? null : { name: facts.resumes, value: scanTexts.times(resumes) },
          { name: facts.id, value: formatCount(id) },
        ]}
      />
    </Card>
  );
}
