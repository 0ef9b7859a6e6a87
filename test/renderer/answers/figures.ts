// What the fixtures answer to the calls about figures.
import type {
  Costs,
  CoverageFiles,
  Series,
  SeriesRange,
  UncoveredFile,
} from '../../../src/shared/page-documents.ts';
import type { HistoryPoint } from '../../../src/shared/metrics.ts';
import type { FixtureAnswers } from '../fixture-transport.ts';
import { fixtureState, now, scaling } from '../fixtures.ts';

const spans: Readonly<Record<SeriesRange, { readonly seconds: number; readonly step: number }>> = {
  '5m': { seconds: 300, step: 5 },
  '1h': { seconds: 3600, step: 60 },
  '24h': { seconds: 86_400, step: 288 },
  '30d': { seconds: 30 * 86_400, step: 8640 },
};

/** Like a day at a desk: quiet at first, a busy middle, a burst towards the end. `part` of the range, 0 to 1. */
function loadAt(part: number, isBusy: boolean): number {
  const hump = Math.exp(-(((part - 0.58) / 0.16) ** 2));
  const burst = Math.exp(-(((part - 0.86) / 0.025) ** 2));
  const early = Math.exp(-(((part - 0.13) / 0.03) ** 2));
  const noise = Math.sin(part * 190) * Math.sin(part * 67) + 0.5 * Math.sin(part * 411);
  const load = 0.07 + 0.42 * hump + 0.8 * burst + 0.55 * early + 0.05 * noise * (0.3 + hump + burst);
  return Math.max(0.01, load) * (isBusy ? 1.3 : 1);
}

function historyPoint(at: number, part: number, step: number, isBusy: boolean): HistoryPoint {
  const load = loadAt(part, isBusy);
  const perHour = Math.round(load * 14_000);
  const scans = Math.round((perHour * step) / 3600);
  const depth = Math.max(0, Math.round((load - 0.55) * 190 + 9 * Math.sin(part * 300)));
  return {
    timestamp: at,
    interval_seconds: step,
    scans,
    scans_per_hour: perHour,
    cache_hit_rate:
      scans === 0 ? null : Math.min(0.97, Math.max(0.2, 0.83 + 0.05 * Math.sin(part * 9) - 0.28 * load)),
    average_scan_duration: 0.014,
    threats_detected: 0,
    queue_depth: load > 0.7 ? depth * 0.4 : 0.2,
    max_queue_depth: depth,
    total_workers: load > 0.6 ? 5 : 2,
    worker_utilization: Math.min(0.98, 0.05 + load * 0.62),
    cpu_percent: Math.min(97, 6 + load * 62 + 3 * Math.sin(part * 230)),
    memory_percent: 41 + 2 * Math.sin(part * 7) + 4 * load,
    time_saved_seconds: scans * 0.011,
  };
}

function seriesFor(range: SeriesRange, state: string): Series {
  const { seconds, step } = spans[range];
  const to = now;
  const from = to - seconds;
  const isEmpty = state === 'empty';
  const points: HistoryPoint[] = [];
  for (let at = from + step; at <= to + 0.001; at += step) {
    if (isEmpty) break;
    const part = (at - from) / seconds;
    // Asleep for a while: of that nothing is known.
    if (range !== '5m' && part > 0.3 && part < 0.37) continue;
    points.push(historyPoint(at, part, step, state === 'busy'));
  }
  const events = [0.115, 0.17, 0.5, 0.67, 0.845, 0.91].map((part, index) => {
    const isUp = index % 2 === 0;
    return scaling({
      timestamp: from + part * seconds,
      type: isUp ? 'scale_up' : 'scale_down',
      old_workers: isUp ? 2 : 5,
      new_workers: isUp ? 5 : 2,
      queue_depth: isUp ? 75 + index : 0,
      reason: isUp
        ? '5 workers instead of 2: 75 requests waiting'
        : '2 workers instead of 5: 0 requests waiting, fewer than 10',
    });
  });
  return {
    range,
    from,
    to,
    points,
    scaling_events: isEmpty ? [] : events,
    cooldown_seconds: 30,
    time_saved_seconds: points.reduce((sum, point) => sum + point.time_saved_seconds, 0),
  };
}

function cost(scans: number, seconds: number, bytes: number, all: number) {
  return { scans, seconds, bytes, share: seconds / all };
}

const costs: Costs = {
  scans: 1000,
  from: now - 2.4 * 3600,
  seconds: 214.6,
  folders: [
    { path: '/home/ada/Projects/vedette/node_modules', ...cost(512, 96.4, 412_000_000, 214.6) },
    { path: '/home/ada/Downloads', ...cost(48, 61.2, 3_410_000_000, 214.6) },
    {
      path: '/home/ada/.cache/mozilla/firefox/x8k2d1.default-release/cache2/entries',
      ...cost(301, 31.9, 96_000_000, 214.6),
    },
    { path: '/home/ada/Documents/scans [2026]', ...cost(77, 14.8, 240_000_000, 214.6) },
    { path: '/tmp', ...cost(62, 10.3, 18_000_000, 214.6) },
  ],
  types: [
    { extension: '.zip', ...cost(22, 81.7, 2_900_000_000, 214.6) },
    { extension: '.js', ...cost(430, 52.1, 88_000_000, 214.6) },
    { extension: '.pdf', ...cost(91, 38.4, 310_000_000, 214.6) },
    { extension: '', ...cost(301, 31.9, 96_000_000, 214.6) },
    { extension: '.iso', ...cost(1, 10.5, 940_000_000, 214.6) },
  ],
};

function uncovered(reason: UncoveredFile['reason'], limit: number): readonly UncoveredFile[] {
  const names = [
    'backup-2026-10.tar',
    'Windows11_24H2.iso',
    'photos (private).zip',
    'märz\u202Efdp.exe',
    'core.dump',
  ];
  return Array.from({ length: Math.min(limit, 24) }, (_, index) => ({
    path: `/home/ada/Downloads/${index < names.length ? '' : `archive/${index}/`}${names[index % names.length] ?? ''}`,
    verdict: reason === 'permission' ? 'unscannable' : 'partial',
    reason,
    detail: reason === 'too_large' ? 'larger than 100 MiB ([scanning] max_file_size)' : '',
    size_bytes: 140_000_000 + index * 9_000_000,
    at: now - 600 - index * 4000,
  }));
}

interface RangeInput {
  readonly range: SeriesRange;
}
interface FilesInput {
  readonly reason: UncoveredFile['reason'];
  readonly limit?: number;
}

export const figureAnswers: FixtureAnswers = {
  'metrics.series': ({ range }: RangeInput, state) => seriesFor(range, state),
  'metrics.costs': (_: unknown, state): Costs =>
    state === 'empty' ? { scans: 0, from: null, seconds: 0, folders: [], types: [] } : costs,
  'metrics.export': () => ({
    path: '/home/ada/.local/share/vedette/metrics/rt_protection_metrics_20261114_091230.json',
    document: { format: 'vedette.metrics/1' },
  }),
  'coverage.files': ({ reason, limit = 100 }: FilesInput, state): CoverageFiles => {
    const files = uncovered(reason, limit);
    return { coverage: fixtureState(state).coverage, files: [...files], kept: files.length };
  },
};
