import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  engineLine,
  jsonReporter,
  ndjsonReporter,
  textReporter,
  type ScanReporter,
} from '../../../src/cli/scan-reporter.ts';
import { toScanResult } from '../../../src/core/scan-result.ts';
import type { EngineReport } from '../../../src/shared/engine-report.ts';
import {
  scanReportSchema,
  scanResultSchema,
  type ScanResult,
  type ScanSummary,
} from '../../../src/shared/scan-report.ts';
import type { Detection, Judgement } from '../../../src/shared/verdict.ts';

const summary: ScanSummary = {
  files: 3,
  clean: 1,
  infected: 1,
  suspicious: 0,
  partial: 0,
  unscannable: 1,
  bytes: 2048,
  duration_ms: 1500,
  from_cache: 0,
  generation: 'g',
  engines: [{ name: 'yara', state: 'ready', version: '1', signatures: 1200, detail: '' }],
  passed_over: { excluded: 0, symbolic_links: 0, other_devices: 0 },
};
const detection: Detection = {
  engine: 'yara',
  name: 'Rule',
  severity: 'high',
  kind: 'rule',
  meta: {},
  matches: [],
};

function result(path: string, judgement: Judgement = { kind: 'clean' }): ScanResult {
  return toScanResult(path, {
    judgement,
    engines: ['yara'],
    sha256: null,
    sizeBytes: 1,
    durationMs: 1,
    cachedFrom: null,
  });
}

function written(
  make: (write: (text: string) => void) => ScanReporter,
  results: readonly ScanResult[],
): string {
  let text = '';
  const reporter = make((part) => (text += part));
  for (const each of results) reporter.result(each);
  reporter.summary(summary, [['permission', 1]]);
  return text;
}

function plain(results: readonly ScanResult[], quiet = false): string {
  return stripVTControlCharacters(written((write) => textReporter(write, quiet), results));
}

function headlineOf(changes: Partial<ScanSummary>): string {
  let text = '';
  const reporter = textReporter((part) => (text += part), false);
  reporter.summary({ ...summary, infected: 0, unscannable: 0, ...changes }, []);
  return stripVTControlCharacters(text).split('\n')[1] ?? '';
}

function engines(...states: readonly EngineReport['state'][]): readonly EngineReport[] {
  return (['clamav', 'yara', 'hash'] as const).map((name, index) => ({
    name,
    state: states[index] ?? 'ready',
    version: '',
    signatures: 0,
    detail: '',
  }));
}

describe('the JSON report', () => {
  test.each([0, 1, 3])('of %i results is one document of its published form', (count) => {
    const results = Array.from({ length: count }, (_, index) => result(`/${index}`));
    const text = written(jsonReporter, results);
    expect(scanReportSchema.parse(JSON.parse(text))).toEqual({ format: 'vedette.scan/1', summary, results });
    expect(text.endsWith('\n')).toBe(true);
  });

  test('holds whatever names there are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (paths) => {
        const results = paths.map((path) => result(`/${path}`));
        expect(scanReportSchema.parse(JSON.parse(written(jsonReporter, results))).results).toEqual(results);
      }),
      { numRuns: 50 },
    );
  });
});

test('the report in lines has a JSON document on each, the summary last', () => {
  const results = [result('/a\nb'), result('/\uDCFF', { kind: 'infected', detections: [detection] })];
  const lines = written(ndjsonReporter, results).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.slice(0, -1).map((line) => scanResultSchema.parse(JSON.parse(line)))).toEqual(results);
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ summary });
});

