// Both bindings give equal detections for the same bytes, over many kinds of rules and files; so does the `yara` program.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadYaraEngine, type YaraEngine } from '../../src/core/engines/yara/yara-engine.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { programOf } from '../helpers/programs.ts';

const builtIn = fileURLToPath(new URL('../../assets/rules', import.meta.url));
const samplesFolder = '/usr/share/clamav-testfiles';
const programs = [
  '/bin/true',
  '/bin/ls',
  '/bin/grep',
  '/usr/bin/env',
  '/bin/gzip',
  '/usr/bin/perl',
  '/usr/bin/ldd',
];
const hasYara = ['yara', 'yarac'].every((name) => spawnSync(name, ['--version']).status === 0);

let folder = '';
let native: YaraEngine;
let wasm: YaraEngine;
let corpus: readonly { readonly path: string; readonly bytes: Buffer }[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-bindings-'));
  for (const [name, source] of generatedRules()) writeFileSync(join(folder, `${name}.yar`), source);
  const paths = [builtIn, folder];
  native = loadYaraEngine({ paths, binding: 'native', logger: silentLogger });
  wasm = loadYaraEngine({ paths, binding: 'wasm', logger: silentLogger });
  corpus = [...generatedFiles(), ...existingFiles()];
});

afterAll(() => {
  native[Symbol.dispose]();
  wasm[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

test('both load hundreds of rules without a problem', () => {
  expect([native.diagnostics.problems, wasm.diagnostics.problems]).toEqual([[], []]);
  expect(native.report.signatures).toBeGreaterThan(300);
  expect(wasm.report.signatures).toBe(native.report.signatures);
});

test('both give equal detections for every file, each kind of rule among them', () => {
  const kinds = new Set<string>();
  for (const { path, bytes } of corpus) {
    const detections = native.scanDetailed(bytes);
    expect({ path, detections: wasm.scanDetailed(bytes) }).toEqual({ path, detections });
    for (const { name } of detections) kinds.add(name.replace(/_\d+$/, ''));
  }
  expect([...kinds].toSorted()).toEqual(ruleKinds);
  // The same question, with less of an answer: a few files will do.
  for (const { path, bytes } of corpus.filter((_file, index) => index % 8 === 0))
    expect({ path, outcome: wasm.scan(bytes) }).toEqual({ path, outcome: native.scan(bytes) });
});

test.skipIf(!hasYara)('the yara program finds the same rules', () => {
  const theirs = yaraProgram();
  for (const [index, { path, bytes }] of corpus.entries()) {
    const ours = native
      .scanDetailed(bytes)
      .map((detection) => detection.name)
      .filter((name) => ruleKinds.includes(name.replace(/_\d+$/, '')));
    expect({ path, rules: ours.toSorted() }).toEqual({ path, rules: theirs[index]?.toSorted() });
  }
});

/** Names of the rules for each file, all in one run. */
function yaraProgram(): readonly (readonly string[])[] {
  const copies = join(folder, 'scanned');
  mkdirSync(copies);
  for (const [index, { bytes }] of corpus.entries()) writeFileSync(join(copies, String(index)), bytes);
  const compiled = join(folder, 'rules.yarc');
  const sources = readdirSync(folder).filter((name) => name.endsWith('.yar'));
  const named = sources.map((name) => `${name}:${join(folder, name)}`);
  execFileSync('yarac', ['-w', ...named, compiled], { timeout: 60_000 });
  const output = execFileSync('yara', ['-w', '-C', compiled, copies], { timeout: 60_000, encoding: 'utf8' });
  const found = corpus.map((): string[] => []);
  for (const line of output.trimEnd().split('\n')) {
    const { rule = '', index = '' } = /^(?<rule>\w+) .*\/(?<index>\d+)$/.exec(line)?.groups ?? {};
    found[Number(index)]?.push(rule);
  }
  return found;
}

/** Pseudo-random and the same in every run. */
function digest(seed: string): Buffer {
  return createHash('sha256').update(seed).digest();
}

function word(index: number): string {
  return `w${digest(`word ${index}`).toString('hex').slice(0, 10)}`;
}

function hexOf(text: string): readonly string[] {
  return (Buffer.from(text).toString('hex').match(/../g) ?? []).map((pair) => pair.toUpperCase());
}

const variants: Readonly<Record<string, (index: number) => readonly [patterns: string, condition: string]>> =
  {
    base64: (index) => [`$a = "${word(index)}" base64`, '$a'],
    count: (index) => [`$a = "${word(index)}"`, '#a >= 3'],
    fullword: (index) => [`$a = "${word(index)}" fullword`, '$a'],
    hex: (index) => {
      const [first = '', second = '', third = '', fourth = '', ...rest] = hexOf(word(index));
      return [
        `$a = { ${first} ?? ${third} [0-3] ${rest.slice(1).join(' ')} } $b = { ${first} ( ${second} | 00 ) ${third} ${fourth} }`,
        'any of them',
      ];
    },
    loop: (index) => [`$a = "${word(index)}"`, '#a > 1 and for all i in (1..#a - 1) : ( @a[i] < @a[i + 1] )'],
    nocase: (index) => [`$a = "${word(index).toUpperCase()}" nocase`, '$a'],
    offset: (index) => [`$a = "${word(index)}"`, '$a at 0 or $a in (1..64) or @a[1] > 128'],
    private: (index) => [`$a = "${word(index)}" private $b = "${word(index).slice(0, 5)}"`, '$a and $b'],
    regex: (index) => [
      `$a = /${word(index).slice(0, 4)}[0-9a-f]{2,8}/ $b = /${word(index)}\\s*(end|more)?/i`,
      'all of them',
    ],
    some: (index) => [
      `$a = "${word(index)}" $b = "${word(index + 1)}" $c = "${word(index + 2)}"`,
      '2 of them',
    ],
    text: (index) => [`$a = "${word(index)}"`, '$a'],
    wide: (index) => [`$a = "${word(index)}" wide ascii`, '$a'],
    xor: (index) => [`$a = "${word(index)}" xor(1-255)`, '$a'],
  };

const moduleRules = `
import "pe"
import "elf"
import "math"
import "hash"
rule module_pe { condition: pe.is_pe and pe.number_of_sections > 0 }
rule module_elf { condition: elf.type == elf.ET_EXEC or elf.type == elf.ET_DYN }
rule module_math { condition: filesize > 0 and math.entropy(0, filesize) > 7.0 }
rule module_hash { condition: hash.md5(0, filesize) == "${createHash('md5').update(generatedFile(3)).digest('hex')}" }
rule filesize_small { condition: filesize < 64 }
rule header_mz { condition: uint16(0) == 0x5A4D and uint32(uint32(0x3C)) == 0x00004550 }
`;

const ruleKinds = [
  ...Object.keys(variants),
  ...[...moduleRules.matchAll(/^rule (\w+)/gm)].map((match) => match[1] ?? ''),
].toSorted();

function generatedRules(): readonly (readonly [string, string])[] {
  const files = Object.entries(variants).map(([kind, variant]) => {
    const rules = Array.from({ length: 25 }, (_value, index) => {
      const [patterns, condition] = variant(index);
      return `rule ${kind}_${index} : tag${index % 3} { meta: score = ${index * 4} yes = true note = "n\\t${index}" strings: ${patterns} condition: ${condition} }`;
    });
    return [kind, rules.join('\n')] as const;
  });
  return [...files, ['modules', moduleRules]];
}

/** Words plain, repeated, wide, xored, in base64 and in capitals, between bytes that look random. */
function generatedFile(seed: number): Buffer {
  const parts: Buffer[] = [];
  for (let index = 0; index < 25; index += 1) {
    const text = word(index);
    const choice = (digest(`${seed} ${index}`)[0] ?? 0) % 8;
    const forms = [
      Buffer.from(text),
      Buffer.from(`${text} ${text}\0${text}`),
      Buffer.from(text, 'utf16le'),
      Buffer.from([...Buffer.from(text)].map((byte) => byte ^ (seed + 1))),
      Buffer.from(Buffer.from(`xx${text}yy`).toString('base64')),
      Buffer.from(text.toUpperCase()),
      Buffer.from(`${text}00 END`),
      Buffer.alloc(0),
    ];
    parts.push(
      ...(seed === 0 && index === 0 ? [] : [digest(`gap ${seed} ${index}`).subarray(0, 20)]),
      forms[choice] ?? Buffer.alloc(0),
    );
  }
  return Buffer.concat(parts);
}

function generatedFiles() {
  const files = Array.from({ length: 24 }, (_value, seed) => generatedFile(seed));
  files.push(
    Buffer.alloc(1),
    Buffer.from(word(1)),
    Buffer.alloc(70_000, word(2)),
    programOf(digest('program')),
    Buffer.concat(Array.from({ length: 200 }, (_value, index) => digest(`${index}`))),
  );
  return files.map((bytes, index) => ({ path: `generated ${index}`, bytes }));
}

function existingFiles() {
  const samples = existsSync(samplesFolder)
    ? readdirSync(samplesFolder).map((name) => join(samplesFolder, name))
    : [];
  return [...samples, ...programs]
    .filter((path) => existsSync(path) && statSync(path).size < 8 * 1024 * 1024)
    .map((path) => ({ path, bytes: readFileSync(path) }));
}
