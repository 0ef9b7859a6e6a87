// A value that changes often, taken over at most once in a while: what draws it stays cheap.
import { useEffect, useRef, useState } from 'react';

/** The first value at once, later ones when so long has passed since the last. */
export function useAtMostEvery<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value);
  const shownAtMs = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (value === shown) return undefined;
    const waitMs = Math.max(0, shownAtMs.current + everyMs - performance.now());
    const timer = setTimeout(() => {
      shownAtMs.current = performance.now();
      setShown(value);
    }, waitMs);
    return () => clearTimeout(timer);
  }, [value, shown, everyMs]);
  return shown;
}
