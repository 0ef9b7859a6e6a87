// Four figures of this moment, each with its last five minutes and the way to its chart.
import type { AppState } from '../../../shared/app-state.ts';
import type { ChartPoint, FigureName } from '../../charts/points-of.ts';
import { useAtMostEvery } from '../../components/use-at-most-every.ts';
import { useSlice } from '../../client/client-context.ts';
import { hashOf } from '../../client/route.ts';
import { Tile } from '../../components/tile.tsx';
import { formatCompact, formatShare } from '../../format/numbers.ts';
import { overviewMessages } from '../../messages/overview.ts';
import styles from './overview-page.module.css';

const everyMs = 1000;
/** As long as the tile's own past reaches. */
const newsSeconds = 300;
const { tiles: words } = overviewMessages;

export function LiveTiles({ points }: { readonly points: readonly ChartPoint[] }) {
  const live = useAtMostEvery(useSlice('live'), everyMs);
  function course(figure: FigureName): readonly (number | null)[] {
    return points.map((point) => point[figure]);
  }
  return (
    <section className={styles['tiles']} aria-label={words.label}>
      <Tile
        label={words.filesPerMinute}
        value={shown(live, ({ files_per_minute: count }) => formatCompact(Math.round(count)))}
        points={course('filesPerMinute')}
        href={hashOf('performance', 'scans')}
      />
      <Tile
        label={words.cache}
        value={shown(live, ({ cache_hit_rate: share }) =>
          share === null ? words.unknown : formatShare(share),
        )}
        unit={words.cacheUnit}
        points={course('hitRatePercent')}
        top={100}
        href={hashOf('performance', 'cache')}
      />
      <Tile
        label={words.queue}
        value={shown(live, ({ queue_depth: depth }) => formatCompact(depth))}
        unit={words.queueUnit(live?.queue_depth ?? 0)}
        points={course('queueDepth')}
        href={hashOf('performance', 'queue')}
      />
      <Tile
        label={words.workers}
        value={shown(live, ({ workers }) => formatCompact(workers))}
        unit={live === null ? '' : workersUnit(live)}
        points={course('workers')}
        top={live?.max_workers ?? 1}
        href={hashOf('performance', 'workers')}
      />
    </section>
  );
}

function workersUnit(live: AppState['live']): string {
  const { max_workers: most, active_workers: busy, workers_lost: lost, worker_lost_at: lostAt } = live;
  const isNews = lostAt !== null && live.at - lostAt < newsSeconds;
  return `${words.workersUnit(most, busy)}${isNews ? words.workersReplaced(lost) : ''}`;
}

function shown(live: AppState['live'] | null, text: (live: AppState['live']) => string): string {
  return live === null ? words.unknown : text(live);
}
