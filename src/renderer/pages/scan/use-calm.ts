// A value that changes all the time, shown at a pace that can be read.
import { useEffect, useRef, useState } from 'react';

export function useCalm<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value);
  const latestRef = useRef(value);
  latestRef.current = value;
  useEffect(() => {
    const timer = setInterval(() => setShown(latestRef.current), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return shown;
}
