// ClamAV signatures of many shapes, each with the bytes that it must find; the same in every run.
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { SeededRandom } from './seeded-random.ts';

export interface GeneratedSignature {
  readonly name: string;
  /** Bytes to plant; for `whole` they are all of the file. */
  readonly match: Buffer;
  readonly place: 'anywhere' | 'start' | 'end' | 'program' | 'whole';
}

export interface GeneratedDatabase {
  /** Text of each database file, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly signatures: readonly GeneratedSignature[];
}

interface Line {
  readonly extension: 'ndb' | 'ldb' | 'hdb' | 'hsb';
  readonly text: string;
  readonly match: Buffer;
  readonly place: GeneratedSignature['place'];
}

type Shape = (name: string, random: SeededRandom) => Line;

/** Formats: ClamAV manual, "Signatures": hash-based, body-based (extended) and logical. */
export function generateSignatures(random: SeededRandom, count: number): GeneratedDatabase {
  const texts: Record<Line['extension'], string> = { ndb: '', ldb: '', hdb: '', hsb: '' };
  const signatures = Array.from({ length: count }, (_, index) => {
    const name = `Generated.Test.${index}`;
    const { extension, text, match, place } = (shapes[index % shapes.length] ?? plain)(name, random);
    texts[extension] += `${text}\n`;
    return { name, match, place };
  });
  const files = Object.entries(texts).filter(([, text]) => text !== '');
  return {
    files: Object.fromEntries(files.map(([extension, text]) => [`generated.${extension}`, text])),
    signatures,
  };
}

const shapes: readonly Shape[] = [
  plain,
  withWildcards,
  withGap,
  withAlternatives,
  inTwoParts,
  inProgram,
  atStart,
  atEnd,
  logical,
  md5,
  sha256,
];

function plain(name: string, random: SeededRandom): Line {
  const match = random.bytes(24);
  return body(`${name}:0:*:${hex(match)}`, match);
}

function withWildcards(name: string, random: SeededRandom): Line {
  const [head, tail] = [random.bytes(10), random.bytes(10)];
  const match = Buffer.concat([head, random.bytes(2), tail]);
  return body(`${name}:0:*:${hex(head)}????${hex(tail)}`, match);
}

function withGap(name: string, random: SeededRandom): Line {
  const [head, tail] = [random.bytes(10), random.bytes(10)];
  const match = Buffer.concat([head, random.bytes(random.between(4, 20)), tail]);
  return body(`${name}:0:*:${hex(head)}{4-20}${hex(tail)}`, match);
}

function withAlternatives(name: string, random: SeededRandom): Line {
  const [head, tail] = [random.bytes(10), random.bytes(10)];
  const match = Buffer.concat([head, Buffer.of(random.pick([0x61, 0x62])), tail]);
  return body(`${name}:0:*:${hex(head)}(61|62)${hex(tail)}`, match);
}

function inTwoParts(name: string, random: SeededRandom): Line {
  const [head, tail] = [random.bytes(12), random.bytes(12)];
  return body(
    `${name}:0:*:${hex(head)}*${hex(tail)}`,
    Buffer.concat([head, random.bytes(random.between(0, 300)), tail]),
  );
}

function inProgram(name: string, random: SeededRandom): Line {
  const match = random.bytes(20);
  return body(`${name}:1:*:${hex(match)}`, match, 'program');
}

function atStart(name: string, random: SeededRandom): Line {
  const match = random.bytes(20);
  return body(`${name}:0:0:${hex(match)}`, match, 'start');
}

function atEnd(name: string, random: SeededRandom): Line {
  const match = random.bytes(20);
  return body(`${name}:0:EOF-20:${hex(match)}`, match, 'end');
}

function logical(name: string, random: SeededRandom): Line {
  const [one, two, three] = [random.bytes(12), random.bytes(12), random.bytes(12)];
  const text = `${name};Engine:81-255,Target:0;(0&1)|2;${hex(one)};${hex(two)};${hex(three)}`;
  return { extension: 'ldb', text, match: Buffer.concat([two, random.bytes(9), one]), place: 'anywhere' };
}

function md5(name: string, random: SeededRandom): Line {
  const match = random.bytes(random.between(100, 2000));
  return {
    extension: 'hdb',
    text: `${hash('md5', match)}:${match.length}:${name}`,
    match,
    place: 'whole',
  };
}

function sha256(name: string, random: SeededRandom): Line {
  const match = random.bytes(random.between(100, 2000));
  return {
    extension: 'hsb',
    text: `${hash('sha256', match)}:${match.length}:${name}`,
    match,
    place: 'whole',
  };
}

function body(text: string, match: Buffer, place: GeneratedSignature['place'] = 'anywhere'): Line {
  return { extension: 'ndb', text, match, place };
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex');
}
