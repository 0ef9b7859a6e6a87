// A moment: relative under a day, exact on hover.
import { formatExact, formatWhen } from '../format/times.ts';
import { commonMessages } from '../messages/words.ts';
import { useNow } from './surroundings.tsx';

interface TimeTextProps {
  /** Unix seconds; null for what has not been. */
  readonly at: number | null;
  /** What stands for null. */
  readonly empty?: string;
}

export function TimeText({ at, empty = commonMessages.never }: TimeTextProps) {
  const now = useNow();
  if (at === null) return <span>{empty}</span>;
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={formatExact(at)}>
      {formatWhen(at, now)}
    </time>
  );
}
