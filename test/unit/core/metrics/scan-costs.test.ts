import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folderCosts } from '../../../../src/core/metrics/folder-costs.ts';
import { MetricsRecorder } from '../../../../src/core/metrics/metrics-recorder.ts';
import { costsOf } from '../../../../src/core/metrics/scan-costs.ts';
import type { RecordedScan } from '../../../../src/core/metrics/scan-metric.ts';
import { costsSchema } from '../../../../src/shared/page-documents.ts';
import { fakeClock, startSeconds } from './fake-clock.ts';
import { scanOf } from './sample-scans.ts';

function scanAt(path: string, durationMs: number, changes: Partial<RecordedScan> = {}): RecordedScan {
  const plain = { sizeBytes: 10, kind: 'clean', cached: false, priority: 'normal', timestamp: 1000 } as const;
  return { path, durationMs, ...plain, ...changes };
}

function times(count: number, scan: (index: number) => RecordedScan): RecordedScan[] {
  return Array.from({ length: count }, (_none, index) => scan(index));
}

describe('what scanning costs', () => {
  test('is told by folder and by type, dearest first, with what engines looked at and nothing else', () => {
    const costs = costsOf([
      scanAt('/home/eve/Downloads/a.zip', 3000, { sizeBytes: 100, timestamp: 1200 }),
      scanAt('/home/eve/Downloads/b.ZIP', 1000),
      scanAt('/home/eve/src/c.ts', 1000, { timestamp: 1100 }),
      scanAt('/home/eve/src/Makefile', 500),
      scanAt('/home/eve/src/known.ts', 900, { cached: true, timestamp: 5 }),
      scanAt('/home/eve/pipe', 0, { timestamp: 5 }),
    ]);
    expect(costs).toEqual({
      scans: 4,
      from: 1000,
      seconds: 5.5,
      folders: [
        { path: '/home/eve/Downloads', scans: 2, seconds: 4, bytes: 110, share: 4 / 5.5 },
        { path: '/home/eve/src', scans: 2, seconds: 1.5, bytes: 20, share: 1.5 / 5.5 },
      ],
      types: [
        { extension: '.zip', scans: 2, seconds: 4, bytes: 110, share: 4 / 5.5 },
        { extension: '.ts', scans: 1, seconds: 1, bytes: 10, share: 1 / 5.5 },
        { extension: '', scans: 1, seconds: 0.5, bytes: 10, share: 0.5 / 5.5 },
      ],
    });
    expect(costsSchema.safeParse(costs).success).toBe(true);
  });

  test('of nothing is nothing', () => {
    expect(costsOf([])).toEqual({ scans: 0, from: null, seconds: 0, folders: [], types: [] });
  });

  test('of many small folders is told of the folder they are in, and a dear one of them for itself', () => {
    const { folders } = costsOf([
      ...times(500, (index) => scanAt(`/home/eve/src/node_modules/p${index}/index.js`, 2)),
      ...times(3, (index) => scanAt(`/home/eve/src/node_modules/p${index}/dist/big.js`, 2000)),
      scanAt('/home/eve/Downloads/a.iso', 9000),
    ]);
    expect(folders.length).toBeLessThanOrEqual(12);
    expect(folders[0]).toMatchObject({ path: '/home/eve/Downloads', seconds: 9 });
    expect(folders.slice(1, 4).map(({ path }) => path)).toEqual(
      [0, 1, 2].map((index) => `/home/eve/src/node_modules/p${index}/dist`),
    );
    expect(folders.find(({ path }) => path === '/home/eve/src/node_modules')?.scans).toBeGreaterThan(400);
  });

  test('names at most twelve types, and takes no part of a name for one', () => {
    const { types } = costsOf([
      ...times(30, (index) => scanAt(`/a/f.x${index}`, 100 + index)),
      scanAt('/a/report.2024-01-01T00-00-00', 5000),
      scanAt('/a/.hidden', 5000),
      scanAt('/a/trailing.', 5000),
    ]);
    expect(types).toHaveLength(12);
    expect(types[0]).toMatchObject({ extension: '', scans: 3 });
  });

  test('keeps the bytes of a folder whose name is not UTF-8', () => {
    expect(costsOf([scanAt('/caf\udce9/a', 1)]).folders).toMatchObject([{ path: '/caf\udce9' }]);
  });

  test('of a tree without end is told of the folders near its root', () => {
    const deep = `/${'d/'.repeat(2000)}`;
    expect(costsOf([scanAt(`${deep}a`, 1), scanAt(`${deep}d/b`, 1)]).folders).toMatchObject([
      { path: `/${Array.from({ length: 64 }, () => 'd').join('/')}`, scans: 2 },
    ]);
  });

  test('is asked of the recorder, which keeps the last scans', () => {
    const limits = { recentScans: 2, snapshots: 1, scalingEvents: 1 };
    const recorder = new MetricsRecorder({ clock: fakeClock(), limits });
    for (let count = 0; count < 3; count += 1) recorder.recordScan(scanOf({ kind: 'clean' }));
    expect(recorder.costs()).toMatchObject({
      scans: 2,
      from: startSeconds,
      seconds: 0.02,
      folders: [{ path: '/', scans: 2 }],
    });
  });
});

describe('the folders that carry the cost', () => {
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 6 })
    .map((names) => `/${names.join('/')}`);
  const file = fc.record({
    path,
    cost: fc.record({ scans: fc.constant(1), ms: fc.nat(1000), bytes: fc.nat(100) }),
  });

  test('are few, each is above the files it stands for, and together they are all of it', () => {
    fc.assert(
      fc.property(fc.array(file, { maxLength: 80 }), fc.integer({ min: 1, max: 12 }), (files, most) => {
        const folders = folderCosts(files, most);
        expect(folders.length).toBeLessThanOrEqual(most);
        const paths = new Set(folders.map((folder) => folder.path));
        expect(paths.size).toBe(folders.length);
        // Each file belongs to the deepest folder named above it.
        const sums = new Map<string, number>();
        for (const { path: name, cost } of files) {
          let folder = name;
          do folder = folder.slice(0, folder.lastIndexOf('/')) || '/';
          while (!paths.has(folder) && folder !== '/');
          sums.set(folder, (sums.get(folder) ?? 0) + cost.ms);
        }
        expect(new Map(folders.map((folder) => [folder.path, folder.cost.ms]))).toEqual(sums);
      }),
    );
  });

  test('are the folders of the files themselves where these are few enough', () => {
    fc.assert(
      fc.property(fc.array(file, { maxLength: 80 }), (files) => {
        const own = new Set(files.map(({ path: name }) => name.slice(0, name.lastIndexOf('/')) || '/'));
        fc.pre(own.size <= 12);
        expect(new Set(folderCosts(files, 12).map((folder) => folder.path))).toEqual(own);
      }),
    );
  });
});
