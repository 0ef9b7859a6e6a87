// A user with a watched folder and a `bin/vedette watch` of their own: what it tells is read line by line, and it never outlives the test.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { controlAddress } from '../../src/core/control/control-address.ts';
import { connectControl } from '../../src/core/control/control-client.ts';
import { encodePath } from '../../src/core/files/raw-path.ts';
import {
  feedEventSchema,
  type CallInput,
  type CallName,
  type CallOutput,
  type FeedEvent,
} from '../../src/shared/contract.ts';
import type { HistoryEvent, HistoryKind } from '../../src/shared/history-event.ts';
import type { FolderHealth, Protection } from '../../src/shared/protection.ts';
import { reportedJobSchema, type ReportedJob } from '../../src/shared/report-documents.ts';
import { scanResultSchema, type ScanResult } from '../../src/shared/scan-report.ts';
import { exactPath, kindOf, vedette } from './faults/scene.ts';
import { processesNaming } from './processes.ts';
import { markOf, runVedette, scanReport, type Run } from './run-vedette.ts';
import { temporaryFolder } from './temporary-folder.ts';

const printedJobSchema = z.object({ kind: z.literal('job'), at: z.number(), job: reportedJobSchema });

type Settings = Readonly<Record<string, Readonly<Record<string, string | number | boolean | string[]>>>>;

export interface WatchOptions {
  /** Instead of the folder with the files; none for what the configuration names. */
  readonly paths?: readonly string[];
  /** Further options of `watch`, such as `--action`. */
  readonly options?: readonly string[];
  /** Without clamd unless told otherwise. */
  readonly clamd?: string;
  readonly userId?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** One verdict as the feed told it. */
export interface Told {
  readonly path: string;
  /** `clean`, `unscannable/vanished`, … */
  readonly kind: string;
  readonly result: ScanResult;
  /** null when no event brought it: a sweep did. */
  readonly latencyMs: number | null;
}

export class WatchedHome implements AsyncDisposable {
  readonly #folder = temporaryFolder();
  readonly #running = new Set<Watching>();
  readonly path = this.#folder.path;
  readonly files = join(this.path, 'files');
  readonly dataDir = join(this.path, 'data');

  constructor(settings: Settings = {}) {
    mkdirSync(this.files);
    chmodSync(this.path, 0o755);
    this.configure(settings);
  }

  /** Path of a new file in the watched folder, or elsewhere in the home; folders in `name` are made. */
  write(name: string, content: string | Uint8Array, folder: string = this.files): string {
    const path = join(folder, name);
    mkdirSync(encodePath(join(path, '..')), { recursive: true });
    writeFileSync(encodePath(path), content);
    return path;
  }

  /** The configuration file; one scan worker, and volumes of other tests are not watched, unless asked for. */
  configure(settings: Settings): void {
    const all = {
      ...settings,
      watch: { watch_removable: false, ...settings['watch'] },
      scaling: { min_workers: 1, max_workers: 1, ...settings['scaling'] },
    };
    const lines = Object.entries(all).flatMap(([section, keys]) => [
      `[${section}]`,
      ...Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
    ]);
    this.write('rt_protection_config.toml', `${lines.join('\n')}\n`, join(this.path, 'vedette'));
  }

  /** Resolves when the watched folders are watched, or known to be missing. */
  async watch(options: WatchOptions = {}): Promise<Watching> {
    const watching = new Watching(this, options);
    this.#running.add(watching);
    await watching.until('its folders to be watched', () => watching.isUnderWay, 30_000);
    return watching;
  }

  run(...args: readonly string[]): Promise<Run> {
    return runVedette(args, { home: this.path });
  }

  /** One call to the Vedette that runs here. */
  async call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    using client = await connectControl(controlAddress(this.dataDir));
    return await client.call(name, input);
  }

  /** Files of the watched folder that had no remembered verdict until now: nobody has looked at them. */
  async unseen(...args: readonly string[]): Promise<readonly string[]> {
    const { report } = await scanReport([...args, '--', this.files], { home: this.path });
    return report.results.filter(({ cached }) => !cached).map(({ path }) => path);
  }

