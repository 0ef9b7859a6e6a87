// One fault, as a user meets it: files, a database and a data folder of its own, and `bin/vedette scan` run on them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { decodePath, encodePath } from '../../../src/core/files/raw-path.ts';
import {
  scanReportSchema,
  scanResultSchema,
  scanSummarySchema,
  type ScanResult,
  type ScanSummary,
} from '../../../src/shared/scan-report.ts';

export const vedette = resolve(import.meta.dirname, '../../../bin/vedette');

/** Only the clamd of a scene knows it, under the name `Fault.Only.Clamd`: no rule and no hash does. */
export const clamdMarker = ['vedette-fault', 'marker-for-clamd'].join('-');

type Settings = Readonly<Record<string, string | number | boolean>>;

export interface RunOptions {
  /** `--clamd`; `managed` has the scene's own database. */
  readonly clamd?: string;
  /** Keys of `[scanning]`. */
  readonly settings?: Settings;
  /** 1 unless told otherwise. */
  readonly maxWorkers?: number;
  /** What to scan: the scene's files unless told otherwise. */
  readonly paths?: readonly string[];
  /** Further options of `scan`. */
  readonly options?: readonly string[];
  readonly workingFolder?: string;
  readonly stdin?: Buffer;
  readonly userId?: number;
  /** `pid` is that of the command itself; called for every result as it is printed. */
  readonly onResult?: (result: ScanResult, count: number, pid: number) => void;
  readonly onStart?: (pid: number) => void;
}

export interface Scanned {
  readonly exitCode: number | null;
  readonly summary: ScanSummary;
  readonly results: readonly ScanResult[];
  readonly stderr: string;
  /** The one result with this base name. */
  of(name: string): ScanResult;
}

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const runLimitMs = 110_000;

export class Scene implements Disposable {
  readonly folder = mkdtempSync(join(realpathSync(tmpdir()), 'vedette-fault-'));
  readonly files = join(this.folder, 'files');
  readonly dataDir = join(this.folder, 'data');
  readonly database = join(this.folder, 'database');
  readonly #withRules: boolean;

  /** `withRules: false` for what has nothing to do with YARA: to load its rules takes a command longer than all else. */
  constructor({ withRules = true }: { readonly withRules?: boolean } = {}) {
    this.#withRules = withRules;
    for (const path of [this.files, this.dataDir, this.database]) mkdirSync(path, { mode: 0o700 });
    writeFileSync(join(this.database, 'fault.ndb'), clamdMarkerSignature());
  }

  /** Path of a new file among those that are scanned; folders in `name` are made. */
  write(name: string, content: string | Uint8Array): string {
    const path = join(this.files, name);
    mkdirSync(encodePath(join(path, '..')), { recursive: true });
    writeFileSync(encodePath(path), content);
    return path;
  }

  /** `scan --json --all`, or `--ndjson` when results are wanted as they come. */
  async scan(run: RunOptions = {}): Promise<Scanned> {
    const format = run.onResult === undefined ? '--json' : '--ndjson';
    const { exitCode, stdout, stderr } = await this.run([format, '--all'], run);
    const { results, summary } = format === '--json' ? readDocument(stdout, stderr) : readLines(stdout);
    function of(name: string): ScanResult {
      const found = results.filter((result) => basename(exactPath(result)) === name);
      const [result] = found;
      if (result === undefined || found.length > 1) {
        throw new Error(`${found.length} results for ${name}, not one: ${stdout}`);
      }
      return result;
    }
    return { exitCode, summary, results, stderr, of };
  }

  /** The text a person reads. */
  async scanText(run: RunOptions = {}): Promise<Ended> {
    return this.run([], run);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async run(format: readonly string[], run: RunOptions): Promise<Ended> {
    const config = join(this.folder, 'config.toml');
    writeFileSync(config, configText(run.settings ?? {}, run.maxWorkers ?? 1));
    chmodSync(config, 0o644);
    const arguments_ = [
      'scan',
      ...format,
      '--config',
      config,
      '--data-dir',
      this.dataDir,
      '--clamd',
      run.clamd ?? 'none',
      ...(run.clamd === 'managed' ? ['--signature-dir', this.database] : []),
      ...(this.#withRules ? [] : ['--no-yara']),
      ...(run.options ?? []),
      '--',
      ...(run.paths ?? [this.files]),
    ];
    const child = spawn(vedette, arguments_, {
      cwd: run.workingFolder ?? this.folder,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: this.folder, NO_COLOR: '1' },
      ...(run.userId === undefined ? {} : { uid: run.userId, gid: run.userId }),
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), runLimitMs);
    child.stdin.on('error', () => undefined).end(run.stdin ?? '');
    run.onStart?.(child.pid ?? 0);
    const output = { stdout: '', stderr: '' };
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    if (run.onResult !== undefined) this.#tell(child.stdout, run.onResult, child.pid ?? 0);
    const [exitCode] = z.tuple([z.number().nullable(), z.unknown()]).parse(await once(child, 'close'));
    clearTimeout(limit);
    return { exitCode, ...output };
  }

  #tell(stdout: NodeJS.ReadableStream, onResult: NonNullable<RunOptions['onResult']>, pid: number): void {
    let count = 0;
    createInterface({ input: stdout }).on('line', (line) => {
      const result = scanResultSchema.safeParse(JSON.parse(line));
      if (!result.success) return;
      count += 1;
      onResult(result.data, count, pid);
    });
  }
}

/** As it travels inside Vedette: a byte that is not UTF-8 is a lone surrogate. */
export function exactPath(result: ScanResult): string {
  if (result.path_base64 === undefined) return result.path;
  return decodePath(Buffer.from(result.path_base64, 'base64'));
}

/** A line of an `.ndb` database for `clamdMarker`. */
export function clamdMarkerSignature(): string {
  return `Fault.Only.Clamd:0:*:${Buffer.from(clamdMarker).toString('hex')}\n`;
}

/** Verdict and reason in one word, as the table of faults writes them: `partial/encrypted`. */
export function kindOf({ verdict, reason }: ScanResult): string {
  return reason === null ? verdict : `${verdict}/${reason}`;
}

export function cleanByClamd(results: readonly ScanResult[]): readonly ScanResult[] {
  return results.filter(({ verdict, engines }) => verdict === 'clean' && engines.includes('clamav'));
}

function configText(settings: Settings, maxWorkers: number): string {
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return `[scanning]\n${lines.join('\n')}\n[scaling]\nmax_workers = ${maxWorkers}\n`;
}

function readDocument(stdout: string, stderr: string): z.infer<typeof scanReportSchema> {
  if (stdout === '') throw new Error(`nothing was printed; on standard error: ${stderr}`);
  return scanReportSchema.parse(JSON.parse(stdout));
}

function readLines(stdout: string): { results: ScanResult[]; summary: ScanSummary } {
  const lines: unknown[] = stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  const { summary } = z.object({ summary: scanSummarySchema }).parse(lines.pop());
  return { results: z.array(scanResultSchema).parse(lines), summary };
}
