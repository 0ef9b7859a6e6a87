import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exportName, isExportName } from '../../../../src/core/metrics/export-name.ts';
import { writeMetricsExport, writeMetricsExportTo } from '../../../../src/core/metrics/metrics-export.ts';
import { encodePath } from '../../../../src/core/files/raw-path.ts';
import { metricsExportSchema } from '../../../../src/shared/metrics.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';
import { sampleExport } from './sample-export.ts';

const isPosix = process.platform !== 'win32';
/** 2026-03-04 05:06:07, wherever the test runs. */
const nowSeconds = new Date(2026, 2, 4, 5, 6, 7).getTime() / 1000;
const name = 'rt_protection_metrics_20260304_050607.json';

let place: TemporaryFolder;
let folder: string;
beforeEach(() => {
  place = temporaryFolder();
  folder = join(place.path, 'data', 'metrics');
});
afterEach(() => {
  place[Symbol.dispose]();
});

function write(options: Partial<Parameters<typeof writeMetricsExport>[0]> = {}): string {
  return writeMetricsExport({ folder, document: sampleExport(1), nowSeconds, keep: 100, ...options });
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

/** An export that was written so many seconds ago. */
function plant(file: string, secondsAgo: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, file), 'old');
  const writtenAt = nowSeconds - secondsAgo;
  utimesSync(join(folder, file), writtenAt, writtenAt);
}

describe('the document', () => {
  test('keeps to its published schema and holds the last 20 rows, oldest first', () => {
    const document = sampleExport(25);
    expect(metricsExportSchema.parse(document)).toEqual(document);
    expect(document.snapshots.map((snapshot) => snapshot.queue_depth)).toEqual(
      Array.from({ length: 20 }, (_, row) => row + 5),
    );
    expect(document.scaling_events.map((event) => event.old_workers)).toEqual(
      Array.from({ length: 20 }, (_, row) => row + 5),
    );
    expect(document).toMatchObject({
      format: 'vedette.metrics/1',
      summary: { total_scans: 25, uptime_seconds: expect.closeTo(1500, 6) },
      recent_5min: { window_seconds: 300, scans: 4 },
      recent_1hour: { window_seconds: 3600, scans: 25 },
      coverage: { covered_percent: 100 },
    });
  });

  test('of a run in which nothing happened keeps to it too', () => {
    const document = sampleExport(0);
    expect(metricsExportSchema.parse(document)).toEqual(document);
  });
});

describe('an export into the folder', () => {
  test.runIf(isPosix)('is one whole file with its local time as its name, for the user alone', () => {
    const file = write();
    expect(file).toBe(join(folder, name));
    expect(metricsExportSchema.parse(JSON.parse(readFileSync(file, 'utf8')))).toEqual(sampleExport(1));
    expect(readdirSync(folder)).toEqual([name]);
    expect([modeOf(folder), modeOf(file)]).toEqual([0o700, 0o600]);
  });

  test('never replaces another of the same second', () => {
    const files = [write(), write(), write()];
    expect(files).toEqual(
      [name, name.replace('.json', '_2.json'), name.replace('.json', '_3.json')].map((each) =>
        join(folder, each),
      ),
    );
    expect(new Set(readdirSync(folder)).size).toBe(3);
  });

  test.runIf(isPosix)('never writes through a link that has its name', () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const victim = place.write('victim', 'mine');
    symlinkSync(victim, join(folder, name));
    symlinkSync(join(place.path, 'dangling'), join(folder, name.replace('.json', '_2.json')));
    expect(write()).toBe(join(folder, name.replace('.json', '_3.json')));
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    expect(existsSync(join(place.path, 'dangling'))).toBe(false);
  });

  test.runIf(isPosix)('goes into a folder whose name is not UTF-8', () => {
    folder = join(place.path, 'm\udcff');
    write();
    expect(readdirSync(encodePath(folder))).toEqual([name]);
  });
});

