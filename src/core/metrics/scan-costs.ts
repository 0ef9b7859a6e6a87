// What the last scans cost, by folder and by type of file; only what engines looked at, for the rest costs nearly nothing.
import { extname } from 'node:path';
import type { Costs } from '../../shared/page-documents.ts';
import { addCosts, folderCosts, noCost, type Cost } from './folder-costs.ts';
import type { RecordedScan } from './scan-metric.ts';
import { ratio } from './summarize-totals.ts';
import { amount } from './take-snapshot.ts';

const mostRows = 12;
/** What is longer is a part of a name and no type. */
const longestExtension = 13;

export function costsOf(recent: Iterable<RecordedScan>): Costs {
  const files = [...recent].filter(isWork).map((scan) => ({ path: scan.path, cost: costOf(scan), scan }));
  const all = files.reduce((sum, { cost }) => addCosts(sum, cost), noCost);
  function row({ scans, ms, bytes }: Cost) {
    return { scans, seconds: ms / 1000, bytes, share: Math.min(1, ratio(ms, all.ms)) };
  }
  return {
    scans: all.scans,
    // By the clock of each scan: that one may have been put back.
    from: files.reduce<number | null>(
      (first, { scan }) => Math.min(first ?? scan.timestamp, scan.timestamp),
      null,
    ),
    seconds: all.ms / 1000,
    folders: folderCosts(files, mostRows).map(({ path, cost }) => ({ path, ...row(cost) })),
    types: typeCosts(files).map(({ extension, cost }) => ({ extension, ...row(cost) })),
  };
}

/** What lstat alone answered took no time. */
function isWork({ cached, durationMs }: RecordedScan): boolean {
  return !cached && durationMs > 0;
}

function costOf({ durationMs, sizeBytes }: RecordedScan): Cost {
  return { scans: 1, ms: durationMs, bytes: amount(sizeBytes) };
}

function typeCosts(files: readonly { readonly path: string; readonly cost: Cost }[]) {
  const types = new Map<string, Cost>();
  for (const { path, cost } of files) {
    const extension = extensionOf(path);
    types.set(extension, addCosts(types.get(extension) ?? noCost, cost));
  }
  return [...types]
    .map(([extension, cost]) => ({ extension, cost }))
    .toSorted((one, other) => other.cost.ms - one.cost.ms || (one.extension < other.extension ? -1 : 1))
    .slice(0, mostRows);
}

function extensionOf(path: string): string {
  const extension = extname(path).toLowerCase();
  return extension.length > 1 && extension.length <= longestExtension ? extension : '';
}
