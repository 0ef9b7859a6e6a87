// Changes of the number of workers as marks on a time axis; marks that would lie on each other become one.
import type { ScalingEvent } from '../../shared/metrics.ts';

export interface ScalingMarker {
  readonly x: number;
  /** Unix seconds of the first. */
  readonly at: number;
  /** Oldest first; at least one. */
  readonly events: readonly [ScalingEvent, ...ScalingEvent[]];
  readonly direction: 'up' | 'down' | 'both';
  /** There is room for a label to its right. */
  readonly hasRoom: boolean;
}

export interface MarkerPlace {
  readonly from: number;
  readonly to: number;
  readonly widthPx: number;
  /** Nearer ones are put together. */
  readonly apartPx?: number;
  readonly labelPx?: number;
}

/** Those within the range, from left to right. */
export function scalingMarkers(
  events: readonly ScalingEvent[],
  { from, to, widthPx, apartPx = 16, labelPx = 44 }: MarkerPlace,
): readonly ScalingMarker[] {
  if (!(to > from) || widthPx <= 0) return [];
  const groups: { x: number; events: [ScalingEvent, ...ScalingEvent[]] }[] = [];
  for (const event of events.toSorted((left, right) => left.timestamp - right.timestamp)) {
    if (event.timestamp < from || event.timestamp > to) continue;
    const x = ((event.timestamp - from) / (to - from)) * widthPx;
    const last = groups.at(-1);
    if (last !== undefined && x - last.x < apartPx) last.events.push(event);
    else groups.push({ x, events: [event] });
  }
  return groups.map(({ x, events: together }, index) => ({
    x,
    at: together[0].timestamp,
    events: together,
    direction: directionOf(together),
    hasRoom: (groups[index + 1]?.x ?? widthPx) - x >= labelPx,
  }));
}

function directionOf(events: readonly ScalingEvent[]): ScalingMarker['direction'] {
  const ups = events.filter(({ type }) => type === 'scale_up').length;
  if (ups === events.length) return 'up';
  return ups === 0 ? 'down' : 'both';
}

/** The workers before the first and after the last of a mark. */
export function spanOf({ events }: ScalingMarker): { readonly from: number; readonly to: number } {
  return { from: events[0].old_workers, to: (events.at(-1) ?? events[0]).new_workers };
}
