// Four figures of this moment, each with its last five minutes and the way to its chart.
import type { AppState } from '../../../shared/app-state.ts';
import { lastMinutes } from '../../charts/point-figures.ts';
import type { ChartPoint, FigureName } from '../../charts/points-of.ts';
import { useAtMostEvery } from '../../components/use-at-most-every.ts';
import { useSlice } from '../../client/client-context.ts';
import { hashOf } from '../../client/route.ts';
import type { Course } from '../../components/sparkline.tsx';
import { Tile } from '../../components/tile.tsx';
import { formatCompact, formatShare } from '../../format/numbers.ts';
import { overviewMessages } from '../../messages/overview.ts';
import styles from './overview-page.module.css';
import { spanSeconds, tileCourse } from './tile-course.ts';

const everyMs = 1000;
const { tiles: words } = overviewMessages;

export function LiveTiles({ points }: { readonly points: readonly ChartPoint[] }) {
  const live = useAtMostEvery(useSlice('live'), everyMs);
  function figureCourse(figure: FigureName, now: number | null): Course {
    return tileCourse(
      points.map(({ at, [figure]: value }) => ({ at, value })),
      live,
      now,
    );
  }
  return (
    <section className={styles['tiles']} aria-label={words.label}>
      <Tile
        label={words.scanned}
        value={shown(live, ({ files_per_minute: count }) => formatCompact(Math.round(count)))}
        unit={words.scannedUnit}
        course={tileCourse(lastMinutes(points), live, live?.files_per_minute ?? null)}
        href={hashOf('performance', 'scans')}
      />
      <Tile
        label={words.cache}
        value={shown(live, ({ cache_hit_rate: share }) =>
          share === null ? words.unknown : formatShare(share),
        )}
        unit={words.cacheUnit}
        course={{ ...figureCourse('hitRatePercent', null), top: 100 }}
        href={hashOf('performance', 'cache')}
      />
      <Tile
        label={words.queue}
        value={shown(live, ({ queue_depth: depth }) => formatCompact(depth))}
        unit={words.queueUnit(live?.queue_depth ?? 0)}
        course={figureCourse('queueDepth', live?.queue_depth ?? null)}
        href={hashOf('performance', 'queue')}
      />
      <Tile
        label={words.workers}
        value={shown(live, ({ workers }) => formatCompact(workers))}
        unit={live === null ? '' : workersUnit(live)}
        course={{ ...figureCourse('workers', live?.workers ?? null), top: live?.max_workers ?? 1 }}
        href={hashOf('performance', 'workers')}
      />
    </section>
  );
}

function workersUnit(live: AppState['live']): string {
  const { max_workers: most, active_workers: busy, workers_lost: lost, worker_lost_at: lostAt } = live;
  const isNews = lostAt !== null && live.at - lostAt < spanSeconds;
  return `${words.workersUnit(most, busy)}${isNews ? words.workersReplaced(lost) : ''}`;
}

function shown(live: AppState['live'] | null, text: (live: AppState['live']) => string): string {
  return live === null ? words.unknown : text(live);
}
