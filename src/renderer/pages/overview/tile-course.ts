// The last five minutes of a figure as its tile draws them: the line ends in the figure itself, so that both say the same; pure.
import type { LiveFigures } from '../../../shared/app-state.ts';
import type { SparkPoint } from '../../components/spark-path.ts';
import type { Course } from '../../components/sparkline.tsx';

export const spanSeconds = 300;

/**
 * Points come every five seconds, figures of this moment every second.
 * @param points oldest first.
 * @param now the figure of `live`; null where there is none of this moment.
 */
export function tileCourse(
  points: readonly SparkPoint[],
  live: Pick<LiveFigures, 'at'> | null,
  now: number | null,
): Course {
  const last = points.at(-1)?.at ?? 0;
  const at = live?.at ?? last;
  const to = Math.max(last, at);
  return {
    points: now === null || at <= last ? points : [...points, { at, value: now }],
    from: to - spanSeconds,
    to,
  };
}
