// What every component may lean on without asking: the time, in steps that suit reading, and the platform of the paths.
import { createContext, use, useEffect, useState, type ReactNode } from 'react';

const stepMs = 5000;
const NowContext = createContext<number | null>(null);
const PlatformContext = createContext('linux');

interface SurroundingsProps {
  readonly platform: string;
  readonly children: ReactNode;
}

export function Surroundings({ platform, children }: SurroundingsProps) {
  const now = useClock(stepMs);
  return (
    <PlatformContext value={platform}>
      <NowContext value={now}>{children}</NowContext>
    </PlatformContext>
  );
}

/** Unix seconds, new every five seconds. */
export function useNow(): number {
  return use(NowContext) ?? Date.now() / 1000;
}

/** `linux`, `darwin`, `win32`: of the Vedette that is looked at, not of the browser. */
export function usePlatform(): string {
  return use(PlatformContext);
}

/** Unix seconds, new every `everyMs`; null stands still. */
export function useClock(everyMs: number | null): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (everyMs === null) return undefined;
    setNow(Date.now() / 1000);
    const timer = setInterval(() => {
      if (document.visibilityState !== 'hidden') setNow(Date.now() / 1000);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
