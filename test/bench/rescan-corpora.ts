// What the rescan benchmark scans: files of /usr as people have them, and very many small ones, each with content of its own.
import { Buffer } from 'node:buffer';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { plainContent } from '../helpers/corpus.ts';
import { generateSignatures } from '../helpers/generated-signatures.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import type { BenchOptions } from './options.ts';
import { copyOfUsr, readCorpus, type ScanCorpus } from './scan-corpus.ts';

export interface NamedCorpus extends ScanCorpus {
  /** What it is made of. */
  readonly made: string;
  /** False for a folder of the user's: nothing in it is touched. */
  readonly isOurs: boolean;
}

export interface RescanCorpora {
  /** As `bench scan` has it, or the folder that was given. */
  readonly usual: NamedCorpus;
  readonly large: NamedCorpus;
  readonly small: NamedCorpus;
  /** Small ones too, and few enough for clamd to look at them twice in every round. */
  readonly few: NamedCorpus;
}

const defaultSmallFiles = 100_000;
/** Of the small files: 5,000, unless another number is asked for. */
const usualShare = 1 / 20;
/** The usual ones so often: files as large as people have them, where more of /usr would be only its smallest. */
const largeCopies = 4;
const fewShare = 1 / 20;
const filesInFolder = 1000;
const signatureCount = 5000;

export function makeCorpora(options: BenchOptions, folder: string): RescanCorpora {
  const smallFiles = options.files ?? defaultSmallFiles;
  const usualFiles = Math.ceil(smallFiles * usualShare);
  return {
    usual:
      options.corpus === null
        ? fromUsr(join(folder, 'usual'), usualFiles, 1)
        : {
            ...readCorpus(resolve(options.corpus)),
            made: `all below ${resolve(options.corpus)}`,
            isOurs: false,
          },
    large: fromUsr(join(folder, 'large'), usualFiles, largeCopies),
    small: generated(join(folder, 'small'), smallFiles),
    few: generated(join(folder, 'few'), Math.ceil(smallFiles * fewShare)),
  };
}

/** @returns the folder of the signatures. */
export function makeSignatures(folder: string): string {
  const signatureDir = join(folder, 'signatures');
  mkdirSync(signatureDir);
  const database = generateSignatures(seededRandom(1), signatureCount);
  for (const [name, text] of Object.entries(database.files)) writeFileSync(join(signatureDir, name), text);
  return signatureDir;
}

export const signatureFact = `${signatureCount} generated ClamAV signatures of content, the built-in YARA rules`;

export function describeCorpus({ files, bytes, made }: NamedCorpus): string {
  return `${files} files, ${(bytes / 2 ** 20).toFixed(0)} MiB: ${made}`;
}

/** Where /usr has too few, generated ones make up the number. */
function fromUsr(folder: string, wanted: number, copies: number): NamedCorpus {
  const first = join(folder, '1');
  const missing = wanted - copyOfUsr(first, wanted).files;
  if (missing > 0) writeSmallFiles(join(first, 'generated'), missing);
  for (let copy = 2; copy <= copies; copy += 1) cpSync(first, join(folder, `${copy}`), { recursive: true });
  const made = [
    'copied from /usr',
    ...(missing > 0 ? [`with ${missing} generated ones`] : []),
    ...(copies > 1 ? [`each ${copies} times`] : []),
  ];
  return { ...readCorpus(folder), made: made.join(', '), isOurs: true };
}

function generated(folder: string, files: number): NamedCorpus {
  writeSmallFiles(folder, files);
  return { ...readCorpus(folder), made: 'generated, no two alike', isOurs: true };
}

function writeSmallFiles(folder: string, count: number): void {
  const random = seededRandom(count);
  for (let index = 0; index < count; index += 1) {
    const below = join(folder, `${Math.floor(index / filesInFolder)}`);
    if (index % filesInFolder === 0) mkdirSync(below, { recursive: true });
    // A content that comes twice would be looked at once where there is a cache, and twice where there is none.
    const content = Buffer.concat([
      plainContent(random, random.between(1, 600)),
      Buffer.from(`\n${index}\n`),
    ]);
    writeFileSync(join(below, `${index}.dat`), content);
  }
}
