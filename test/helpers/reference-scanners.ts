// What clamscan and the yara program say about the same files, read from their output without guessing where a name ends.
import { Buffer } from 'node:buffer';
import type { ClamdLimits } from '../../src/core/engines/clamd/target.ts';
import { pathBytes } from '../../src/core/files/raw-path.ts';
import { findProgram, runProgram } from './run-program.ts';

export const clamscan = findProgram('clamscan');
export const yara = findProgram('yara');

const timeoutMs = 120_000;

export interface ClamscanOptions {
  readonly database: string;
  readonly limits: ClamdLimits;
  readonly maxScanSeconds: number;
}

/** Arguments that make clamscan look as the managed clamd does. */
export function clamscanArguments({ database, limits, maxScanSeconds }: ClamscanOptions): readonly string[] {
  return [
    `--database=${database}`,
    '--recursive',
    // Below 15 folders it would leave files out without a word.
    '--max-dir-recursion=1000',
    '--no-summary',
    `--max-filesize=${limits.maxFileBytes}`,
    `--max-scansize=${limits.maxScanBytes}`,
    `--max-recursion=${limits.maxRecursion}`,
    `--max-files=${limits.maxFiles}`,
    `--max-scantime=${maxScanSeconds * 1000}`,
    '--alert-exceeds-max=yes',
    '--alert-encrypted-archive=yes',
    '--alert-encrypted-doc=yes',
    '--heuristic-scan-precedence=no',
    '--follow-dir-symlinks=0',
    '--follow-file-symlinks=0',
  ];
}

/** By path: the signature it names, or null for `OK` and `Empty file`. @throws unless there is one answer for each of `paths`. */
export async function askClamscan(
  options: ClamscanOptions,
  roots: readonly string[],
  paths: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (clamscan === null) throw new Error('clamscan is not installed: apt-get install clamav');
  const args = [...clamscanArguments(options), ...roots];
  const { stdout } = await runProgram(clamscan, args, { timeoutMs, expected: [0, 1] });
  const byBytes = new Map(paths.map((path) => [latin1(path), path]));
  const answers = new Map<string, string | null>();
  const text = stdout.toString('latin1');
  for (let start = 0; start < text.length;) {
    const nameEnd = endOfKnown(text, start, ': ', byBytes);
    const lineEnd = text.indexOf('\n', nameEnd);
    const answer = text.slice(nameEnd + 2, lineEnd);
    answers.set(byBytes.get(text.slice(start, nameEnd)) ?? '', signatureOf(answer));
    start = lineEnd + 1;
  }
  for (const path of paths) {
    if (!answers.has(path)) throw new Error(`clamscan said nothing about ${JSON.stringify(path)}`);
  }
  return answers;
}

/** By path: the names of the rules that match, sorted; files without a match are not in it. */
export async function askYara(
  ruleFiles: readonly string[],
  roots: readonly string[],
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (yara === null) throw new Error('yara is not installed: apt-get install yara');
  const byBytes = new Map(paths.map((path) => [latin1(path), path]));
  const found = new Map<string, string[]>();
  for (const root of roots) {
    const args = [...yaraArguments(ruleFiles), root];
    const { stdout } = await runProgram(yara, args, { timeoutMs });
    const text = stdout.toString('latin1');
    for (let start = 0; start < text.length;) {
      const nameStart = text.indexOf(' ', start) + 1;
      const nameEnd = endOfKnown(text, nameStart, '\n', byBytes);
      const path = byBytes.get(text.slice(nameStart, nameEnd)) ?? '';
      const rules = found.get(path) ?? [];
      found.set(path, [...rules, text.slice(start, nameStart - 1)].toSorted());
      start = nameEnd + 1;
    }
  }
  return found;
}

export function yaraArguments(ruleFiles: readonly string[]): readonly string[] {
  return ['-w', '-N', '-r', '-p', '2', ...ruleFiles.map((file, index) => `set${index}:${file}`)];
}

/** End of the known name at `start`; a name may itself hold what ends it. */
function endOfKnown(text: string, start: number, end: string, known: ReadonlyMap<string, string>): number {
  for (let at = text.indexOf(end, start); at >= 0; at = text.indexOf(end, at + 1)) {
    if (known.has(text.slice(start, at))) return at;
  }
  throw new Error(`no known file in the output: ${JSON.stringify(text.slice(start, start + 200))}`);
}

function signatureOf(answer: string): string | null {
  if (answer === 'OK' || answer === 'Empty file') return null;
  if (answer.endsWith(' FOUND')) return answer.slice(0, -' FOUND'.length);
  throw new Error(`clamscan said ${JSON.stringify(answer)}`);
}

function latin1(path: string): string {
  return Buffer.from(pathBytes(path)).toString('latin1');
}
