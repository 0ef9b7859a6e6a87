// How busy clamd is, from its answer to STATS; lines it does not have in a release count as unknown.

export interface ClamdStats {
  readonly threadsLive: number | null;
  readonly threadsIdle: number | null;
  readonly threadsMax: number | null;
  /** Commands that wait for a thread. */
  readonly queuedItems: number | null;
}

/** `THREADS: live 1  idle 0 max 10 idle-timeout 30`, `QUEUE: 0 items`, among others. */
export function parseStats(text: string): ClamdStats {
  return {
    threadsLive: numberAfter(text, /^THREADS:.*\blive (\d+)/m),
    threadsIdle: numberAfter(text, /^THREADS:.*\bidle (\d+)/m),
    threadsMax: numberAfter(text, /^THREADS:.*\bmax (\d+)/m),
    queuedItems: numberAfter(text, /^QUEUE: (\d+) items/m),
  };
}

function numberAfter(text: string, pattern: RegExp): number | null {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}
