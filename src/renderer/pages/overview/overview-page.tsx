// The overview: the state in one sentence, four figures, the last minutes, what needs somebody, how much was looked at.
import { useCallback, useMemo, useRef } from 'react';
import type { AppState } from '../../../shared/app-state.ts';
import { pointsOfRecent, type ChartPoint } from '../../charts/points-of.ts';
import { useConnection, useSlice } from '../../client/client-context.ts';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { overviewMessages } from '../../messages/overview.ts';
import { CoverageCard } from './coverage-card.tsx';
import { DetectionsCard } from './detections-card.tsx';
import { LiveTiles } from './live-tiles.tsx';
import { NeedsCard } from './needs-card.tsx';
import { needCount, needsOf, type Need, type NeedsScope } from './needs.ts';
import styles from './overview-page.module.css';
import { StateHead } from './state-head.tsx';
import { Throughput } from './throughput.tsx';

const noNeeds: readonly Need[] = [];
const noPoints: readonly ChartPoint[] = [];

export function OverviewPage() {
  const protection = useSlice('protection');
  const findings = useSlice('findings');
  const settings = useSlice('settings');
  const recent = useSlice('recent');
  const isWindows = usePlatform() === 'win32';
  const needsRef = useRef<HTMLDivElement>(null);

  const points = useMemo(() => (recent === null ? noPoints : pointsOfRecent(recent)), [recent]);
  const isLost = useConnection() === 'lost';
  const needs = useNeeds(protection, findings, settings, { isWindows, isLost });
  const showNeeds = useCallback(() => {
    needsRef.current?.scrollIntoView({ block: 'nearest' });
    needsRef.current?.focus({ preventScroll: true });
  }, []);

  return (
    <div className={styles['page']}>
      <StateHead protection={protection} needs={needCount(needs)} onShowNeeds={showNeeds} />
      <LiveTiles points={points} />
      <Throughput recent={recent} points={points} />
      <div className={styles['columns']} data-long={needs.length > 0 || undefined}>
        {protection === null ? (
          <Card title={overviewMessages.needs.title}>
            <Skeleton lines={3} />
          </Card>
        ) : (
          <NeedsCard needs={needs} ref={needsRef} />
        )}
        <CoverageCard />
      </div>
      {findings === null ? null : (
        <div className={styles['detections']}>
          <DetectionsCard findings={findings} />
        </div>
      )}
    </div>
  );
}

function useNeeds(
  protection: AppState['protection'] | null,
  findings: AppState['findings'] | null,
  settings: AppState['settings'] | null,
  { isWindows, isLost }: NeedsScope,
): readonly Need[] {
  return useMemo(
    () =>
      protection === null || findings === null || settings === null
        ? noNeeds
        : needsOf({ protection, findings, settings }, { isWindows, isLost }),
    [protection, findings, settings, isWindows, isLost],
  );
}
