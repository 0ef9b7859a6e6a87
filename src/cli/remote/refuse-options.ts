// Options that mean nothing where a service looks: better refused, with the reason, than passed over.
import { AppError } from '../../shared/errors.ts';
import type { ScanOptions } from '../scan-options.ts';

interface Refusal {
  readonly option: string;
  readonly isGiven: (options: ScanOptions) => boolean;
  readonly reason: string;
}

const engines = 'the engines are those of the service, and are set there ([scanning])';
const walk = 'with --remote-paths nothing is walked here';

const refusals: readonly Refusal[] = [
  { option: '--clamd', isGiven: ({ clamd }) => clamd !== undefined, reason: engines },
  { option: '--signature-dir', isGiven: ({ signatureDir }) => signatureDir !== undefined, reason: engines },
  { option: '--rules', isGiven: ({ rules }) => rules.length > 0, reason: engines },
  { option: '--hash-list', isGiven: ({ hashList }) => hashList.length > 0, reason: engines },
  { option: '--known-good', isGiven: ({ knownGood }) => knownGood.length > 0, reason: engines },
  { option: '--no-yara', isGiven: ({ yara }) => !yara, reason: engines },
  { option: '--yara-binding', isGiven: ({ yaraBinding }) => yaraBinding !== undefined, reason: engines },
  {
    option: '--no-cache',
    isGiven: ({ cache }) => !cache,
    reason: 'what is remembered is with the service, which forgets it when its signatures change',
  },
  {
    option: '--action quarantine',
    isGiven: ({ action }) => action === 'quarantine',
    reason: 'a service cannot move files of this machine',
  },
  {
    option: '--scaling-trace',
    isGiven: ({ scalingTrace }) => scalingTrace !== undefined,
    reason: 'no workers are started here',
  },
];

const refusedWithPaths: readonly Refusal[] = [
  { option: '--exclude', isGiven: ({ exclude }) => exclude.length > 0, reason: walk },
  { option: '--follow-symlinks', isGiven: ({ followSymlinks }) => followSymlinks, reason: walk },
  { option: '--cross-devices', isGiven: ({ crossDevices }) => crossDevices, reason: walk },
  {
    option: '--max-file-size',
    isGiven: ({ maxFileSize }) => maxFileSize !== undefined,
    reason: 'with --remote-paths the limit is that of the service ([scanning] max_file_size)',
  },
];

/** @throws AppError BAD_USAGE for the first option that cannot count with `--remote` */
export function refuseOptions(options: ScanOptions): void {
  const all = options.remotePaths ? [...refusals, ...refusedWithPaths] : refusals;
  const refused = all.find(({ isGiven }) => isGiven(options));
  if (refused === undefined) return;
  throw new AppError('BAD_USAGE', `${refused.option} does not go with --remote: ${refused.reason}`);
}
