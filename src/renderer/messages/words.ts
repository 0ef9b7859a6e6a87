// Words for what the core calls by a code: one word a code, the same on every page.
import { formatCount } from '../format/numbers.ts';
import type { FindingState } from '../../shared/finding.ts';
import type { JobKind, JobState } from '../../shared/job.ts';
import type { FolderHealth, ProtectionState } from '../../shared/protection.ts';
import type { Origin } from '../../shared/scan.ts';
import type { EngineName, Reason, Severity, VerdictKind } from '../../shared/verdict.ts';

export type Tone = 'ok' | 'attention' | 'danger' | 'neutral';

export interface Word {
  readonly word: string;
  readonly tone: Tone;
}

export const protectionWords: Readonly<Record<ProtectionState, Word>> = {
  protected: { word: 'Protected', tone: 'ok' },
  reduced: { word: 'Reduced protection', tone: 'attention' },
  attention: { word: 'Needs attention', tone: 'attention' },
  threat: { word: 'Threat found', tone: 'danger' },
  paused: { word: 'Paused', tone: 'neutral' },
  off: { word: 'Off', tone: 'neutral' },
  not_running: { word: 'Not running', tone: 'neutral' },
};

export const verdictWords: Readonly<Record<VerdictKind, Word>> = {
  clean: { word: 'Clean', tone: 'ok' },
  infected: { word: 'Threat', tone: 'danger' },
  suspicious: { word: 'Suspicious', tone: 'attention' },
  partial: { word: 'Checked in part', tone: 'attention' },
  unscannable: { word: 'Could not be checked', tone: 'neutral' },
};

export const severityWords: Readonly<Record<Severity, Word>> = {
  critical: { word: 'Critical', tone: 'danger' },
  high: { word: 'High', tone: 'danger' },
  medium: { word: 'Medium', tone: 'attention' },
  low: { word: 'Low', tone: 'neutral' },
};

export const findingStateWords: Readonly<Record<FindingState, Word>> = {
  open: { word: 'Waiting for you', tone: 'attention' },
  quarantined: { word: 'Quarantined', tone: 'ok' },
  allowed: { word: 'Allowed', tone: 'neutral' },
  dismissed: { word: 'Left alone', tone: 'neutral' },
  gone: { word: 'No longer there', tone: 'neutral' },
};

export const jobKindWords: Readonly<Record<JobKind, string>> = {
  quick: 'Quick scan',
  full: 'Full scan',
  custom: 'Scan of chosen places',
};

export const jobStateWords: Readonly<Record<JobState, Word>> = {
  running: { word: 'Running', tone: 'ok' },
  paused: { word: 'Paused', tone: 'neutral' },
  interrupted: { word: 'Interrupted', tone: 'attention' },
  done: { word: 'Done', tone: 'ok' },
  cancelled: { word: 'Stopped', tone: 'neutral' },
  failed: { word: 'Failed', tone: 'danger' },
};

export const engineWords: Readonly<Record<EngineName, string>> = {
  clamav: 'ClamAV',
  yara: 'YARA-X',
  hash: 'Hash lists',
};

export const folderStateWords: Readonly<Record<FolderHealth['state'], Word>> = {
  starting: { word: 'Starting', tone: 'neutral' },
  watching: { word: 'Watched', tone: 'ok' },
  degraded: { word: 'Covered by sweeps only', tone: 'attention' },
  gone: { word: 'Not there', tone: 'neutral' },
};

export const originWords: Readonly<Record<Origin, string>> = {
  realtime: 'while it was written',
  manual: 'by a scan',
  scheduled: 'by a scheduled scan',
  removable: 'on a removable volume',
  api: 'asked for over the API',
  fleet: 'asked for by the fleet',
  rescan: 'when it was looked at again',
};

/** Why a file was not looked at, or not at all of it; each goes on from “because”. */
export const reasonWords: Readonly<Record<Reason, string>> = {
  too_large: 'larger than the size limit',
  encrypted: 'encrypted',
  limits_exceeded: 'a limit for archives was reached',
  limits_unknown: 'the limits of the engine are not known',
  stream_limit: 'larger than ClamAV accepts',
  yara_size_limit: 'larger than YARA-X is given',
  engine_unavailable: 'an engine did not answer',
  unstable: 'it kept changing',
  permission: 'no permission to read it',
  special_file: 'not an ordinary file',
  symbolic_link: 'a symbolic link',
  vanished: 'gone before it was read',
  not_found: 'not there',
  locked: 'locked by another program',
  io_error: 'the disk could not read it',
  path_too_long: 'its path is too long',
  timeout: 'it took too long',
  protocol_error: 'the engine gave no proper answer',
  poison: 'it stopped the scanner twice',
  no_scanner: 'no scan process could be started',
  interrupted: 'the scan was interrupted',
  not_allowed: 'in a folder the service may not look at',
};

export const commonMessages = {
  cancel: 'Cancel',
  close: 'Close',
  retry: 'Try again',
  loading: 'Loading',
  never: 'never',
  copy: 'Copy',
  copied: 'Copied',
  copySha256: 'Copy the SHA-256',
  clearSearch: 'Clear the search',
  undo: 'Undo',
  dismiss: 'Close this message',
  messages: 'Messages',
  problem: 'That did not work',
  selectAll: 'Select all',
  selectRow: 'Select',
  sortBy: (title: string) => `Sort by ${title}`,
  rowsOf: (count: string) => `${count} rows`,
  more: 'More',
  andMore: (count: number) => `and ${formatCount(count)} more`,
  decrease: 'Decrease',
  increase: 'Increase',
} as const;
