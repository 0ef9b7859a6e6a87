// Files that everybody knows already: one Vedette and one clamd that have looked at them, and what it takes to ask again.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Antivirus } from '../../src/core/antivirus.ts';
import { scanReportSchema } from '../../src/shared/scan-report.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import { isComplete } from '../../src/shared/verdict.ts';
import { findProgram, runProgram } from '../helpers/run-program.ts';
import { startInProcess, timeScanJob } from './in-process-scan.ts';
import type { NamedCorpus, RescanCorpora } from './rescan-corpora.ts';

export interface RescanArena {
  readonly corpora: RescanCorpora;
  readonly signatureDir: string;
  /** A folder for whatever the measurements need. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface KnownFilesSubject {
  readonly kind: 'clamdscan' | 'in-process' | 'command';
  readonly name: string;
  readonly corpus: NamedCorpus;
  /** Seconds; nothing that comes before or after is in them. */
  readonly measure: () => Promise<number>;
}

export interface KnownFiles extends AsyncDisposable {
  readonly subjects: readonly KnownFilesSubject[];
  /** What was found while everybody made the acquaintance of the files. */
  readonly facts: readonly string[];
}

const command = fileURLToPath(new URL('../../bin/vedette', import.meta.url));
const timeoutMs = 1_800_000;

/** Everybody looks at all files once, so that each has in its memory or cache what it is able to keep. */
export async function meetFiles(arena: RescanArena): Promise<KnownFiles> {
  const { corpora, signatureDir, folder, signal } = arena;
  const dataDir = join(folder, 'data');
  await using started = new AsyncDisposableStack();
  const settings = settingsSchema.parse({ scanning: { clamd: 'managed', signature_dir: signatureDir } });
  const antivirus = started.use(await startInProcess(settings, { dataDir, useCache: true, signal }));
  const met: MetCorpus[] = [];
  for (const corpus of [corpora.usual, corpora.large]) {
    const next = await meet(antivirus, corpus, dataDir, signal);
    await clamdscan(arena, dataDir, next.corpus);
    met.push(next);
  }
  const large = met.at(-1)?.corpus ?? corpora.large;
  await vedetteScan(arena, large);
  await requireCached(arena, large);
  const subjects = met.flatMap(({ corpus }): KnownFilesSubject[] => [
    {
      kind: 'clamdscan',
      name: '`clamdscan --multiscan --fdpass`, all in its cache',
      corpus,
      measure: () => clamdscan(arena, dataDir, corpus),
    },
    {
      kind: 'in-process',
      name: 'Vedette, in one process',
      corpus,
      measure: async () => (await timeScanJob(antivirus, corpus, dataDir, signal)).seconds,
    },
  ]);
  const whole: KnownFilesSubject = {
    kind: 'command',
    name: '`vedette scan`, the second one',
    corpus: large,
    measure: () => vedetteScan(arena, large),
  };
  const moved = started.move();
  return {
    subjects: [...subjects, whole],
    facts: met.map(({ fact }) => fact),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

interface MetCorpus {
  readonly corpus: NamedCorpus;
  readonly fact: string;
}

/** Only complete verdicts are remembered: what has none, such as an encrypted archive, is no known file. */
async function meet(
  antivirus: Antivirus,
  corpus: NamedCorpus,
  dataDir: string,
  signal: AbortSignal,
): Promise<MetCorpus> {
  const incomplete: string[] = [];
  await timeScanJob(antivirus, corpus, dataDir, signal, ({ request: { path }, verdict }) => {
    if (!isComplete(verdict.judgement)) incomplete.push(path);
  });
  const count = `${incomplete.length} of the ${corpus.files} files got no complete verdict`;
  if (!corpus.isOurs) return { corpus, fact: `${count} and are scanned each time` };
  for (const path of incomplete) rmSync(path);
  const known = { ...corpus, files: corpus.files - incomplete.length };
  // What is there several times was known by its content: now it is known by itself.
  const { tally } = await timeScanJob(antivirus, known, dataDir, signal);
  if (tally.fromCache !== known.files) {
    throw new Error(`only ${tally.fromCache} of ${known.files} files are known`);
  }
  return { corpus: known, fact: `${count} and were left out` };
}

/** It asks the clamd of the Vedette that is measured beside it: the same signatures and limits. */
function clamdscan({ signal }: RescanArena, dataDir: string, corpus: NamedCorpus): Promise<number> {
  const config = `--config-file=${join(dataDir, 'clamd', 'clamd.conf')}`;
  const options = ['--multiscan', '--fdpass', '--quiet', '--no-summary'];
  return timed(required('clamdscan'), [config, ...options, corpus.folder], signal);
}

function vedetteScan({ folder, signatureDir, signal }: RescanArena, corpus: NamedCorpus): Promise<number> {
  return timed(command, ['scan', '--quiet', ...scanArguments(folder, signatureDir, corpus)], signal);
}

/** A command that started its engines all the same would be a scan and no rescan. */
async function requireCached(
  { folder, signatureDir, signal }: RescanArena,
  corpus: NamedCorpus,
): Promise<void> {
  const args = ['scan', '--json', ...scanArguments(folder, signatureDir, corpus)];
  const { stdout } = await runProgram(command, args, { timeoutMs, expected: [0, 1], signal });
  const { summary } = scanReportSchema.parse(JSON.parse(stdout.toString('utf8')));
  if (summary.files !== corpus.files || summary.from_cache !== corpus.files) {
    throw new Error(`the second \`vedette scan\` is none of known files: ${JSON.stringify(summary)}`);
  }
}

function scanArguments(folder: string, signatureDir: string, corpus: NamedCorpus): readonly string[] {
  return [
    '--allow-partial',
    `--data-dir=${join(folder, 'command-data')}`,
    '--clamd=managed',
    `--signature-dir=${signatureDir}`,
    '--',
    corpus.folder,
  ];
}

async function timed(program: string, args: readonly string[], signal: AbortSignal): Promise<number> {
  const startedMs = performance.now();
  await runProgram(program, args, { timeoutMs, expected: [0, 1], signal, keepsOutput: false });
  return (performance.now() - startedMs) / 1000;
}

function required(name: string): string {
  const path = findProgram(name);
  if (path === null) throw new Error(`${name} is not installed`);
  return path;
}
