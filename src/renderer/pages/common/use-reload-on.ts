// Asks again when something has changed; what costs much is asked no more often than is useful.
import { useEffect, useRef } from 'react';
import { useAtMostEvery } from '../../components/use-at-most-every.ts';

const everyMs = 2000;

/** null is not known yet: the first value is no change. */
export function useReloadOn(value: unknown, reload: () => void): void {
  const now = useAtMostEvery(value, everyMs);
  const beforeRef = useRef(now);
  useEffect(() => {
    const before = beforeRef.current;
    beforeRef.current = now;
    if (before !== null && before !== now) reload();
  }, [now, reload]);
}
