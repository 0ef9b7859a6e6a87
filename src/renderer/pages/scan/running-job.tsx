// A scan under way: how far it is, how fast, how long it will take, what it has found, and where it is.
import { Pause, Play, X } from 'lucide-react';
import { isEnded } from './job-lists.ts';
import type { Job } from '../../../shared/job.ts';
import { hashOf } from '../../client/route.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { PathText } from '../../components/path-text.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { formatSeconds } from '../../format/durations.ts';
import { formatPercent } from '../../format/numbers.ts';
import {
  doneShare,
  filesText,
  placesText,
  remainingText,
  scanTexts,
  speedText,
} from '../../messages/scan.ts';
import { jobKindWords, jobStateWords } from '../../messages/words.ts';
import { JobCounts } from './job-counts.tsx';
import styles from './scan.module.css';
import { useAtMostEvery } from '../../components/use-at-most-every.ts';
import type { JobActs } from './use-job-acts.tsx';

interface RunningJobProps {
  readonly job: Job;
  readonly acts: JobActs;
  /** On a page of its own, which has its title. */
  readonly isAlone?: boolean;
}

const calmMs = 1000;

export function RunningJob({ job, acts, isAlone = false }: RunningJobProps) {
  const isWindows = usePlatform() === 'win32';
  const { id, kind, state, roots, progress } = job;
  const share = doneShare(progress);
  const current = useAtMostEvery(progress.current_path, calmMs);
  const remaining = useAtMostEvery(remainingText(job), calmMs);
  const { word, tone } = jobStateWords[state];
  const title = jobKindWords[kind];
  return (
    <Card className={styles['running']}>
      <div className={styles['runningHead']}>
        <div className={styles['runningTitle']}>
          {isAlone ? null : (
            <h2>
              <a href={hashOf('scan', id)}>{title}</a>
            </h2>
          )}
          <bdi className={styles['places']} title={placesText(roots, isWindows)}>
            {placesText(roots, isWindows)}
          </bdi>
        </div>
        <div className={styles['buttons']}>
          {state === 'running' ? (
            <Button icon={Pause} onClick={() => acts.pause(job)} disabled={acts.isBusy}>
              {scanTexts.pause}
            </Button>
          ) : null}
          {state === 'paused' ? (
            <Button tone="primary" icon={Play} onClick={() => acts.resume(job)} disabled={acts.isBusy}>
              {scanTexts.resume}
            </Button>
          ) : null}
          {isEnded(job) ? null : (
            <Button icon={X} onClick={() => acts.cancel(job)} disabled={acts.isBusy}>
              {scanTexts.cancel}
            </Button>
          )}
        </div>
      </div>
      <div className={styles['bar']}>
        <div className={styles['barText']}>
          <span className={styles['big']}>
            {share === null ? filesText(progress) : formatPercent(share * 100)}
          </span>
          <span className={styles['soft']}>{share === null ? scanTexts.counting : filesText(progress)}</span>
          <span className={styles['gap']} />
          {state === 'running' ? (
            <span className={styles['soft']}>{share === null ? '' : remaining}</span>
          ) : (
            <StatusWord tone={tone}>{word}</StatusWord>
          )}
        </div>
        <ProgressBar value={share} label={scanTexts.progressLabel(job)} />
        <div className={styles['barText']}>
          <span className={styles['soft']}>
            {state === 'running' ? `${speedText(progress)} · ` : ''}
            {formatSeconds(progress.active_seconds)} {scanTexts.elapsed}
          </span>
        </div>
      </div>
      <JobCounts progress={progress} />
      <div className={styles['current']}>
        {state === 'running' && current !== null ? (
          <>
            <span className={styles['currentLabel']}>{scanTexts.now}</span>
            <PathText path={current} twoLines />
          </>
        ) : (
          <span className={styles['soft']}>
            {state === 'running' ? scanTexts.starting : remainingText(job)}
          </span>
        )}
      </div>
    </Card>
  );
}
