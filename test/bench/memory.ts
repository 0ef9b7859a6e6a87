// The memory benchmark: one long scan of small files, and what every process holds from its start to its end.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { plainContent } from '../helpers/corpus.ts';
import { generateSignatures } from '../helpers/generated-signatures.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { loadAverage, machineFacts } from './machine-facts.ts';
import type { BenchOptions } from './options.ts';
import { markdownTable, writeSection } from './performance-page.ts';
import { readProcesses } from './processes.ts';
import { median, slope } from './statistics.ts';
import { makeWorkFolder } from './work-folder.ts';

interface Track {
  readonly name: string;
  readonly points: { readonly x: number; readonly y: number }[];
}

const defaultFiles = 100_000;
const filesInFolder = 1000;
const sampleEveryMs = 100;
const signatureCount = 5000;
const command = fileURLToPath(new URL('../../bin/vedette', import.meta.url));
const mib = 2 ** 20;

export async function measureMemory(options: BenchOptions, signal: AbortSignal): Promise<boolean> {
  using work = makeWorkFolder();
  const corpus = options.corpus === null ? join(work.path, 'corpus') : resolve(options.corpus);
  if (options.corpus === null) writeSmallFiles(corpus, options.files ?? defaultFiles);
  const signatureDir = join(work.path, 'signatures');
  mkdirSync(signatureDir);
  const database = generateSignatures(seededRandom(1), signatureCount);
  for (const [name, text] of Object.entries(database.files)) writeFileSync(join(signatureDir, name), text);

  const facts = [...(await machineFacts())];
  const args = ['scan', '--ndjson', '--all', '--no-cache', '--allow-partial'];
  const own = ['--data-dir', join(work.path, 'data'), '--clamd', 'managed', '--signature-dir', signatureDir];
  const { tracks, lines, seconds } = await sampleWhile([...args, ...own, '--', corpus], signal);
  facts.push(
    `${lines} lines of NDJSON in ${seconds.toFixed(0)} s, sampled every ${sampleEveryMs} ms`,
    `load average at the end ${loadAverage()}`,
  );
  const table = tableOf(tracks);
  console.log(`${facts.join('\n')}\n\n${table}`);
  if (options.writes) writeSection('memory', `${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${table}`);
  return true;
}

function writeSmallFiles(folder: string, count: number): void {
  const random = seededRandom(count);
  for (let index = 0; index < count; index += 1) {
    const below = join(folder, `${Math.floor(index / filesInFolder)}`);
    if (index % filesInFolder === 0) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `${index}.dat`), plainContent(random, random.between(1, 600)));
  }
}

async function sampleWhile(
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly tracks: readonly Track[]; readonly lines: number; readonly seconds: number }> {
  const startedMs = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], signal, killSignal: 'SIGTERM' });
  const ended = Promise.withResolvers<number | null>();
  child.once('error', ended.reject);
  child.once('close', ended.resolve);
  let lines = 0;
  createInterface({ input: child.stdout }).on('line', () => {
    lines += 1;
  });

  const tracks = new Map<string, Track>();
  let exitCode: number | null | undefined;
  while (exitCode === undefined) {
    // Until the first result there is nothing but a start.
    if (child.pid !== undefined && lines > 0) {
      takeSample(tracks, child.pid, (performance.now() - startedMs) / 1000);
    }
    exitCode = await Promise.race([ended.promise, delay(sampleEveryMs, undefined)]);
  }
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`vedette scan ended with ${exitCode}`);
  return { tracks: [...tracks.values()], lines, seconds: (performance.now() - startedMs) / 1000 };
}

/** One track a process, and one for their sum. */
function takeSample(tracks: Map<string, Track>, rootPid: number, seconds: number): void {
  let total = 0;
  for (const { pid, role, residentBytes } of readProcesses(rootPid)) {
    total += residentBytes;
    add(`${pid}`, role === 'main' ? role : `${role} (${pid})`, residentBytes);
  }
  if (total > 0) add('all', 'all together', total);

  function add(key: string, name: string, bytes: number): void {
    const track = tracks.get(key) ?? { name, points: [] };
    tracks.set(key, track);
    track.points.push({ x: seconds, y: bytes / mib });
  }
}

/** What lived for less than a tenth of the scan, such as a shell, is left out. */
function tableOf(tracks: readonly Track[]): string {
  const longest = Math.max(...tracks.map(({ points }) => points.length));
  const rows = tracks
    .filter(({ points }) => points.length >= longest / 10)
    .map(({ name, points }) => {
      const sizes = points.map(({ y }) => y);
      const secondHalf = points.slice(Math.floor(points.length / 2));
      return [
        name,
        (sizes[0] ?? 0).toFixed(0),
        median(sizes).toFixed(0),
        Math.max(...sizes).toFixed(0),
        (slope(secondHalf) * 60).toFixed(1),
      ];
    });
  const head = [
    'process',
    'at the first result, MiB',
    'median, MiB',
    'peak, MiB',
    'slope of the second half, MiB/min',
  ];
  return markdownTable(head, rows);
}
