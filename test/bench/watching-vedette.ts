// A `vedette watch` as a program for measuring: every verdict with the moment it was told, and memory of all its processes.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { feedEventSchema, type FeedEvent } from '../../src/shared/contract.ts';
import { scanResultSchema } from '../../src/shared/scan-report.ts';
import { statusReportSchema, type StatusReport } from '../../src/shared/status-report.ts';
import { runProgram } from '../helpers/run-program.ts';
import { readProcesses } from './processes.ts';

export interface SeenVerdict {
  readonly verdict: string;
  /** Milliseconds since 1970, when this process read of it. */
  readonly atMs: number;
}

export interface WatchingVedette extends AsyncDisposable {
  readonly pid: number;
  /** By path; the last one counts. */
  readonly verdicts: ReadonlyMap<string, SeenVerdict>;
  /** What was told so far does not count any more. */
  forget(): void;
  /** Resolves when `reached` says so, looked at whenever something was told. @throws after `limitMs`. */
  until(reached: () => boolean, limitMs: number): Promise<void>;
  status(): Promise<StatusReport>;
  /** Memory of all processes together, bytes, and open descriptors of the main one. */
  use(): { readonly residentBytes: number };
}

const command = fileURLToPath(new URL('../../bin/vedette', import.meta.url));

/** @param home a folder of its own for data and configuration */
export async function watchWith(
  home: string,
  roots: readonly string[],
  args: readonly string[] = [],
): Promise<WatchingVedette> {
  const dataDir = join(home, 'data');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const env = {
    ...process.env,
    XDG_CONFIG_HOME: home,
    VEDETTE_DATA_DIR: dataDir,
    // The figures of `status` are those of the last snapshot.
    VEDETTE_MONITORING_SNAPSHOT_INTERVAL_SECONDS: '2',
    NO_COLOR: '1',
  };
  const child = spawn(command, ['watch', '--ndjson', '--all', ...args, '--', ...roots], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const verdicts = new Map<string, SeenVerdict>();
  const listeners = new Set<() => void>();
  let isWatching = false;
  createInterface({ input: requireStream(child) }).on('line', (line) => {
    const event = feedEventSchema.parse(JSON.parse(line));
    if (event.kind === 'verdict') keep(event, verdicts);
    if (event.kind === 'protection')
      isWatching ||=
        event.protection.evidence?.watcher.folders.every(({ state }) => state === 'watching') ?? false;
    for (const listener of listeners) listener();
  });

  async function until(reached: () => boolean, limitMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`not reached within ${limitMs} ms`)), limitMs);
    function look(): void {
      if (reached()) resolve();
    }
    listeners.add(look);
    look();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      listeners.delete(look);
    }
  }

  const pid = child.pid ?? 0;
  await until(() => isWatching, 60_000);
  return {
    pid,
    verdicts,
    forget: () => verdicts.clear(),
    until,
    async status() {
      const { stdout } = await runProgram(command, ['status', '--json'], {
        timeoutMs: 60_000,
        expected: [0, 2],
        env,
      });
      return statusReportSchema.parse(JSON.parse(stdout.toString('utf8')));
    },
    use: () => ({ residentBytes: readProcesses(pid).reduce((sum, one) => sum + one.residentBytes, 0) }),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function keep(event: Extract<FeedEvent, { kind: 'verdict' }>, verdicts: Map<string, SeenVerdict>): void {
  const { path, verdict } = scanResultSchema.parse(event.result);
  verdicts.set(path, { verdict, atMs: Date.now() });
}

function requireStream({ stdout }: ChildProcess): NodeJS.ReadableStream {
  if (stdout === null) throw new Error('vedette watch has no standard output');
  return stdout;
}
