import { describe, expect, it } from 'vitest';
import { costAnswer, folderRows, typeRows } from '../../../../src/renderer/pages/performance/cost-rows.ts';
import {
  coverageAnswer,
  outcomeShares,
  reasonRows,
} from '../../../../src/renderer/pages/performance/coverage-view.ts';
import type { Coverage } from '../../../../src/shared/metrics.ts';
import type { Costs, Exclusion } from '../../../../src/shared/page-documents.ts';

const cost = { scans: 10, seconds: 6, bytes: 1000, share: 0.6 };

function costs(folders: readonly string[], types: readonly string[] = []): Costs {
  return {
    scans: 10,
    from: 0,
    seconds: 10,
    folders: folders.map((path) => ({ ...cost, path })),
    types: types.map((extension) => ({ ...cost, extension })),
  };
}

describe('what can be left out', () => {
  it.each([
    ['linux', '/home/ada/build', '/home/ada/build/**'],
    ['linux', '/home/ada/scans [2026]', '/home/ada/scans [2026]/**'],
    ['linux', '/', null],
    ['win32', 'C:\\Users\\Ada', 'C:\\Users\\Ada/**'],
    ['win32', 'C:\\', null],
  ])('on %s the folder %s by the pattern %s', (platform, path, pattern) => {
    const [row] = folderRows(costs([path]), [], platform);
    expect(row?.pattern ?? null).toBe(pattern);
    expect(row?.whyNot === '').toBe(pattern !== null);
  });

  it.each([
    ['.zip', '**/*.zip'],
    ['', null],
    ['.a*b', null],
    ['.c++', null],
  ])('the type %s by the pattern %s', (extension, pattern) => {
    const [row] = typeRows(costs([], [extension]), []);
    expect(row?.pattern ?? null).toBe(pattern);
    expect(row?.whyNot === '').toBe(pattern !== null);
  });

  it('is not offered again while it is left out', () => {
    const kept = { reason: '', author: 'user ada', created_at: 0, expires_at: 9 };
    const exclusions: readonly Exclusion[] = [
      { ...kept, id: 1, pattern: '/a/**' },
      { ...kept, id: 2, pattern: String.raw`/c\+\+/**` },
    ];
    const rows = folderRows(costs(['/a', '/b', '/c++']), exclusions, 'linux');
    expect(rows.map((row) => row.exclusion?.id ?? null)).toEqual([1, null, 2]);
  });

  it('shows nothing that a name could fake', () => {
    expect(folderRows(costs(['/a\u202Eb']), [], 'linux')[0]?.name).toBe('/a\\u{202e}b');
  });

  it.each([
    [folderRows(costs(['/a']), [], 'linux'), '60 % of the scanning time went into /a: 6 s.'],
    [typeRows(costs([], ['.js']), []), '60 % of the scanning time went into .js files: 6 s.'],
    [typeRows(costs([], ['']), []), '60 % of the scanning time went into files without an extension: 6 s.'],
    [[], ''],
  ])('the dearest is named', (rows, expected) => {
    expect(costAnswer(rows).replaceAll('\u00a0', ' ')).toBe(expected);
  });
});

describe('coverage', () => {
  const coverage: Coverage = {
    verdicts: { clean: 900, infected: 3, suspicious: 2, partial: 95, unscannable: 0 },
    reasons: { encrypted: 20, too_large: 75, of_a_later_version: 4, vanished: 0 },
    covered_percent: 90.5,
  };

  it('is told in one line', () => {
    expect(coverageAnswer(coverage).replaceAll('\u00a0', ' ')).toBe(
      '90.5 % of 1,000 files were checked completely.',
    );
  });

  it('of nothing is no percent, and of everything says so', () => {
    const none = { clean: 0, infected: 0, suspicious: 0, partial: 0, unscannable: 0 };
    expect(coverageAnswer({ verdicts: none, reasons: {}, covered_percent: 0 })).toBe(
      'Nothing was scanned yet.',
    );
    expect(coverageAnswer({ verdicts: { ...none, clean: 3 }, reasons: {}, covered_percent: 100 })).toBe(
      'Every file was checked completely.',
    );
  });

  it('has a share for each outcome there is', () => {
    expect(outcomeShares(coverage).map(({ key, share }) => [key, share])).toEqual([
      ['clean', 0.9],
      ['found', 0.005],
      ['partial', 0.095],
    ]);
  });

  it('names reasons, most files first, and only those it has words for', () => {
    expect(reasonRows(coverage)).toMatchObject([
      { reason: 'too_large', text: 'Larger than the size limit', files: 75 },
      { reason: 'encrypted', text: 'Encrypted', files: 20 },
    ]);
  });
});