describe('the text', () => {
  test('has a line for each file, with what was found or why it was not looked at', () => {
    const text = plain([
      result('/a'),
      result('/b', {
        kind: 'infected',
        detections: [detection, { ...detection, engine: 'clamav', name: 'Sig' }],
      }),
      result('/c', {
        kind: 'unscannable',
        reason: 'permission',
        detail: 'no permission to read it (EACCES)',
      }),
    ]);
    expect(text.split('\n').slice(0, 3)).toEqual([
      '/a: clean',
      '/b: infected Rule (yara, high), Sig (clamav, high) [both engines]',
      '/c: unscannable permission (no permission to read it (EACCES))',
    ]);
  });

  test('ends with the counts, the reasons and the engines', () => {
    const text = plain([]);
    expect(text).toContain('1 of 3 files needs your attention.');
    expect(text).toContain('3 files, 2.0 KiB in 1.5 s (2 files/s)');
    expect(text).toContain('not or not wholly looked at: permission 1');
    expect(text).toMatch(/^ {2}yara +ready +1(?:;|$)/m);
  });

  test.each([
    ['what is left to decide', {}, 0, '1 of 3 files needs your attention.', 'vedette threats'],
    [
      'what is allowed',
      { allowed: 1 },
      0,
      'Nothing found that is not allowed',
      '1 is allowed (vedette allow)',
    ],
    [
      'what was moved',
      {},
      1,
      'Nothing is left of what was found',
      '1 is in quarantine now (vedette quarantine)',
    ],
    ['both', { infected: 3, allowed: 1 }, 1, '1 of 3 files needs your attention.', 'vedette threats'],
    ['nothing', { infected: 0 }, 0, 'Nothing found, but 1 file was not or not wholly looked at.', ''],
  ])('tells of %s', (_what, counts, moved, headline, more) => {
    let text = '';
    const reporter = textReporter((part) => (text += part), false);
    const found = result('/b', { kind: 'infected', detections: [detection] });
    const quarantine = { done: true, detail: 'Quarantined as abcd1234.' };
    for (let index = 0; index < moved; index += 1) reporter.result({ ...found, quarantine });
    reporter.summary({ ...summary, ...counts }, []);
    const told = stripVTControlCharacters(text);
    expect(told).toContain(`\n${headline}`);
    expect(told).toContain(more);
    expect(told.includes('what to do about it')).toBe(more === 'vedette threats');
    expect(told.split('[quarantined as abcd1234]\n')).toHaveLength(moved + 1);
  });

  test.each([
    ['Nothing found.', engines()],
    ['Nothing found by yara and hash (reduced: without clamav).', engines('unavailable')],
    [
      'Nothing found by clamav, yara and hash (reduced: not all that clamav should have).',
      engines('reduced'),
    ],
    [
      'Nothing found by yara and hash (reduced: without clamav; not all that yara should have).',
      engines('unavailable', 'reduced'),
    ],
  ])('"%s" says by whom, and what they lack', (headline, states) => {
    expect(headlineOf({ engines: [...states] })).toBe(headline);
  });

  test('of no file at all does not say that nothing was found in it, nor of what was stopped that there is none', () => {
    expect(headlineOf({ files: 0, clean: 0 })).toBe('There was no file to look at.');
    expect(headlineOf({ files: 0, clean: 0, interrupted: true })).toBe(
      'Stopped before any file was looked at.',
    );
  });

  test('that is quiet says only what was found', () => {
    const partial = result('/p', { kind: 'partial', reason: 'encrypted', detail: '' });
    const found = result('/b', { kind: 'suspicious', detections: [detection] });
    expect(plain([result('/a'), partial, found], true)).toBe('/b: suspicious Rule (yara, high)\n');
  });

  test('never lets a name, a signature or a detail reach the terminal as it is', () => {
    const hostile = '\u001b[2J\r\n/etc/passwd: clean\u202E\u0007\u009B1m';
    const raw = written(
      (write) => textReporter(write, true),
      [result(`/${hostile}\uDC9B`, { kind: 'infected', detections: [{ ...detection, name: hostile }] })],
    );
    expect(raw.split('\n')).toHaveLength(2);
    expect(stripVTControlCharacters(raw)).toBe(
      '/\\x1b[2J\\r\\n/etc/passwd: clean\\u{202e}\\x07\\u{9b}1m\\x9b: infected ' +
        '\\x1b[2J\\r\\n/etc/passwd: clean\\u{202e}\\x07\\u{9b}1m (yara, high)\n',
    );
    const detail = written(
      (write) => textReporter(write, false),
      [result('/a', { kind: 'partial', reason: 'encrypted', detail: hostile })],
    );
    for (const character of '\r\u0007\u009B\u202E') expect(detail).not.toContain(character);
    expect(detail).not.toContain('\u001b[2J');
  });
});

test('the line of an engine leaves out what is not known', () => {
  const line = engineLine({
    name: 'clamav',
    state: 'unavailable',
    version: '',
    signatures: 0,
    detail: 'not there',
  });
  expect(stripVTControlCharacters(line)).toBe('  clamav  unavailable  not there');
});