describe('retention', () => {
  test('keeps the newest by time of writing, the new one among them', () => {
    // By its name the first is the newest.
    plant('rt_protection_metrics_20270101_000000.json', 300);
    plant('rt_protection_metrics_20260304_050000.json', 200);
    plant('rt_protection_metrics_20260304_050000_2.json', 100);
    write({ keep: 2 });
    expect(readdirSync(folder).toSorted()).toEqual(['rt_protection_metrics_20260304_050000_2.json', name]);
  });

  test.each([0, 1])('of %i keeps the new one, also when the clock was put back', (keep) => {
    plant('rt_protection_metrics_20260304_060000.json', -10 * 365 * 86_400);
    write({ keep });
    expect(readdirSync(folder)).toEqual([name]);
  });

  test('never removes what is not an export of ours', () => {
    const others = [
      'notes.json',
      'rt_protection_metrics_20260304_0506.json',
      'rt_protection_metrics_20260304_050607.json.bak',
      'rt_protection_metrics_20260304_050607_1.json',
      'rt_protection_metrics_20260304_050607_02.json',
      'my_rt_protection_metrics_20260304_050607.json',
      'RT_protection_metrics_20200304_050607.json',
    ];
    for (const other of others) plant(other, 1_000_000);
    plant('rt_protection_metrics_20200101_000000.json', 1_000_000);
    mkdirSync(join(folder, 'rt_protection_metrics_20200101_000001.json'));
    write({ keep: 1 });
    expect(readdirSync(folder).toSorted()).toEqual(
      [...others, 'rt_protection_metrics_20200101_000001.json', name].toSorted(),
    );
  });

  test.runIf(isPosix)('removes neither a link with the name of an export nor what it leads to', () => {
    plant('kept', 0);
    symlinkSync(join(folder, 'kept'), join(folder, 'rt_protection_metrics_20200101_000000.json'));
    write({ keep: 1 });
    expect(readdirSync(folder).toSorted()).toEqual(
      ['kept', 'rt_protection_metrics_20200101_000000.json', name].toSorted(),
    );
  });

  test('sweeps what a killed process left unfinished, but not what is being written', () => {
    plant('.rt_protection_metrics_0123456789abcdef.tmp', 7200);
    plant('.rt_protection_metrics_fedcba9876543210.tmp', 10);
    plant('.rt_protection_metrics_0123.tmp', 7200);
    write();
    expect(readdirSync(folder).toSorted()).toEqual(
      ['.rt_protection_metrics_0123.tmp', '.rt_protection_metrics_fedcba9876543210.tmp', name].toSorted(),
    );
  });
});

describe('an export to a path somebody named', () => {
  test.runIf(isPosix)('is written whole, for the user alone', () => {
    const file = join(place.path, 'out.json');
    writeMetricsExportTo(file, sampleExport(2));
    expect(metricsExportSchema.parse(JSON.parse(readFileSync(file, 'utf8')))).toEqual(sampleExport(2));
    expect(readdirSync(place.path)).toEqual(['out.json']);
    expect(modeOf(file)).toBe(0o600);
  });

  test.runIf(isPosix)('replaces a file and keeps its mode, but not its other names', () => {
    const file = place.write('out.json', 'before');
    const { mode } = statSync(file);
    linkSync(file, join(place.path, 'other name'));
    writeMetricsExportTo(file, sampleExport(0));
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(sampleExport(0));
    expect(statSync(file).mode).toBe(mode);
    expect(readFileSync(join(place.path, 'other name'), 'utf8')).toBe('before');
  });
});

describe('names', () => {
  test('of all turns are told from other names', () => {
    for (const turn of [1, 2, 9, 10, 99, 100, 9999]) expect(isExportName(exportName(0, turn))).toBe(true);
    expect(exportName(nowSeconds + 0.999, 1)).toBe(name);
  });
});