  /** Processes that it started and that are there still. */
  get processes(): readonly number[] {
    return processesNaming(markOf(this.path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const watching of this.#running) await watching.kill();
    // One that a test has stopped with SIGSTOP does not see that its parent is gone.
    for (const pid of this.processes) killIfThere(pid);
    this.#folder[Symbol.dispose]();
  }
}

export class Watching {
  readonly told: Told[] = [];
  readonly findings = new Map<number, Extract<FeedEvent, { kind: 'finding' }>['finding']>();
  readonly history: HistoryEvent[] = [];
  readonly protections: Protection[] = [];
  readonly jobs: ReportedJob[] = [];
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #byName = new Map<string, Told[]>();
  #stderr = '';

  constructor(home: WatchedHome, { paths, options = [], clamd = 'none', userId, env = {} }: WatchOptions) {
    const args = ['watch', '--ndjson', '--all', '--clamd', clamd, ...options, ...(paths ?? [home.files])];
    const child = spawn(vedette, args, {
      cwd: home.path,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        // Times of schedules are those of this place.
        TZ: process.env['TZ'],
        HOME: home.path,
        NO_COLOR: '1',
        XDG_CONFIG_HOME: home.path,
        VEDETTE_DATA_DIR: home.dataDir,
        VEDETTE_TEST_HOME: home.path,
        ...env,
      },
      ...(userId === undefined ? {} : { uid: userId, gid: userId }),
    });
    this.#process = child;
    this.#ended = once(child, 'close');
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get protection(): Protection | undefined {
    return this.protections.at(-1);
  }

  get folders(): readonly FolderHealth[] {
    return this.protection?.evidence?.watcher.folders ?? [];
  }

  get isUnderWay(): boolean {
    const folders = this.folders;
    return folders.length > 0 && folders.every(({ state }) => state !== 'starting') && !this.isSweeping;
  }

  /** Also before the sweep at the start, which is the first thing that it does. */
  get isSweeping(): boolean {
    const sweep = this.protection?.evidence?.sweep;
    return sweep === undefined || sweep.state !== 'idle' || sweep.started_at === null;
  }

  /** Different files that had a verdict. */
  get files(): ReadonlySet<string> {
    return new Set(this.told.map(({ path }) => path));
  }

  /** All verdicts of files with this base name, as they came. */
  of(name: string): readonly Told[] {
    return this.#byName.get(name) ?? [];
  }

  lastKind(name: string): string | undefined {
    return this.of(name).at(-1)?.kind;
  }

  historyOf(kind: HistoryKind): readonly HistoryEvent[] {
    return this.history.filter((event) => event.kind === kind);
  }

  /** Resolves when it holds. @throws when it ends before that, or after `limitMs`, with what it said. */
  async until(what: string, condition: () => boolean, limitMs = 20_000): Promise<void> {
    const endsAtMs = performance.now() + limitMs;
    while (!condition()) {
      const hasEnded = this.#process.exitCode !== null || this.#process.signalCode !== null;
      if (hasEnded || performance.now() > endsAtMs) throw new Error(this.#complaint(what, hasEnded));
      await delay(10);
    }
  }

  /** Resolves when the last sweep was for this cause, and has ended. */
  async swept(cause: string, limitMs = 20_000): Promise<void> {
    await this.until(
      `sweep because ${cause}`,
      () => this.protection?.evidence?.sweep.cause === cause && !this.isSweeping,
      limitMs,
    );
  }

  /** The kind of the verdict that a file with this base name gets. */
  async verdictOf(name: string, limitMs = 20_000): Promise<string> {
    await this.until(`a verdict for ${JSON.stringify(name)}`, () => this.of(name).length > 0, limitMs);
    return this.lastKind(name) ?? '';
  }

  /** Process numbers of its workers whose program is `entry`, such as `watch-worker`. */
  workers(entry: 'watch-worker' | 'scan-worker'): readonly number[] {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'latin1').trim();
    return children
      .split(' ')
      .filter((pid) => pid !== '' && commandLineOf(pid).includes(`${entry}.ts`))
      .map(Number);
  }

  watchWorker(): number {
    const [pid] = this.workers('watch-worker');
    if (pid === undefined) throw new Error('there is no watch worker');
    return pid;
  }

  /** As a service is stopped; milliseconds until all of its output was closed, too. */
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<{ code: number | null; tookMs: number }> {
    const startMs = performance.now();
    this.#process.kill(signal);
    await this.#ended;
    return { code: this.#process.exitCode, tookMs: performance.now() - startMs };
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  #hear(line: string): void {
    const json: unknown = JSON.parse(line);
    // With names as any reader of JSON can take them, unlike on the socket.
    const job = printedJobSchema.safeParse(json).data;
    if (job !== undefined) {
      this.jobs.push(job.job);
      return;
    }
    const event = feedEventSchema.parse(json);
    if (event.kind === 'history') this.history.push(event.event);
    else if (event.kind === 'protection') this.protections.push(event.protection);
    else if (event.kind === 'finding') this.findings.set(event.finding.id, event.finding);
    else if (event.kind === 'verdict') this.#hearVerdict(event);
  }

  #hearVerdict({ result: given, latency_ms: latencyMs }: Extract<FeedEvent, { kind: 'verdict' }>): void {
    const result = scanResultSchema.parse(given);
    const path = exactPath(result);
    const told = { path, kind: kindOf(result), result, latencyMs };
    this.told.push(told);
    const name = basename(path);
    const before = this.#byName.get(name);
    if (before === undefined) this.#byName.set(name, [told]);
    else before.push(told);
  }

  #complaint(what: string, hasEnded: boolean): string {
    const { sweep, watcher } = this.protection?.evidence ?? {};
    const state = JSON.stringify({ sentence: this.protection?.sentence, sweep, watcher });
    const last = this.history.slice(-5).map(({ text }) => text);
    return [
      `${hasEnded ? 'it ended before' : 'there was no'} ${what}; ${this.told.length} verdicts, ${state}`,
      ...last,
      this.#stderr,
    ].join('\n');
  }
}

/** The others end by themselves at this moment. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}
