// One user with files to scan and a data folder that is kept from run to run: each run is a `bin/vedette` of its own.
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { encodePath } from '../../src/core/files/raw-path.ts';
import type { ScanResult, ScanSummary } from '../../src/shared/scan-report.ts';
import { statusReportSchema, type StatusReport } from '../../src/shared/status-report.ts';
import { exactPath } from './faults/scene.ts';
import { runVedette, scanReport } from './run-vedette.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface HomeScan {
  readonly code: number | null;
  readonly summary: ScanSummary;
  readonly results: readonly ScanResult[];
  /** By base name: `clean`, `partial/encrypted`, and ` cached` behind it when no engine was asked. */
  readonly told: Readonly<Record<string, string>>;
  /** Processes that it started; what belongs to the start of the command itself apart. */
  readonly startedProcesses: boolean;
}

export interface HomeScanOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A module that every process of the run loads first. */
  readonly preload?: string;
  /** Instead of the tree. */
  readonly paths?: readonly string[];
}

export class ScanHome implements Disposable {
  readonly #folder = temporaryFolder();
  readonly path = this.#folder.path;
  readonly tree = join(this.path, 'tree');
  readonly dataDir = join(this.path, 'data');
  readonly #watcher = this.write('watcher.mjs', childWatcher);
  #runs = 0;

  constructor() {
    mkdirSync(this.tree);
  }

  /** A file below the home, with its folders. */
  write(name: string, content: string | Uint8Array = ''): string {
    const path = join(this.path, name);
    mkdirSync(encodePath(join(path, '..')), { recursive: true });
    writeFileSync(encodePath(path), content);
    return path;
  }

  /** A file among those that are scanned. */
  plant(name: string, content: string | Uint8Array = ''): string {
    return this.write(join('tree', name), content);
  }

  /** `vedette scan --json --all` of the tree, without clamd unless the arguments name one. */
  async scan(
    args: readonly string[] = [],
    { env = {}, preload, paths }: HomeScanOptions = {},
  ): Promise<HomeScan> {
    // One each: two runs may go on at once.
    this.#runs += 1;
    const childrenFile = join(this.path, `children-${this.#runs}`);
    const modules = [this.#watcher, ...(preload === undefined ? [] : [preload])];
    const nodeOptions = modules.map((module) => `--import=${module}`).join(' ');
    const { code, report } = await scanReport([...args, '--', ...(paths ?? [this.tree])], {
      home: this.path,
      env: { ...env, NODE_OPTIONS: nodeOptions, VEDETTE_TEST_CHILDREN: childrenFile },
    });
    const { summary, results } = report;
    const children = readFileSync(childrenFile, 'utf8');
    return { code, summary, results, told: toldBy(results), startedProcesses: children !== 'none' };
  }

  async status(args: readonly string[] = []): Promise<StatusReport> {
    const { stdout } = await runVedette(['status', '--json', ...args], { home: this.path });
    return statusReportSchema.parse(JSON.parse(stdout));
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

export function toldBy(results: readonly ScanResult[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    results.map((result) => {
      const { verdict, reason, cached } = result;
      const words = reason === null ? verdict : `${verdict}/${reason}`;
      return [basename(exactPath(result)), cached ? `${words} cached` : words];
    }),
  );
}

/** All that a result says of the file, by path: not how long it took, nor who answered. */
export function factsOf(results: readonly ScanResult[]): ReadonlyMap<string, unknown> {
  return new Map(
    results
      .map(({ duration_ms: _durationMs, cached: _cached, ...facts }) => facts)
      .toSorted((left, right) => (left.path < right.path ? -1 : 1))
      .map((facts) => [facts.path_base64 ?? facts.path, facts] as const),
  );
}

/** Other bytes of the same length, and the times it had to the nanosecond: only ctime tells. */
export function rewriteUnnoticed(path: string, content: Uint8Array | string): void {
  const before = statSync(path, { bigint: true });
  const times = `${path}.times`;
  execFileSync('touch', ['-r', path, times]);
  writeFileSync(path, content);
  execFileSync('touch', ['-r', times, path]);
  rmSync(times);
  const after = statSync(path, { bigint: true });
  if (after.size !== before.size || after.mtimeNs !== before.mtimeNs)
    throw new Error(`${path} looks rewritten`);
}

/** A YARA rule that finds `text`; of the same length for all texts of the same length. */
export function ruleFor(text: string, severity = 'high'): string {
  return `rule Finds { meta: severity = "${severity}" strings: $text = "${text}" condition: $text }\n`;
}

export function hashLine(content: string | Uint8Array, name = 'Test.Listed'): string {
  return `${hash('sha256', content)}  ${name}\n`;
}

/**
 * Loaded before the command: at its end it says whether this process ever had a child. Field 11 of proc_pid_stat(5)
 * grows with each child that was waited for, and `children` names those that were not yet.
 */
const childWatcher = `
  import { readFileSync, writeFileSync } from 'node:fs';
  function faults() {
    const text = readFileSync('/proc/self/stat', 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[8];
  }
  const before = faults();
  if (process.send === undefined) process.on('exit', () => {
    const left = readFileSync('/proc/self/task/' + process.pid + '/children', 'latin1').trim();
    const text = faults() === before && left === '' ? 'none' : 'some';
    writeFileSync(process.env.VEDETTE_TEST_CHILDREN, text);
  });`;
