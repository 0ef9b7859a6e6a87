// A folder of generated files for comparisons: every kind of content, container and name; the same in every run.
import { Buffer } from 'node:buffer';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodePath } from '../../src/core/files/raw-path.ts';
import { assertNever } from '../../src/shared/verdict.ts';
import { tarOf, zipOf } from './archives.ts';
import { eicar } from './eicar.ts';
import type { GeneratedRule } from './generated-rules.ts';
import type { GeneratedSignature } from './generated-signatures.ts';
import { programOf } from './programs.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface CorpusFile {
  /** Below the folder; bytes that are not UTF-8 as `core/files/raw-path.ts` has them. */
  readonly name: string;
  readonly bytes: Buffer;
}

export interface CorpusPlan {
  readonly random: SeededRandom;
  /** Each is planted in a file of its own, plain, and again in a container. */
  readonly signatures: readonly GeneratedSignature[];
  /** Each gets a file that matches and one that nearly does. */
  readonly rules: readonly GeneratedRule[];
  /** Files without anything planted. */
  readonly plainFiles: number;
}

/** @param folder is made when it is missing. @returns the absolute path of every file written. */
export function writeCorpus(folder: string, files: readonly CorpusFile[]): readonly string[] {
  return files.map(({ name, bytes }) => {
    const path = `${folder}/${name}`;
    mkdirSync(encodePath(dirname(path)), { recursive: true });
    writeFileSync(encodePath(path), bytes);
    return path;
  });
}

export function planCorpus(plan: CorpusPlan): readonly CorpusFile[] {
  return [
    ...plainFiles(plan),
    ...signatureFiles(plan),
    ...ruleFiles(plan),
    ...eicarFiles(),
    ...oddNames(plan),
  ];
}

const words = [
  'market',
  'letter',
  'window',
  'garden',
  'answer',
  'bridge',
  'signal',
  'harbour',
  'copper',
  'yellow',
  'a',
  'of',
  'the',
] as const;

/** About `sizeBytes` bytes of something that people have on disk. */
export function plainContent(random: SeededRandom, sizeBytes: number): Buffer {
  switch (random.below(5)) {
    case 0:
      return prose(random, sizeBytes);
    case 1:
      return Buffer.from(`#!/bin/sh\n# ${random.letters(9)}\nset -eu\n${script(random, sizeBytes)}`);
    case 2:
      return Buffer.from(
        `<!doctype html>\n<title>${random.letters(9)}</title>\n<p>${prose(random, sizeBytes).toString()}</p>\n`,
      );
    case 3:
      return programOf(random.bytes(sizeBytes));
    default:
      return random.bytes(sizeBytes);
  }
}

function* plainFiles({ random, plainFiles: count }: CorpusPlan): Generator<CorpusFile> {
  for (let index = 0; index < count; index += 1) {
    const folder = `plain/${index % 7}`;
    if (index % 40 === 0) {
      yield { name: `${folder}/${index}.empty`, bytes: Buffer.alloc(0) };
      continue;
    }
    const bytes = plainContent(random, random.between(1, index % 50 === 1 ? 300_000 : 12_000));
    yield index % 3 === 0
      ? packed(random, `${folder}/${index}`, bytes)
      : { name: `${folder}/${index}.dat`, bytes };
  }
}

function* signatureFiles({ random, signatures }: CorpusPlan): Generator<CorpusFile> {
  for (const [index, signature] of signatures.entries()) {
    const bytes = holding(random, signature);
    yield { name: `signatures/${index}.dat`, bytes };
    yield packed(random, `signatures/${index}`, bytes);
  }
}

function* ruleFiles({ random, rules }: CorpusPlan): Generator<CorpusFile> {
  for (const [index, { match, nearMiss }] of rules.entries()) {
    const [before, after] = [plainContent(random, 900), Buffer.from(random.letters(random.between(0, 40)))];
    yield { name: `rules/${index}.match`, bytes: Buffer.concat([before, match, after]) };
    yield { name: `rules/${index}.miss`, bytes: Buffer.concat([before, nearMiss, after]) };
    const other = rules[random.below(rules.length)]?.match ?? match;
    yield {
      name: `rules/${index}.two`,
      bytes: Buffer.concat([programOf(random.bytes(600)), match, Buffer.alloc(8), other]),
    };
  }
}

