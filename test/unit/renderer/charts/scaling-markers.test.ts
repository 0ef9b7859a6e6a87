import { describe, expect, it } from 'vitest';
import {
  markerLabel,
  markerLines,
  markerReason,
  scalingEventText,
} from '../../../../src/renderer/charts/marker-texts.ts';
import { scalingMarkers } from '../../../../src/renderer/charts/scaling-markers.ts';
import type { ScalingEvent } from '../../../../src/shared/metrics.ts';
import { nine } from './chart-points.ts';

function scaling(timestamp: number, changes: Partial<ScalingEvent> = {}): ScalingEvent {
  return {
    type: 'scale_up',
    old_workers: 2,
    new_workers: 5,
    queue_depth: 75,
    cpu_percent: 34,
    memory_percent: 41,
    timestamp,
    reason: '5 workers instead of 2: 75 requests waiting',
    ...changes,
  };
}

const place = { from: nine, to: nine + 1000, widthPx: 1000 };
const scope = { spanSeconds: 3600, cooldownSeconds: 30 };

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

describe('marks of changes', () => {
  it('stand where they belong, and those that would lie on each other are one', () => {
    const down = { type: 'scale_down', old_workers: 5, new_workers: 2 } as const;
    const marks = scalingMarkers(
      [scaling(nine + 310, down), scaling(nine + 300), scaling(nine + 700)],
      place,
    );
    expect(marks.map(({ x, direction, events }) => [Math.round(x), direction, events.length])).toEqual([
      [300, 'both', 2],
      [700, 'up', 1],
    ]);
  });

  const down = { type: 'scale_down', old_workers: 5, new_workers: 2 } as const;

  it.each([
    ['to the right', [scaling(nine + 100)], ['long right']],
    [
      'to the left of the next one',
      [scaling(nine + 300), scaling(nine + 330, down)],
      ['long left', 'short right'],
    ],
    [
      'shorter where there is less room',
      [scaling(nine + 60), scaling(nine + 120)],
      ['short right', 'long right'],
    ],
    ['to the left at the right edge', [scaling(nine + 980)], ['long left']],
    [
      'nowhere without room',
      [scaling(nine + 20), scaling(nine + 50), scaling(nine + 80)],
      [null, null, 'long right'],
    ],
    [
      'not over the one before',
      [scaling(nine + 600, down), scaling(nine + 740), scaling(nine + 770, down)],
      ['short right', 'short left', 'short right'],
    ],
  ])('have a label %s', (_, events, expected) => {
    const marks = scalingMarkers(events, { ...place, hasLongLabels: true });
    expect(marks.map(({ label }) => (label === null ? null : `${label.form} ${label.side}`))).toEqual(
      expected,
    );
  });

  it('say no reasons where they should not', () => {
    const [mark] = scalingMarkers([scaling(nine + 100)], place);
    expect(mark?.label).toEqual({ form: 'short', side: 'right' });
  });

  it('are left out where they are out of the range or there is no room', () => {
    expect(scalingMarkers([scaling(nine - 1), scaling(nine + 1001)], place)).toEqual([]);
    expect(scalingMarkers([scaling(nine + 1)], { ...place, widthPx: 0 })).toEqual([]);
  });
});

describe('words of marks', () => {
  it('say from, to, why and until when', () => {
    expect(plain(scalingEventText(scaling(nine + 720), scope))).toBe(
      '09:12 · 2 → 5 workers · 75 files waiting, CPU 34 %, memory 41 % · cooldown until 09:12:30',
    );
  });

  it('name the day in a long range, and no cooldown where it is not known', () => {
    const text = scalingEventText(scaling(nine), { spanSeconds: 30 * 86_400, cooldownSeconds: null });
    expect(plain(text)).toBe('12 Nov, 09:00 · 2 → 5 workers · 75 files waiting, CPU 34 %, memory 41 %');
  });

  it.each([
    [{}, '2→5 backlog 75 files'],
    [{ queue_depth: 1 }, '2→5 backlog 1 file'],
    [{ type: 'scale_down', old_workers: 5, new_workers: 2, queue_depth: 0 } as const, '5→2 no backlog'],
  ])('are short on the axis: %o', (changes, expected) => {
    const [mark] = scalingMarkers([scaling(nine + 1, changes)], place);
    expect(mark === undefined ? '' : plain(markerReason(mark))).toBe(expected);
  });

  it('of ups and downs together say how many', () => {
    const down = { type: 'scale_down', old_workers: 5, new_workers: 2 } as const;
    const labels = [
      scalingMarkers([scaling(nine), scaling(nine + 1, down)], place),
      scalingMarkers([scaling(nine), scaling(nine + 1, { old_workers: 5, new_workers: 8 })], place),
    ].map(([mark]) => (mark === undefined ? '' : markerLabel(mark)));
    expect(labels).toEqual(['2×', '2→8']);
  });

  it('of many changes tell the first and count the rest', () => {
    const events = Array.from({ length: 8 }, (_, index) => scaling(nine + index));
    const [mark] = scalingMarkers(events, place);
    const lines = mark === undefined ? [] : markerLines(mark, scope);
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe('and 3 more');
  });
});
