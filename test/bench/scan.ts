// The scan benchmark: everybody scans the same files with the same signatures, in interleaved rounds, cold.
import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generateRules } from '../helpers/generated-rules.ts';
import { generateSignatures } from '../helpers/generated-signatures.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { loadAverage, machineFacts } from './machine-facts.ts';
import type { BenchOptions } from './options.ts';
import { markdownTable, writeSection } from './performance-page.ts';
import { copyOfUsr, readCorpus } from './scan-corpus.ts';
import { subjectsOf, type Arena, type Sample, type Subject } from './scan-subjects.ts';
import { median } from './statistics.ts';
import { makeWorkFolder } from './work-folder.ts';

const defaultFiles = 5000;
const signatureCount = 5000;
/** Official databases hold several millions, nearly all of them hashes: whoever loads them for each scan waits. */
const hashCount = 1_000_000;
const ruleCounts = [100, 1000];

interface Row {
  readonly subject: Subject;
  readonly samples: readonly Sample[];
  readonly seconds: number;
}

/** @returns false when Vedette is slower than the gate allows. */
export async function measureScan(options: BenchOptions, signal: AbortSignal): Promise<boolean> {
  using work = makeWorkFolder();
  const arena = prepare(options, work.path, signal);
  const { corpus } = arena;
  const facts = [
    ...(await machineFacts()),
    `${corpus.files} files, ${(corpus.bytes / 2 ** 20).toFixed(0)} MiB; ${signatureCount} generated ClamAV signatures of content and ${hashCount} of hashes`,
    `${options.rounds} interleaved rounds`,
  ];
  console.log(facts.join('\n'));

  const rows = summarize(await measureRounds(subjectsOf(arena), options.rounds, signal));
  const table = tableOf(rows, corpus.files);
  const notes = [...facts, `load average at the end ${loadAverage()}`].map((fact) => `- ${fact}`).join('\n');
  console.log(`\n${table}`);
  if (options.writes) writeSection('scan', `${notes}\n\n${table}`);
  return passes(rows, options.gate);
}

function prepare({ corpus: given, files }: BenchOptions, folder: string, signal: AbortSignal): Arena {
  const corpusDir = given === null ? join(folder, 'corpus') : resolve(given);
  if (given === null) copyOfUsr(corpusDir, files ?? defaultFiles);
  const signatureDir = join(folder, 'signatures');
  mkdirSync(signatureDir);
  const database = generateSignatures(seededRandom(1), signatureCount);
  for (const [name, text] of Object.entries(database.files)) writeFileSync(join(signatureDir, name), text);
  writeFileSync(join(signatureDir, 'hashes.hsb'), hashSignatures(hashCount));
  const ruleSets = new Map<string, readonly string[]>([['built-in rules', []]]);
  for (const count of ruleCounts) {
    const path = join(folder, `${count}.yar`);
    writeFileSync(
      path,
      generateRules(seededRandom(count), count)
        .map(({ source }) => source)
        .join('\n'),
    );
    ruleSets.set(`${count} more`, [path]);
  }
  return {
    corpus: readCorpus(corpusDir),
    signatureDir,
    ruleSets,
    dataDir: join(folder, 'data'),
    commandDataDir: join(folder, 'command-data'),
    signal,
  };
}

function hashSignatures(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `${hash('sha256', `bench ${index}`)}:${index + 1}:Bench.Hash.${index}\n`,
  ).join('');
}

/** Each round starts with another subject, so that nobody always runs after the same one. */
async function measureRounds(
  subjects: readonly Subject[],
  rounds: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<Subject, readonly Sample[]>> {
  const samples = new Map(subjects.map((subject): [Subject, Sample[]] => [subject, []]));
  for (let round = 0; round < rounds; round += 1) {
    const first = (round * 5) % subjects.length;
    // The first round keeps the order: it makes the database folder that clamscan reads.
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)]) {
      signal.throwIfAborted();
      const sample = await subject.measure();
      samples.get(subject)?.push(sample);
      console.log(`round ${round + 1}: ${sample.seconds.toFixed(2)} s  ${subject.name}`);
    }
  }
  return samples;
}

function summarize(samples: ReadonlyMap<Subject, readonly Sample[]>): readonly Row[] {
  return [...samples].map(([subject, taken]) => ({
    subject,
    samples: taken,
    seconds: median(taken.map(({ seconds }) => seconds)),
  }));
}

function tableOf(rows: readonly Row[], files: number): string {
  const clamdscan = secondsOf(rows, 'clamdscan', null);
  const clamscan = secondsOf(rows, 'clamscan', null);
  const cells = rows.map(({ subject, samples, seconds }) => {
    const all = samples.map((sample) => sample.seconds);
    const isOurs = subject.kind === 'in-process' || subject.kind === 'command';
    const both = clamdscan + secondsOf(rows, 'yara', subject.rules);
    return [
      subject.name,
      seconds.toFixed(2),
      `${Math.min(...all).toFixed(2)}–${Math.max(...all).toFixed(2)}`,
      (files / seconds).toFixed(0),
      times(clamdscan / seconds),
      times(clamscan / seconds),
      isOurs && subject.rules !== null ? times(both / seconds) : '',
      cpuOf(samples),
    ];
  });
  const head = [
    '',
    'seconds',
    'min–max',
    'files/s',
    '× clamdscan',
    '× clamscan -r',
    '× clamdscan then yara',
    'CPU s: Vedette + clamd',
  ];
  return markdownTable(head, cells);
}

function secondsOf(rows: readonly Row[], kind: Subject['kind'], rules: string | null): number {
  const row = rows.find(({ subject }) => subject.kind === kind && subject.rules === rules);
  return row?.seconds ?? Number.NaN;
}

function times(ratio: number): string {
  return ratio.toFixed(2);
}

function cpuOf(samples: readonly Sample[]): string {
  const cpu = samples.flatMap((sample) => sample.cpu ?? []);
  if (cpu.length === 0) return '';
  return `${median(cpu.map(({ vedette }) => vedette)).toFixed(1)} + ${median(cpu.map(({ clamd }) => clamd)).toFixed(1)}`;
}

function passes(rows: readonly Row[], gate: number | null): boolean {
  if (gate === null) return true;
  const ratio = secondsOf(rows, 'clamdscan', null) / secondsOf(rows, 'in-process', null);
  const isFastEnough = ratio >= gate;
  console.log(
    `\n${ratio.toFixed(2)} × clamdscan, the gate is ${gate}: ${isFastEnough ? 'passed' : 'too slow'}`,
  );
  return isFastEnough;
}
