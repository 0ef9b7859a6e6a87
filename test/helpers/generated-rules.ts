// YARA rules of many shapes, each with bytes that it must match and bytes that nearly do; the same in every run.
import { Buffer } from 'node:buffer';
import type { SeededRandom } from './seeded-random.ts';

export interface GeneratedRule {
  readonly name: string;
  readonly source: string;
  readonly match: Buffer;
  /** Differs from `match` in what the rule is about. */
  readonly nearMiss: Buffer;
}

interface Parts {
  readonly strings: readonly string[];
  readonly condition: string;
  readonly match: Buffer;
  readonly nearMiss: Buffer;
}

/** Only what YARA 4.2 and YARA-X both have, modules left out. */
export function generateRules(random: SeededRandom, count: number): readonly GeneratedRule[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `generated_${index}`;
    const shape = shapes[index % shapes.length] ?? plain;
    const { strings, condition, match, nearMiss } = shape(`vdt${index}${random.letters(12)}`, random);
    const lines = strings.map((line) => `    ${line}\n`).join('');
    const source = `rule ${name} {\n  strings:\n${lines}  condition:\n    ${condition}\n}\n`;
    return { name, source, match, nearMiss };
  });
}

type Shape = (marker: string, random: SeededRandom) => Parts;

const shapes: readonly Shape[] = [
  plain,
  withoutCase,
  wide,
  hexadecimal,
  regularExpression,
  fullWord,
  counted,
  allOfThem,
  exclusiveOr,
  inProgram,
  atTheEnd,
];

function plain(marker: string): Parts {
  return {
    strings: [`$a = "${marker}"`],
    condition: '$a',
    match: Buffer.from(marker),
    nearMiss: Buffer.from(marker.slice(0, -1)),
  };
}

function withoutCase(marker: string): Parts {
  return {
    strings: [`$a = "${marker}" nocase`],
    condition: '$a',
    match: Buffer.from(marker.toUpperCase()),
    nearMiss: Buffer.from(marker.toUpperCase().replace('VDT', 'VD_')),
  };
}

function wide(marker: string): Parts {
  return {
    strings: [`$a = "${marker}" wide`],
    condition: '$a',
    match: Buffer.from(marker, 'utf16le'),
    nearMiss: Buffer.from(marker),
  };
}

function hexadecimal(marker: string, random: SeededRandom): Parts {
  const [head, tail] = [Buffer.from(marker.slice(0, 8)), Buffer.from(marker.slice(8))];
  return {
    strings: [`$a = { ${hex(head)} ?? 4? [2-6] ${hex(tail)} }`],
    condition: '$a',
    match: Buffer.concat([head, random.bytes(1), Buffer.of(0x4c), random.bytes(4), tail]),
    nearMiss: Buffer.concat([head, random.bytes(1), Buffer.of(0x5c), random.bytes(4), tail]),
  };
}

function regularExpression(marker: string): Parts {
  return {
    strings: [`$a = /${marker}[0-9]{3,6}_(red|blue)+x/`],
    condition: '$a',
    match: Buffer.from(`${marker}4711_redbluex`),
    nearMiss: Buffer.from(`${marker}47_redbluex`),
  };
}

function fullWord(marker: string): Parts {
  return {
    strings: [`$a = "${marker}" fullword`],
    condition: '$a',
    match: Buffer.from(` ${marker}.`),
    nearMiss: Buffer.from(`z${marker}z`),
  };
}

function counted(marker: string): Parts {
  return {
    strings: [`$a = "${marker}"`],
    condition: '#a >= 3',
    match: Buffer.from(`${marker} ${marker}\0${marker}`),
    nearMiss: Buffer.from(`${marker} ${marker}`),
  };
}

function allOfThem(marker: string): Parts {
  const [one, two] = [marker, `${marker.slice(6)}${marker.slice(0, 6)}`];
  return {
    strings: [`$a = "${one}"`, `$b = "${two}"`],
    condition: 'all of them and @b - @a < 200',
    match: Buffer.from(`${one}, ${two}`),
    nearMiss: Buffer.from(`${one}${' '.repeat(300)}${two}`),
  };
}

function exclusiveOr(marker: string, random: SeededRandom): Parts {
  const key = random.between(1, 31);
  return {
    strings: [`$a = "${marker}" xor(1-31)`],
    condition: '$a',
    match: scrambled(marker, key),
    nearMiss: scrambled(marker, key + 32),
  };
}

function inProgram(marker: string): Parts {
  return {
    strings: [`$a = "${marker}"`],
    condition: 'uint16(0) == 0x5a4d and uint32(uint32(0x3c)) == 0x00004550 and $a in (64..filesize)',
    match: Buffer.from(marker),
    nearMiss: Buffer.from(marker.slice(1)),
  };
}

function atTheEnd(marker: string): Parts {
  return {
    strings: [`$a = "${marker}"`],
    condition: 'for any i in (1..#a) : ( @a[i] + 400 > filesize )',
    match: Buffer.from(marker),
    nearMiss: Buffer.concat([Buffer.from(marker), Buffer.alloc(500)]),
  };
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex').replaceAll(/../g, '$& ').trim();
}

function scrambled(marker: string, key: number): Buffer {
  return Buffer.from(Buffer.from(marker).map((byte) => byte ^ key));
}
