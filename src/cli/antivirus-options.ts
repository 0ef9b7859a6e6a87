// From settings and the options of a command to what the core is built with.
import { resolve } from 'node:path';
import { builtInRules, defaultWorkers, scanWorkerEntry, type AntivirusOptions } from '../core/antivirus.ts';
import type { ClamdLimits } from '../core/engines/clamd/target.ts';
import { childProcessStarter } from '../core/pool/child-process-worker.ts';
import { AppError } from '../shared/errors.ts';
import type { Settings } from '../shared/settings.ts';

/** @throws AppError BAD_USAGE when the choice of clamd cannot be read. */
export function antivirusOptions(
  { scanning, scaling }: Settings,
  surroundings: Pick<AntivirusOptions, 'dataDir' | 'useCache' | 'logger' | 'signal'>,
): AntivirusOptions {
  return {
    ...surroundings,
    clamd: scanning.enable_clamav ? parseClamdChoice(scanning.clamd) : 'none',
    signatureDir: scanning.signature_dir === '' ? null : resolve(scanning.signature_dir),
    clamdLimits: clamdLimits(scanning),
    yara: scanning.enable_yara
      ? {
          rulePaths: [builtInRules, ...scanning.rule_paths.map((path) => resolve(path))],
          binding: scanning.yara_binding,
        }
      : null,
    hashLists: { knownBad: scanning.known_bad_lists, knownGood: scanning.known_good_lists },
    maxFileSizeBytes: scanning.max_file_size,
    wholeFileBytes: scanning.whole_file_size,
    scanTimeoutMs: scanning.scan_timeout_seconds * 1000,
    workers: scaling.max_workers === 0 ? defaultWorkers : scaling.max_workers,
    workerMemoryLimitBytes: scanning.worker_memory_limit,
    startWorker: childProcessStarter(scanWorkerEntry),
  };
}

export function clamdLimits(scanning: Settings['scanning']): ClamdLimits {
  return {
    // What is streamed to a managed clamd is bounded by the size of a file, not by a second limit.
    maxStreamBytes: scanning.clamd_max_file_size,
    maxFileBytes: scanning.clamd_max_file_size,
    maxScanBytes: scanning.clamd_max_scan_size,
    maxRecursion: scanning.clamd_max_recursion,
    maxFiles: scanning.clamd_max_files,
  };
}

/** `auto`, `managed`, `none`, `HOST:PORT`, `[IPv6]:PORT`, or the path of a socket. */
export function parseClamdChoice(text: string): AntivirusOptions['clamd'] {
  if (text === 'auto' || text === 'managed' || text === 'none') return text;
  if (text.includes('/') || text.includes('\\')) return { kind: 'unix', path: resolve(text) };
  const { six, host, port } = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:]+)):(?<port>\d+)$/.exec(text)?.groups ?? {};
  const portNumber = Number(port);
  if (port === undefined || portNumber < 1 || portNumber > 65_535) {
    const expected = 'expected auto, managed, none, the path of a socket, or HOST:PORT';
    throw new AppError('BAD_USAGE', `--clamd '${text}' is not understood: ${expected}`);
  }
  return { kind: 'tcp', host: six ?? host ?? '', port: portNumber };
}
