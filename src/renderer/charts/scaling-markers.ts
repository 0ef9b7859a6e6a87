// Changes of the number of workers as marks on a time axis; marks that would lie on each other become one.
import type { ScalingEvent } from '../../shared/metrics.ts';

export interface ScalingMarker {
  readonly x: number;
  /** Unix seconds of the first. */
  readonly at: number;
  /** Oldest first; at least one. */
  readonly events: readonly [ScalingEvent, ...ScalingEvent[]];
  readonly direction: 'up' | 'down' | 'both';
  /** As much of it as there is room for. */
  readonly label: MarkerLabel | null;
}

export interface MarkerLabel {
  /** `long`: with its reason. */
  readonly form: 'short' | 'long';
  /** Of the mark. */
  readonly side: 'left' | 'right';
}

export interface MarkerPlace {
  readonly from: number;
  readonly to: number;
  readonly widthPx: number;
  /** Nearer ones are put together. */
  readonly apartPx?: number;
  /** More workers say why, where there is room. */
  readonly hasLongLabels?: boolean;
}

const widthPxOf = { short: 44, long: 148 } as const;
/** Half a mark, and a little air. */
const markPx = 12;

interface Group {
  readonly x: number;
  readonly events: [ScalingEvent, ...ScalingEvent[]];
}

/** Those within the range, from left to right. */
export function scalingMarkers(
  events: readonly ScalingEvent[],
  { from, to, widthPx, apartPx = 16, hasLongLabels = false }: MarkerPlace,
): readonly ScalingMarker[] {
  if (!(to > from) || widthPx <= 0) return [];
  const groups: Group[] = [];
  for (const event of events.toSorted((left, right) => left.timestamp - right.timestamp)) {
    if (event.timestamp < from || event.timestamp > to) continue;
    const x = ((event.timestamp - from) / (to - from)) * widthPx;
    const last = groups.at(-1);
    if (last !== undefined && x - last.x < apartPx) last.events.push(event);
    else groups.push({ x, events: [event] });
  }
  let freeFrom = 0;
  return groups.map(({ x, events: together }, index) => {
    const direction = directionOf(together);
    const next = groups[index + 1];
    const room = { left: x - markPx - freeFrom, right: (next === undefined ? widthPx : next.x - markPx) - x };
    const label = labelFor(room, hasLongLabels && direction === 'up' ? ['long', 'short'] : ['short']);
    freeFrom = x + (label?.side === 'right' ? widthPxOf[label.form] : markPx);
    return { x, at: together[0].timestamp, events: together, direction, label };
  });
}

/** The longest for which there is room on one side, and rather to the right, where the eye goes on. */
function labelFor(
  room: Readonly<Record<MarkerLabel['side'], number>>,
  forms: readonly MarkerLabel['form'][],
): MarkerLabel | null {
  for (const form of forms) {
    for (const side of ['right', 'left'] as const) {
      if (room[side] >= widthPxOf[form]) return { form, side };
    }
  }
  return null;
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
