// A batch scan of small files over the HTTP API, beside the same scan in this process and by the command; nobody knows the files.
import { join } from 'node:path';
import type { Antivirus } from '../../src/core/antivirus.ts';
import { serviceRoutes } from '../../src/shared/api-routes.ts';
import { maxBatchItems } from '../../src/shared/service-documents.ts';
import { scanWithVedette } from '../helpers/vedette-command.ts';
import { writeFiles, type LoadedService } from '../load/loaded-service.ts';
import { timeScanJob } from './in-process-scan.ts';
import { plainRequest } from './plain-request.ts';

/** Seconds. */
export interface ScanRound {
  readonly service: number;
  /** `runScanJob` in this process: the workers are up. */
  readonly inProcess: number;
  /** As the command itself reports it, and from its start to its end. */
  readonly commandScan: number;
  readonly command: number;
}

export interface ScanArena {
  readonly service: LoadedService;
  readonly antivirus: Antivirus;
  readonly antivirusDataDir: string;
  /** For the data folder of the command. */
  readonly workFolder: string;
  readonly signal: AbortSignal;
}

/** @param number of the round: each has files of its own, and begins with another. */
export async function scanRound(arena: ScanArena, number: number): Promise<ScanRound> {
  const { service, antivirus, antivirusDataDir, workFolder, signal } = arena;
  if (service.folder === null) throw new Error('the files must be where the service may look at them');
  const files = writeFiles(service.folder, `round-${number}`, maxBatchItems);
  const corpus = { folder: files.folder, files: files.paths.length, bytes: 0 };
  let seconds: ScanRound = { service: 0, inProcess: 0, commandScan: 0, command: 0 };
  const turns = [
    async () => {
      seconds = { ...seconds, service: await scanOverApi(service, files.paths) };
    },
    async () => {
      const job = await timeScanJob(antivirus, corpus, antivirusDataDir, signal);
      if (job.tally.fromCache > 0) throw new Error('the files were known');
      seconds = { ...seconds, inProcess: job.seconds };
    },
    async () => {
      const dataDir = join(workFolder, `command-${number}`);
      const startedMs = performance.now();
      const { summary } = await scanWithVedette({
        dataDir,
        paths: [files.folder],
        options: ['--clamd', 'none'],
      });
      const command = (performance.now() - startedMs) / 1000;
      if (summary.clean !== files.paths.length) throw new Error(`only ${summary.clean} files are clean`);
      seconds = { ...seconds, command, commandScan: summary.duration_ms / 1000 };
    },
  ];
  for (const index of turns.keys()) {
    signal.throwIfAborted();
    await turns[(index + number) % turns.length]?.();
  }
  return seconds;
}

async function scanOverApi(service: LoadedService, paths: readonly string[]): Promise<number> {
  const { path, output } = serviceRoutes['batch.scan'];
  const { body, milliseconds } = await plainRequest(service, {
    path,
    body: JSON.stringify({ paths }),
    acceptEncoding: 'identity',
  });
  const { computed, results } = output.parse(JSON.parse(body.toString('utf8')));
  const clean = results.filter(({ verdict }) => verdict === 'clean').length;
  if (computed !== paths.length || clean !== paths.length) {
    throw new Error(`${clean} of ${paths.length} files are clean, ${computed} were scanned`);
  }
  return milliseconds / 1000;
}
