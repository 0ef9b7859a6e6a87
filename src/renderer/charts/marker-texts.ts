// What a change of the number of workers says: a few characters on the axis, the whole of it in the tooltip.
import type { ScalingEvent } from '../../shared/metrics.ts';
import { formatPercent } from '../format/numbers.ts';
import { formatClock, formatClockSeconds, formatDay } from '../format/times.ts';
import { chartMessages } from '../messages/charts.ts';
import { filesText } from './figure-texts.ts';
import { spanOf, type ScalingMarker } from './scaling-markers.ts';

const dayRangeSeconds = 2 * 86_400;
const toldAtOnce = 5;

/** `2→5`; of several together their first and last, of ups and downs how many. */
export function markerLabel(marker: ScalingMarker): string {
  if (marker.direction === 'both') return chartMessages.marker.several(marker.events.length);
  const { from, to } = spanOf(marker);
  return chartMessages.marker.short(from, to);
}

/** `2→5 backlog 75 files` */
export function markerReason(marker: ScalingMarker): string {
  const { queue_depth: waiting } = marker.events.at(-1) ?? marker.events[0];
  return `${markerLabel(marker)} ${chartMessages.marker.why(waiting === 0 ? null : filesText(waiting))}`;
}

/** `09:12 · 2 → 5 workers · 75 files waiting, CPU 34 %, memory 41 % · cooldown until 09:12:30` */
export function scalingEventText(
  event: ScalingEvent,
  { spanSeconds, cooldownSeconds }: { readonly spanSeconds: number; readonly cooldownSeconds: number | null },
): string {
  const { marker } = chartMessages;
  const clock = formatClock(event.timestamp);
  const when =
    spanSeconds > dayRangeSeconds ? `${formatDay(event.timestamp, event.timestamp)}, ${clock}` : clock;
  const load = marker.load(
    filesText(event.queue_depth),
    formatPercent(event.cpu_percent),
    formatPercent(event.memory_percent),
  );
  const parts = [when, marker.workers(event.old_workers, event.new_workers), load];
  if (cooldownSeconds !== null && cooldownSeconds > 0) {
    parts.push(marker.cooldown(formatClockSeconds(event.timestamp + cooldownSeconds)));
  }
  return parts.join(' · ');
}

/** A line each; the rest of many is only counted. */
export function markerLines(
  marker: ScalingMarker,
  scope: { readonly spanSeconds: number; readonly cooldownSeconds: number | null },
): readonly string[] {
  const told = marker.events.slice(0, toldAtOnce).map((event) => scalingEventText(event, scope));
  const more = marker.events.length - told.length;
  return more === 0 ? told : [...told, chartMessages.marker.more(more)];
}
