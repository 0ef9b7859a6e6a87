// Runs `vedette scan` as a user would, away from the user's own configuration, and reads its report.
import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodePath } from '../../src/core/files/raw-path.ts';
import { scanReportSchema, type ScanResult, type ScanSummary } from '../../src/shared/scan-report.ts';
import { runProgram } from './run-program.ts';

export interface ScanRun {
  readonly exitCode: number;
  readonly summary: ScanSummary;
  readonly results: readonly ScanResult[];
  /** By path as it travels inside; lone surrogates for bytes that are not UTF-8. */
  readonly byPath: ReadonlyMap<string, ScanResult>;
}

export interface ScanRunOptions {
  readonly dataDir: string;
  readonly paths: readonly string[];
  readonly options?: readonly string[];
  /** Keys of `[scanning]`, in capitals, as VEDETTE_SCANNING_* has them. */
  readonly scanning?: Readonly<Record<string, string | number>>;
}

const entry = fileURLToPath(new URL('../../src/cli/index.ts', import.meta.url));
const timeoutMs = 120_000;

export async function scanWithVedette(run: ScanRunOptions): Promise<ScanRun> {
  const { dataDir, paths, options = [], scanning = {} } = run;
  const variables = Object.entries(scanning).map(([key, value]) => [`VEDETTE_SCANNING_${key}`, `${value}`]);
  const ours = Object.entries(process.env).filter(([name]) => !name.startsWith('VEDETTE_'));
  const env = { ...Object.fromEntries([...ours, ...variables]), XDG_CONFIG_HOME: join(dataDir, 'no-config') };
  const args = [entry, 'scan', '--json', '--all', '--data-dir', dataDir, ...options, '--', ...paths];
  const { stdout, exitCode } = await runProgram(process.execPath, args, {
    timeoutMs,
    expected: [0, 1, 2],
    env,
  });
  const { summary, results } = scanReportSchema.parse(JSON.parse(stdout.toString('utf8')));
  return { exitCode, summary, results, byPath: new Map(results.map((result) => [pathOf(result), result])) };
}

/** Path of a result as it travels inside. */
export function pathOf({ path, path_base64: base64 }: ScanResult): string {
  return base64 === undefined ? path : decodePath(Buffer.from(base64, 'base64'));
}
