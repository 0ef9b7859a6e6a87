// One line under each question, from nothing but the points that are drawn.
import type { LiveFigures } from '../../shared/app-state.ts';
import { displayText } from '../../shared/display-path.ts';
import type { SeriesRange } from '../../shared/page-documents.ts';
import { counted, formatCount, formatPercent } from '../format/numbers.ts';
import { formatWhen } from '../format/times.ts';
import { chartMessages } from '../messages/charts.ts';
import { durationText, filesText, intervalText, momentText, whenText, workersText } from './figure-texts.ts';
import { knownCount, lowestOf, meanOf, meanOverScans, peakOf, sumOf, type Peak } from './point-figures.ts';
import type { ChartPoint } from './points-of.ts';

export interface AnswerScope {
  readonly range: SeriesRange;
  readonly spanSeconds: number;
}

export function scansAnswer(points: readonly ChartPoint[], { range, spanSeconds }: AnswerScope): string {
  const peak = peakOf(points, 'scans');
  if (peak === null) return chartMessages.unknown(range);
  const scans = sumOf(points, 'scans');
  if (scans === 0) return chartMessages.scans.none(range);
  const count = counted(Math.round(scans), 'file', 'files');
  const at = whenText(peak.at, spanSeconds);
  if (peak.value === scans) return chartMessages.scans.atOnce(count, range, at);
  const most = formatCount(Math.round(peak.value));
  return chartMessages.scans.some(count, range, at, most, intervalText(intervalOf(points, peak)));
}

/** As many points in a row at the end, each with a file waiting all the time, are a queue that does not empty. */
const behindPoints = 3;
/** From this share of the time on it is not "kept up". */
const waitedShare = 0.25;

export function queueAnswer(points: readonly ChartPoint[], { range, spanSeconds }: AnswerScope): string {
  const peak = peakOf(points, 'queueDepth');
  if (peak === null) return chartMessages.unknown(range);
  if (peak.value === 0) return chartMessages.queue.never(range);
  const behind = trailing(points, isWaiting);
  const [first, last] = [behind[0], behind.at(-1)];
  if (behind.length >= behindPoints && first !== undefined && last !== undefined) {
    return chartMessages.queue.behind(momentText(first.at, spanSeconds), filesText(last.queueDepth ?? 0));
  }
  const depth = formatCount(peak.value);
  const at = whenText(peak.at, spanSeconds);
  const share = shareOfTime(points, isWaiting);
  if (share > waitedShare) return chartMessages.queue.waited(formatPercent(100 * share), depth, at);
  return chartMessages.queue.keptUp(range, depth, at);
}

export function machineAnswer(points: readonly ChartPoint[], { range, spanSeconds }: AnswerScope): string {
  const cpu = meanOf(points, 'cpuPercent');
  const peak = peakOf(points, 'cpuPercent');
  const memory = meanOf(points, 'memoryPercent');
  if (cpu === null || peak === null || memory === null) return chartMessages.unknown(range);
  const at = whenText(peak.at, spanSeconds);
  // Within it there were moments above its mean: the gauges may say more.
  const interval = intervalText(intervalOf(points, peak)).replace(/^an? /, '');
  return chartMessages.machine(
    formatPercent(cpu),
    formatPercent(peak.value),
    interval,
    at,
    formatPercent(memory),
  );
}

/** What became of workers since the start; empty while none was lost. */
export function lostWorkersSentence(
  live: Pick<LiveFigures, 'workers_lost' | 'worker_lost_at' | 'worker_lost_cause'> | null,
  now: number,
): string {
  if (live === null || live.worker_lost_at === null) return '';
  const { workers_lost: count, worker_lost_at: at, worker_lost_cause: cause } = live;
  const when = formatWhen(at, now);
  return chartMessages.workers.lost(formatCount(count), count === 1, when, displayText(cause.slice(0, 120)));
}

export function workersAnswer(points: readonly ChartPoint[], { range }: AnswerScope): string {
  const most = peakOf(points, 'workers');
  const least = lowestOf(points, 'workers');
  if (most === null || least === null) return chartMessages.unknown(range);
  const busy = meanOf(points, 'utilizationPercent');
  if (most.value === 0 || busy === null) return chartMessages.workers.none;
  // Within an interval of history the number is a mean: what is told is how many there were.
  const [from, to] = [Math.floor(least), Math.ceil(most.value)];
  const running = chartMessages.workers.count(workersText(to), to === 1);
  return chartMessages.workers.some(formatPercent(busy), from === to ? running : workersText(from), running);
}

export function cacheAnswer(points: readonly ChartPoint[], { range }: AnswerScope): string {
  if (knownCount(points, 'scans') === 0) return chartMessages.unknown(range);
  const share = meanOverScans(points, 'hitRatePercent');
  if (share === null) return chartMessages.cache.none(range);
  return chartMessages.cache.some(formatPercent(share), range);
}

export function savedAnswer(
  savedSeconds: number,
  points: readonly ChartPoint[],
  { range }: AnswerScope,
): string {
  if (points.length === 0) return chartMessages.unknown(range);
  if (savedSeconds < 0.05) return chartMessages.saved.none(range);
  return chartMessages.saved.some(durationText(savedSeconds), range);
}

function intervalOf(points: readonly ChartPoint[], { at }: Peak): number {
  return points.find((point) => point.at === at)?.intervalSeconds ?? 0;
}

function isWaiting({ queueMean }: ChartPoint): boolean {
  return queueMean !== null && queueMean >= 1;
}

function trailing(
  points: readonly ChartPoint[],
  holds: (point: ChartPoint) => boolean,
): readonly ChartPoint[] {
  const end = points.findLastIndex((point) => !holds(point));
  return points.slice(end + 1);
}

function shareOfTime(points: readonly ChartPoint[], holds: (point: ChartPoint) => boolean): number {
  let all = 0;
  let held = 0;
  for (const point of points) {
    all += point.intervalSeconds;
    if (holds(point)) held += point.intervalSeconds;
  }
  return all === 0 ? 0 : held / all;
}
