// What commands print as JSON: as the contract has it, but with names that any reader of JSON can take, the bytes beside them.
import { pathBytes } from '../core/files/raw-path.ts';
import type { AllowEntry } from '../shared/allow-entry.ts';
import type { EachOutcome, FeedEvent } from '../shared/contract.ts';
import type { Finding } from '../shared/finding.ts';
import type { HistoryEvent } from '../shared/history-event.ts';
import type { Job, Schedule } from '../shared/job.ts';
import type { Protection } from '../shared/protection.ts';
import type {
  ReportedAllowEntry,
  ReportedEvent,
  ReportedFeedEvent,
  ReportedFinding,
  ReportedJob,
  ReportedOutcome,
  ReportedPath,
  ReportedRecord,
  ReportedSchedule,
} from '../shared/report-documents.ts';
import { scanResultSchema } from '../shared/scan-report.ts';
import { assertNever } from '../shared/verdict.ts';
import type { VaultRecord } from '../shared/vault-record.ts';

export function reportedPath(path: string): ReportedPath {
  if (path.isWellFormed()) return { path };
  return { path: path.toWellFormed(), path_base64: pathBytes(path).toString('base64') };
}

/** The same where the name stands as `file`. */
export function reportedFile(file: string): { readonly file: string; readonly file_base64?: string } {
  const { path, path_base64: base64 } = reportedPath(file);
  return base64 === undefined ? { file: path } : { file: path, file_base64: base64 };
}

function pathOrNot(path: string | null): ReportedPath | { readonly path: null } {
  return path === null ? { path } : reportedPath(path);
}

export function reportedJob(job: Job): ReportedJob {
  const { current_path: path } = job.progress;
  return {
    ...job,
    roots: job.roots.map(reportedPath),
    progress: { ...job.progress, current_path: path === null ? null : reportedPath(path) },
  };
}

export function reportedSchedule(schedule: Schedule): ReportedSchedule {
  return { ...schedule, roots: schedule.roots.map(reportedPath) };
}

export function reportedFinding(finding: Finding): ReportedFinding {
  return { ...finding, ...reportedPath(finding.path) };
}

export function reportedRecord(record: VaultRecord): ReportedRecord {
  return { ...record, ...reportedPath(record.path), other_links: record.other_links.map(reportedPath) };
}

export function reportedAllowEntry(entry: AllowEntry): ReportedAllowEntry {
  const { path, path_base64: base64 } = reportedPath(entry.value);
  return { ...entry, value: path, ...(base64 === undefined ? {} : { value_base64: base64 }) };
}

export function reportedEvent(event: HistoryEvent): ReportedEvent {
  return { ...event, ...pathOrNot(event.path) };
}

export function reportedOutcome(outcome: EachOutcome): ReportedOutcome {
  return { ...outcome, ...pathOrNot(outcome.path) };
}

export function reportedProtection(protection: Protection): Protection {
  const { evidence } = protection;
  if (evidence === null) return protection;
  const folders = evidence.watcher.folders.map((folder) => ({ ...folder, ...reportedPath(folder.path) }));
  return { ...protection, evidence: { ...evidence, watcher: { ...evidence.watcher, folders } } };
}

export function reportedFeedEvent(event: FeedEvent): ReportedFeedEvent {
  switch (event.kind) {
    case 'verdict':
      return { ...event, result: scanResultSchema.parse(event.result) };
    case 'finding':
      return { ...event, finding: reportedFinding(event.finding) };
    case 'job':
      return { ...event, job: reportedJob(event.job) };
    case 'history':
      return { ...event, event: reportedEvent(event.event) };
    case 'protection':
      return { ...event, protection: reportedProtection(event.protection) };
    default:
      return assertNever(event);
  }
}
