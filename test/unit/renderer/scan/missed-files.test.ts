// Which files that could not be checked belong to a scan.
import { describe, expect, test } from 'vitest';
import { missedIn, unnamedIn } from '../../../../src/renderer/pages/scan/missed-files.ts';
import type { UncoveredFile } from '../../../../src/shared/page-documents.ts';
import { job } from '../../../renderer/fixtures.ts';

function missed(path: string, changes: Partial<UncoveredFile> = {}): UncoveredFile {
  return {
    path,
    verdict: 'unscannable',
    reason: 'permission',
    detail: '',
    size_bytes: 0,
    at: 150,
    ...changes,
  };
}

const scan = job({ kind: 'custom', roots: ['/srv/data', '/tmp/a.zip'], created_at: 100, ended_at: 200 });

function paths(files: readonly UncoveredFile[]): readonly string[] {
  return missedIn(scan, files, 1000).flatMap((reason) => reason.files.map(({ path }) => path));
}

describe('missedIn', () => {
  test.each([
    ['in a folder of it', missed('/srv/data/x'), true],
    ['the place itself', missed('/tmp/a.zip'), true],
    ['a folder that only begins alike', missed('/srv/database/x'), false],
    ['before it began', missed('/srv/data/x', { at: 99 }), false],
    ['after it ended', missed('/srv/data/x', { at: 201 }), false],
  ])('%s', (_what, file, expected) => {
    expect(paths([file])).toEqual(expected ? [file.path] : []);
  });

  test('a full scan is about every place, and one that runs goes on until now', () => {
    const full = job({ kind: 'full', roots: ['/'], created_at: 100, ended_at: null });
    expect(missedIn(full, [missed('/anywhere', { at: 900 })], 1000)).toHaveLength(1);
  });

  test('a root with its separator holds what is in it', () => {
    const root = job({ kind: 'custom', roots: ['/'], created_at: 100, ended_at: 200 });
    expect(missedIn(root, [missed('/x')], 1000)).toHaveLength(1);
    const windows = job({ kind: 'custom', roots: ['C:\\Users'], created_at: 100, ended_at: 200 });
    expect(missedIn(windows, [missed('C:\\Users\\ada\\x')], 1000)).toHaveLength(1);
  });

  test('a file counts once a reason, and the reason with most files comes first', () => {
    const found = missedIn(
      scan,
      [
        missed('/srv/data/x'),
        missed('/srv/data/x', { at: 160 }),
        missed('/srv/data/y', { reason: 'encrypted', verdict: 'partial' }),
        missed('/srv/data/z', { reason: 'encrypted', verdict: 'partial', at: 170 }),
      ],
      1000,
    );
    expect(found.map(({ reason, files }) => [reason, files.map(({ at }) => at)])).toEqual([
      ['encrypted', [170, 150]],
      ['permission', [160]],
    ]);
  });
});

test('what is counted and has no name is told', () => {
  const { progress } = scan;
  expect(unnamedIn(scan, missedIn(scan, [missed('/srv/data/x')], 1000))).toBe(
    progress.partial + progress.unscannable - 1,
  );
  expect(unnamedIn(job({ progress: { ...progress, partial: 0, unscannable: 0 } }), [])).toBe(0);
});
