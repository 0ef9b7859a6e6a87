// The tables of the service benchmark, and which aims were missed.
import { maxBatchItems } from '../../src/shared/service-documents.ts';
import type { StepFigures } from '../load/step-figures.ts';
import { markdownTable } from './performance-page.ts';
import { encodings, leastSaved, type AnswerSize } from './service-answers.ts';
import type { LookupRound } from './service-lookups.ts';
import type { ScanRound } from './service-scans.ts';
import { median } from './statistics.ts';

const aimRate = 10_000;
const aimItems = 200_000;
/** A batch against the same scan in one process. */
const aimScanRatio = 1.2;
const aimSaved = 0.4;

export function tablesOf(
  lookups: readonly LookupRound[],
  scans: readonly ScanRound[],
  sizes: readonly AnswerSize[],
): { readonly text: string; readonly missed: readonly string[] } {
  const items = median(lookups.map(({ batches }) => batches.reachedRate * maxBatchItems));
  const scanRatio = median(scans.map(({ service, commandScan }) => service / commandScan));
  const saved = leastSaved(sizes);
  const missed = [
    ...(items >= aimItems ? [] : [`${items.toFixed(0)} items/s in batches are below the aim of ${aimItems}`]),
    ...(scanRatio <= aimScanRatio
      ? []
      : [`a batch takes ${scanRatio.toFixed(2)} times what the command reports, the aim is ${aimScanRatio}`]),
    ...(saved >= aimSaved ? [] : [`compression saves ${percent(saved)}, the aim is ${percent(aimSaved)}`]),
  ];
  const text = [lookupTable(lookups), scanTable(scans), sizeTable(sizes)].join('\n\n');
  return { text, missed };
}

function lookupTable(rounds: readonly LookupRound[]): string {
  const bareRate = median(rounds.map(({ bare }) => bare.reachedRate));
  function row(name: string, of: (round: LookupRound) => StepFigures, items: number, aim: string) {
    const all = rounds.map((round) => of(round));
    const rate = median(all.map(({ reachedRate }) => reachedRate));
    return [
      name,
      rate.toFixed(0),
      (rate * items).toFixed(0),
      milliseconds(all.map(({ p50Ms }) => p50Ms)),
      milliseconds(all.map(({ p95Ms }) => p95Ms)),
      milliseconds(all.map(({ p99Ms }) => p99Ms)),
      percent(median(all.map(({ serviceShare }) => serviceShare ?? Number.NaN))),
      percent(median(all.map(({ generatorShare }) => generatorShare))),
      items === 1 ? (rate / bareRate).toFixed(2) : '',
      aim,
    ];
  }
  return markdownTable(
    [
      'look-ups of known contents',
      'requests/s',
      'contents/s',
      'p50, ms',
      'p95, ms',
      'p99, ms',
      'CPU service',
      'CPU generator',
      '× bare fastify',
      'aim, contents/s',
    ],
    [
      row(`one a request, ${aimRate} requests/s wanted`, ({ paced }) => paced, 1, `${aimRate}`),
      row('one a request, as many as come', ({ unpaced }) => unpaced, 1, ''),
      row('bare fastify, as many as come', ({ bare }) => bare, 1, ''),
      row('1000 a request, as many as come', ({ batches }) => batches, maxBatchItems, `${aimItems}`),
      row('the same with gzip', ({ packedBatches }) => packedBatches, maxBatchItems, ''),
    ],
  );
}

function scanTable(rounds: readonly ScanRound[]): string {
  function row(name: string, key: keyof ScanRound): readonly string[] {
    const all = rounds.map((round) => round[key]);
    return [
      name,
      median(all).toFixed(3),
      `${Math.min(...all).toFixed(3)}–${Math.max(...all).toFixed(3)}`,
      (maxBatchItems / median(all)).toFixed(0),
      key === 'service' ? '' : median(rounds.map((round) => round.service / round[key])).toFixed(2),
      key === 'commandScan' ? `at most ${aimScanRatio}` : '',
    ];
  }
  return markdownTable(
    ['1000 small files that nobody knows', 'seconds', 'min–max', 'files/s', 'API takes ×', 'aim'],
    [
      row('`POST /api/v1/batch/scan`', 'service'),
      row('the same scan in one process, workers up', 'inProcess'),
      row('`vedette scan`, as it reports itself', 'commandScan'),
      row('`vedette scan`, from its start to its end', 'command'),
    ],
  );
}

function sizeTable(sizes: readonly AnswerSize[]): string {
  return markdownTable(
    ['answer', 'plain, KiB', ...encodings.map((encoding) => `${encoding}, KiB`), 'saved at least', 'aim'],
    sizes.map((size) => [
      size.name,
      kib(size.plainBytes),
      ...encodings.map((encoding) => kib(size.packedBytes.get(encoding) ?? Number.NaN)),
      percent(leastSaved([size])),
      percent(aimSaved),
    ]),
  );
}

function milliseconds(values: readonly number[]): string {
  return median(values).toFixed(1);
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
