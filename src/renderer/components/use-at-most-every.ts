// A value that may change many times a second, taken over at once and then no more often than is useful: what shows it stays cheap, and can be read.
import { useEffect, useRef, useState } from 'react';

/** The last value always comes through. */
export function useAtMostEvery<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value);
  const shownAtMs = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (Object.is(value, shown)) return undefined;
    const waitMs = Math.max(0, shownAtMs.current + everyMs - performance.now());
    const timer = setTimeout(() => {
      shownAtMs.current = performance.now();
      setShown(value);
    }, waitMs);
    return () => clearTimeout(timer);
  }, [value, shown, everyMs]);
  return shown;
}
