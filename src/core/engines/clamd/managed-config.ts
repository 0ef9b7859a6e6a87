// Writes the configuration of our own clamd: everything it cannot look at must be said, so that OK means looked at.
import { AppError } from '../../../shared/errors.ts';
import { pathBytes } from '../../files/raw-path.ts';
import type { ClamdAddress, ClamdLimits } from './target.ts';

export interface ManagedConfigSettings {
  readonly address: ClamdAddress;
  readonly databaseDir: string;
  readonly temporaryDir: string;
  readonly logPath: string;
  readonly pidPath: string;
  readonly limits: ClamdLimits;
  /** Less than a client waits, so that clamd's own "took too long" arrives first. */
  readonly maxScanSeconds: number;
  readonly threads: number;
}

/** clamd reads its configuration in lines of 1024 bytes. */
const longestPathBytes = 960;

/** Threads for `cpus`: one each, and a few for scans that wait for the disk or for their client. */
export function threadsFor(cpus: number): number {
  return Math.min(Math.max(cpus + 2, 4), 32);
}

/**
 * The text of clamd.conf(5).
 * @throws AppError CONFIG_INVALID for a path that neither clamd.conf nor a command line can hold.
 */
export function renderManagedConfig(settings: ManagedConfigSettings): string {
  const { address, limits } = settings;
  const listen: [string, string | number][] =
    address.kind === 'unix'
      ? [
          ['LocalSocket', checkedPath(address.path)],
          ['LocalSocketMode', '600'],
          ['FixStaleSocket', 'yes'],
        ]
      : [
          ['TCPSocket', address.port],
          ['TCPAddr', address.host],
        ];
  const values: [string, string | number][] = [
    ...listen,
    ['Foreground', 'yes'],
    ['PidFile', checkedPath(settings.pidPath)],
    ['LogFile', checkedPath(settings.logPath)],
    ['LogFileMaxSize', '4M'],
    ['LogTime', 'yes'],
    ['DatabaseDirectory', checkedPath(settings.databaseDir)],
    ['TemporaryDirectory', checkedPath(settings.temporaryDir)],
    // The database is checked and reloaded by us, so that a verdict never outruns its signature generation.
    ['SelfCheck', 0],
    ['ConcurrentDatabaseReload', 'yes'],
    ['StreamMaxLength', limits.maxStreamBytes],
    ['MaxFileSize', limits.maxFileBytes],
    ['MaxScanSize', limits.maxScanBytes],
    ['MaxRecursion', limits.maxRecursion],
    ['MaxFiles', limits.maxFiles],
    ['MaxScanTime', Math.max(1, Math.round(settings.maxScanSeconds * 1000))],
    ['AlertExceedsMax', 'yes'],
    ['AlertEncryptedArchive', 'yes'],
    ['AlertEncryptedDoc', 'yes'],
    // A real signature in the same archive must win over "a limit was hit".
    ['HeuristicScanPrecedence', 'no'],
    ['DetectPUA', 'no'],
    // /proc/<pid>/fd/<n> is a link. Only such paths are ever given to it, so what this means for folders does not arise.
    ['FollowFileSymlinks', 'yes'],
    ['FollowDirectorySymlinks', 'no'],
    ['AllowAllMatchScan', 'no'],
    ['MaxThreads', settings.threads],
    // MaxThreads * MaxRecursion + MaxQueue - MaxThreads + 6 has to stay below 1024 open files.
    ['MaxQueue', Math.max(2 * settings.threads, 128)],
    // Only our own workers are on the socket. An idle session is closed after ReadTimeout, which may meet a new request.
    ['CommandReadTimeout', 3600],
    ['ReadTimeout', 3600],
    ['IdleTimeout', 60],
    // Better a restart that is noticed than a daemon that lost a thread.
    ['ExitOnOOM', 'yes'],
  ];
  return `${values.map(([key, value]) => `${key} ${value}`).join('\n')}\n`;
}

/** @throws AppError CONFIG_INVALID for a path that `isHoldablePath` refuses. */
export function checkedPath(path: string): string {
  if (isHoldablePath(path)) return path;
  throw new AppError(
    'CONFIG_INVALID',
    'clamd.conf cannot hold the path of the data folder: it is longer than 960 bytes, is not UTF-8, has a control character, or begins or ends with a blank. Choose another data folder.',
    { details: { path } },
  );
}

/** What configuration files of ClamAV hold as it is; a line break would begin another setting. */
export function isHoldablePath(path: string): boolean {
  const bytes = pathBytes(path);
  return (
    path.isWellFormed() &&
    path.trim() === path &&
    bytes.length <= longestPathBytes &&
    bytes.every((byte) => byte >= 0x20 && byte !== 0x7f)
  );
}
