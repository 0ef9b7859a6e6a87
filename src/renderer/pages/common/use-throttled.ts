// A value that may change many times a second, let through at once and then no more often than is useful.
import { useEffect, useRef, useState } from 'react';

/** The last value always comes through. */
export function useThrottled<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value);
  const lastRef = useRef(0);
  useEffect(() => {
    if (Object.is(value, shown)) return undefined;
    const waitMs = Math.max(0, lastRef.current + everyMs - Date.now());
    const timer = setTimeout(() => {
      lastRef.current = Date.now();
      setShown(value);
    }, waitMs);
    return () => clearTimeout(timer);
  }, [value, shown, everyMs]);
  return shown;
}
