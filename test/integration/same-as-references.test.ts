// Vedette against clamscan and the yara program: the same findings, file for file and name for name.
import { hash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clamdLimits } from '../../src/core/antivirus-options.ts';
import { builtInRules } from '../../src/core/antivirus-options.ts';
import type { ClamdLimits } from '../../src/core/engines/clamd/target.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import type { EngineName } from '../../src/shared/verdict.ts';
import { planCorpus, writeCorpus } from '../helpers/corpus.ts';
import { generateRules } from '../helpers/generated-rules.ts';
import { generateSignatures } from '../helpers/generated-signatures.ts';
import { askClamscan, askYara, clamscan, yara } from '../helpers/reference-scanners.ts';
import { findProgram } from '../helpers/run-program.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { exceeded, foundBesides, lowLimits, shortfalls } from '../helpers/shortfalls.ts';
import { pathOf, scanWithVedette, type ScanRun } from '../helpers/vedette-command.ts';

const missing = Object.entries({ clamd: findProgram('clamd'), clamscan, yara })
  .filter(([, path]) => path === null)
  .map(([name]) => name);
const isRequired = process.env['VEDETTE_REQUIRE_CLAMD'] === '1';
const isSkipped = missing.length > 0 && !isRequired;
if (isSkipped) console.warn(`not compared with the references: ${missing.join(', ')} not installed`);

/** Debian's clamav-testfiles: one program of 544 bytes in many containers and packers. */
const containers = '/usr/share/clamav-testfiles';
const hasContainers = existsSync(join(containers, 'clam.exe')) || isRequired;

const defaultLimits = clamdLimits(settingsSchema.parse({}).scanning);
/** As the default scan timeout of 60 s gives it to the managed clamd. */
const maxScanSeconds = 50;

const random = seededRandom(20_260_101);
const database = generateSignatures(random, 110);
const rules = generateRules(random, 110);
const corpus = planCorpus({ random, signatures: database.signatures, rules, plainFiles: 900 });