function eicarFiles(): readonly CorpusFile[] {
  const member = { name: 'eicar.com', bytes: eicar() };
  const zip = { name: 'inner.zip', bytes: zipOf([member]) };
  return [
    { name: 'eicar/plain.com', bytes: eicar() },
    { name: 'eicar/padded.com', bytes: Buffer.concat([eicar(), Buffer.alloc(60, 0x20)]) },
    { name: 'eicar/in-text.txt', bytes: Buffer.concat([Buffer.from('once upon a time '), eicar()]) },
    { name: 'eicar/deflated.zip', bytes: zip.bytes },
    { name: 'eicar/stored.zip', bytes: zipOf([{ ...member, stored: true }]) },
    { name: 'eicar/behind.zip', bytes: zipOf([{ name: 'a.txt', bytes: Buffer.from('first') }, member]) },
    { name: 'eicar/nested.zip', bytes: zipOf([{ name: 'middle.zip', bytes: zipOf([zip]) }]) },
    { name: 'eicar/plain.tar', bytes: tarOf([member]) },
    { name: 'eicar/packed.tar.gz', bytes: gzipSync(tarOf([{ name: 'a', bytes: Buffer.alloc(9) }, member])) },
    { name: 'eicar/plain.gz', bytes: gzipSync(eicar()) },
    { name: 'eicar/zip-in.tar.gz', bytes: gzipSync(tarOf([zip])) },
  ];
}

/** Names that a scanner may print, split or pass on wrongly; each once with EICAR and once without. */
function* oddNames({ random }: CorpusPlan): Generator<CorpusFile> {
  const names = [
    'new\nline',
    'tab\tand\rreturn',
    ' blanks at both ends ',
    '-dash',
    '--quiet',
    'colon: OK',
    'colon: Eicar FOUND',
    `quotes'"\``,
    '$(id);|&<>*?',
    'back\\slash',
    'ünïcödé-日本語-🛡',
    'right\u202eto-left',
    'not-utf8-\udcff\udcfe\udc80',
    'escape\u001b[31m',
    'n'.repeat(250),
    'deep/'.repeat(40) + 'file',
  ];
  for (const name of names) {
    yield { name: `odd/${name}`, bytes: random.bytes(50) };
    yield { name: `odd/found/${name}`, bytes: eicar() };
  }
}

/** Content in which a signature matches: its bytes where it looks for them. */
function holding(random: SeededRandom, { match, place }: GeneratedSignature): Buffer {
  const filler = random.bytes(random.between(40, 4000));
  switch (place) {
    case 'whole':
      return match;
    case 'start':
      return Buffer.concat([match, filler]);
    case 'end':
      return Buffer.concat([filler, match]);
    case 'program':
      return programOf(Buffer.concat([filler, match]));
    case 'anywhere':
      return Buffer.concat([plainContent(random, 500), match, filler]);
    default:
      return assertNever(place);
  }
}

function packed(random: SeededRandom, name: string, bytes: Buffer): CorpusFile {
  const members = [
    { name: 'first.txt', bytes: prose(random, 200) },
    { name: 'second.bin', bytes },
  ];
  switch (random.below(6)) {
    case 0:
      return { name: `${name}.zip`, bytes: zipOf(members) };
    case 1:
      return {
        name: `${name}.stored.zip`,
        bytes: zipOf(members.map((member) => ({ ...member, stored: true }))),
      };
    case 2:
      return { name: `${name}.tar`, bytes: tarOf(members) };
    case 3:
      return { name: `${name}.tar.gz`, bytes: gzipSync(tarOf(members)) };
    case 4:
      return { name: `${name}.gz`, bytes: gzipSync(bytes) };
    default:
      return {
        name: `${name}.nested.zip`,
        bytes: zipOf([{ name: 'inner.tar.gz', bytes: gzipSync(tarOf(members)) }]),
      };
  }
}

function prose(random: SeededRandom, sizeBytes: number): Buffer {
  let text = '';
  while (text.length < sizeBytes) text += `${random.pick(words)}${random.below(12) === 0 ? '.\n' : ' '}`;
  return Buffer.from(text);
}

function script(random: SeededRandom, sizeBytes: number): string {
  let text = '';
  while (text.length < sizeBytes) text += `${random.letters(5)}="${random.letters(12)}"\n`;
  return text;
}
