// The service benchmark: look-ups, batches and scans over the HTTP API of a real `vedette serve`, beside the same without it.
import { join } from 'node:path';
import { settingsSchema } from '../../src/shared/settings.ts';
import { maxBatchItems } from '../../src/shared/service-documents.ts';
import { startLoadedService, writeFiles } from '../load/loaded-service.ts';
import { startInProcess } from './in-process-scan.ts';
import { loadAverage, machineFacts } from './machine-facts.ts';
import type { BenchOptions } from './options.ts';
import { writeSection } from './performance-page.ts';
import { answerSizes } from './service-answers.ts';
import { isWithinLimits, lookupRound, startBareFastify, type LookupRound } from './service-lookups.ts';
import { scanRound, type ScanRound } from './service-scans.ts';
import { tablesOf } from './service-tables.ts';
import { makeWorkFolder } from './work-folder.ts';

const contents = 4000;
const workers = 2;

/** @returns false when an aim is not reached. */
export async function measureService(options: BenchOptions, signal: AbortSignal): Promise<boolean> {
  const facts = [...(await machineFacts()), `${options.rounds} interleaved rounds`];
  using work = makeWorkFolder();
  await using service = await startLoadedService({ contents, workers });
  await using bare = await startBareFastify(service);
  const antivirusDataDir = join(work.path, 'in-process');
  const scaling = { min_workers: workers, max_workers: workers };
  await using antivirus = await startInProcess(
    settingsSchema.parse({ scanning: { clamd: 'none' }, scaling }),
    { dataDir: antivirusDataDir, useCache: true, signal },
  );
  const arena = { service, antivirus, antivirusDataDir, workFolder: work.path, signal };
  // The first scan of a process compiles its code: not what is compared.
  await scanRound(arena, 0);

  const lookups: LookupRound[] = [];
  const scans: ScanRound[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    signal.throwIfAborted();
    lookups.push(await lookupRound(service, bare, signal));
    scans.push(await scanRound(arena, round));
    console.log(`round ${round}: ${lineOf(lookups.at(-1), scans.at(-1))}`);
  }
  const known = writeFiles(service.folder ?? '', 'sizes', maxBatchItems);
  const sizes = await answerSizes(service, known.paths);
  facts.push(`load average at the end ${loadAverage()}`);

  const { text, missed } = tablesOf(lookups, scans, sizes);
  const isCalm = lookups.every((round) => isWithinLimits(round));
  console.log(`\n${text}`);
  for (const sentence of missed) console.log(`\n${sentence}`);
  if (!isCalm) console.log('\nnot every round of single look-ups was within the limits of the load suite');
  if (options.writes) writeSection('service', `${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${text}`);
  return isCalm && missed.length === 0;
}

function lineOf(lookups: LookupRound | undefined, scans: ScanRound | undefined): string {
  if (lookups === undefined || scans === undefined) return '';
  const { paced, unpaced, bare, batches, packedBatches } = lookups;
  const rates = [paced, unpaced, bare, batches, packedBatches].map(({ reachedRate }) =>
    reachedRate.toFixed(0),
  );
  const seconds = [scans.service, scans.inProcess, scans.commandScan, scans.command].map((value) =>
    value.toFixed(3),
  );
  return `${rates.join(', ')} requests/s; scans ${seconds.join(', ')} s`;
}
