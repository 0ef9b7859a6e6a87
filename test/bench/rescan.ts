// The rescan benchmark: what it takes to look again at files that did not change, and what remembering them costs the first time.
import { loadAverage, machineFacts } from './machine-facts.ts';
import type { BenchOptions } from './options.ts';
import { writeSection } from './performance-page.ts';
import { rowsOfKnownFiles, rowsOfSmallFiles, tableOf, type RescanRow } from './rescan-aims.ts';
import { describeCorpus, makeCorpora, makeSignatures, signatureFact } from './rescan-corpora.ts';
import {
  meetFiles,
  type KnownFiles,
  type KnownFilesSubject,
  type RescanArena,
} from './rescan-known-files.ts';
import { measureSmallFiles, type SmallFilesRound } from './rescan-small-files.ts';
import { makeWorkFolder } from './work-folder.ts';

/** @returns false when an aim is not reached; the table says which. */
export async function measureRescan(options: BenchOptions, signal: AbortSignal): Promise<boolean> {
  using work = makeWorkFolder();
  const machine = await machineFacts();
  const corpora = makeCorpora(options, work.path);
  const arena = { corpora, signatureDir: makeSignatures(work.path), folder: work.path, signal };
  const facts = [...machine, ...Object.values(corpora).map(describeCorpus)];
  console.log(facts.join('\n'));

  const rows: RescanRow[] = [];
  {
    await using known = await meetFiles(arena);
    facts.push(...known.facts, signatureFact, `${options.rounds} interleaved rounds`);
    console.log(known.facts.join('\n'));
    const { samples, smallFiles } = await measureRounds(arena, known, options.rounds);
    rows.push(...rowsOfKnownFiles(samples), ...rowsOfSmallFiles(smallFiles, corpora));
  }
  const table = tableOf(rows);
  const notes = [...facts, `load average at the end ${loadAverage()}`].map((fact) => `- ${fact}`).join('\n');
  console.log(`\n${table}`);
  if (options.writes) writeSection('rescan', `${notes}\n\n${table}`);
  return passes(rows);
}

async function measureRounds(
  arena: RescanArena,
  { subjects }: KnownFiles,
  rounds: number,
): Promise<{
  readonly samples: ReadonlyMap<KnownFilesSubject, readonly number[]>;
  readonly smallFiles: readonly SmallFilesRound[];
}> {
  const samples = new Map(subjects.map((subject): [KnownFilesSubject, number[]] => [subject, []]));
  const smallFiles: SmallFilesRound[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Each round begins with another, so that nobody always runs after the same one.
    const first = (round * 2) % subjects.length;
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)]) {
      arena.signal.throwIfAborted();
      const seconds = await subject.measure();
      samples.get(subject)?.push(seconds);
      console.log(
        `round ${round + 1}: ${seconds.toFixed(3)} s  ${subject.name}, ${subject.corpus.files} files`,
      );
    }
    const small = await measureSmallFiles(arena, round % 2 === 1);
    smallFiles.push(small);
    console.log(`round ${round + 1}: ${describeRound(small)}`);
  }
  return { samples, smallFiles };
}

function describeRound(round: SmallFilesRound): string {
  const { first, firstWithClamd, fromMemory, fromDatabase } = round;
  const times = [
    ['first without the cache', first.withoutCache],
    ['with it', first.withCache],
    ['again from memory', fromMemory],
    ['from SQLite', fromDatabase],
    ['first with clamd, without the cache', firstWithClamd.withoutCache],
    ['with it', firstWithClamd.withCache],
  ] as const;
  return `small files: ${times.map(([what, { seconds }]) => `${what} ${seconds.toFixed(3)} s`).join(', ')}`;
}

function passes(rows: readonly RescanRow[]): boolean {
  const missed = rows.filter(({ isReached }) => isReached === false);
  for (const { name, files, figure, aim } of missed) {
    console.log(`\nnot reached: ${name}, ${files} files: ${figure}; the aim is ${aim}`);
  }
  return missed.length === 0;
}