interface Comparison {
  readonly vedette: ScanRun;
  readonly clamscan: ReadonlyMap<string, string | null>;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-same-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Vedette first: its managed clamd makes the view of the signatures that clamscan then loads. */
async function compare(
  name: string,
  signatures: Readonly<Record<string, string>>,
  root: string,
  paths: readonly string[],
  { limits, options }: { readonly limits: ClamdLimits; readonly options: readonly string[] },
): Promise<Comparison> {
  const [dataDir, signatureDir] = [join(folder, `${name}-data`), join(folder, `${name}-signatures`)];
  mkdirSync(signatureDir);
  for (const [file, text] of Object.entries(signatures)) writeFileSync(join(signatureDir, file), text);
  const vedette = await scanWithVedette({
    dataDir,
    paths: [root],
    options: ['--clamd', 'managed', '--signature-dir', signatureDir, ...options],
    scanning: {
      CLAMD_MAX_FILE_SIZE: limits.maxFileBytes,
      CLAMD_MAX_SCAN_SIZE: limits.maxScanBytes,
      CLAMD_MAX_RECURSION: limits.maxRecursion,
      CLAMD_MAX_FILES: limits.maxFiles,
    },
  });
  const view = { database: join(dataDir, 'clamd', 'database'), limits, maxScanSeconds };
  return { vedette, clamscan: await askClamscan(view, [root], paths) };
}

/** What the engine found in each file that it found something in. */
function foundBy(engine: EngineName, run: ScanRun): Record<string, readonly string[]> {
  const found = run.results.map((result): [string, readonly string[]] => [
    pathOf(result),
    result.detections.filter((detection) => detection.engine === engine).map(({ name }) => name),
  ]);
  return Object.fromEntries(found.filter(([, names]) => names.length > 0));
}

/** Findings of clamscan as Vedette understands them: a shortfall is none. */
function signaturesOf(answers: ReadonlyMap<string, string | null>): Record<string, readonly string[]> {
  const found = [...answers].flatMap(([path, name]): [string, readonly string[]][] =>
    name === null || name.startsWith(exceeded) || name.startsWith('Heuristics.Encrypted.')
      ? []
      : [[path, [name]]],
  );
  return Object.fromEntries(found);
}

describe.skipIf(isSkipped)('a generated corpus', () => {
  const ruleFiles = readdirSync(builtInRules).map((file) => join(builtInRules, file));
  let root: string;
  let paths: readonly string[];
  let answers: Comparison;
  let fromYara: ReadonlyMap<string, readonly string[]>;

  beforeAll(async () => {
    root = join(folder, 'corpus');
    const ruleFile = join(folder, 'generated.yar');
    writeFileSync(ruleFile, rules.map(({ source }) => source).join('\n'));
    paths = writeCorpus(root, [
      ...corpus,
      ...shortfalls.map(({ name, bytes }) => ({ name: `short/${name}`, bytes })),
      ...foundBesides,
    ]);
    const options = ['--rules', ruleFile];
    answers = await compare('corpus', database.files, root, paths, {
      limits: lowLimits,
      options,
    });
    fromYara = await askYara([...ruleFiles, ruleFile], [root], paths);
  });

  test('every file gets exactly one verdict', () => {
    expect(answers.vedette.results.map(pathOf).toSorted()).toEqual([...paths].toSorted());
  });

  test('clamscan and the managed clamd find the same signatures in the same files', () => {
    expect(foundBy('clamav', answers.vedette)).toEqual(signaturesOf(answers.clamscan));
  });

  test('every generated signature was found, so that none went without a comparison', () => {
    const found = new Set(Object.values(foundBy('clamav', answers.vedette)).flat());
    const expected = database.signatures.map(({ name }) => `${name}.UNOFFICIAL`);
    expect(expected.filter((name) => !found.has(name))).toEqual([]);
  });

  test('the yara program and YARA-X match the same rules in the same files', () => {
    const found = Object.entries(foundBy('yara', answers.vedette)).map(([path, names]) => [
      path,
      names.toSorted(),
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(fromYara));
  });

  test('every generated rule matched what it is for and not what only looks like it', () => {
    const wrong = rules.flatMap(({ name }, index) => {
      const match = fromYara.get(`${root}/rules/${index}.match`)?.includes(name) ?? false;
      const miss = fromYara.get(`${root}/rules/${index}.miss`)?.includes(name) ?? false;
      return (match || onlyInPrograms(index)) && !miss ? [] : [name];
    });
    expect(wrong).toEqual([]);
  });

  test.each(shortfalls)('$name is partial: $reason', ({ name, clamscan: expected, reason }) => {
    const path = `${root}/short/${name}`;
    const result = answers.vedette.byPath.get(path);
    expect({
      clamscan: answers.clamscan.get(path),
      verdict: result?.verdict,
      reason: result?.reason,
    }).toEqual({
      clamscan: expected,
      verdict: 'partial',
      reason,
    });
  });

  test('nothing else is partial or unscannable', () => {
    const incomplete = answers.vedette.results.filter(({ reason }) => reason !== null).map(pathOf);
    expect(incomplete.toSorted()).toEqual(shortfalls.map(({ name }) => `${root}/short/${name}`).toSorted());
  });

  test.each(foundBesides)('$name is infected in spite of what was left out', ({ name }) => {
    expect(answers.vedette.byPath.get(`${root}/${name}`)?.verdict).toBe('infected');
  });
});

describe.skipIf(isSkipped || !hasContainers)(
  'one program in the containers and packers of clamav-testfiles',
  () => {
    const program = hasContainers ? readFileSync(join(containers, 'clam.exe')) : Buffer.alloc(0);
    const message = program.subarray(0xe5, 0xe5 + 'CLAMessageBox'.length);
    const cases = [
      { name: 'Hash', file: 'clam.hdb', text: `${hash('md5', program)}:${program.length}:Test.Hash` },
      {
        name: 'Section',
        file: 'clam.mdb',
        text: `512:${hash('md5', program.subarray(0, 512))}:Test.Section`,
      },
      { name: 'Body', file: 'clam.ndb', text: `Test.Body:0:*:${message.toString('hex')}` },
    ];

    test.each(cases)('$file: every container gives up the program, to both', async ({ name, file, text }) => {
      const paths = readdirSync(containers).map((entry) => join(containers, entry));
      const answers = await compare(name, { [file]: `${text}\n` }, containers, paths, {
        limits: defaultLimits,
        options: ['--no-yara'],
      });
      const expected = Object.fromEntries(paths.map((path) => [path, [`Test.${name}.UNOFFICIAL`]]));
      expect(paths.length).toBeGreaterThan(40);
      expect(signaturesOf(answers.clamscan)).toEqual(expected);
      expect(foundBy('clamav', answers.vedette)).toEqual(expected);
    });
  },
);

/** The tenth shape of `generateRules` asks for a program around its bytes. */
function onlyInPrograms(index: number): boolean {
  return rules[index]?.source.includes('0x5a4d') ?? false;
}
