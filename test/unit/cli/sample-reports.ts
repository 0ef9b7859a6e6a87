// Findings, jobs, records and the like as a running Vedette would give them.
import type { AllowEntry } from '../../../src/shared/allow-entry.ts';
import type { EachOutcome } from '../../../src/shared/contract.ts';
import type { Finding } from '../../../src/shared/finding.ts';
import type { HistoryEvent } from '../../../src/shared/history-event.ts';
import type { Job } from '../../../src/shared/job.ts';
import type { VaultRecord } from '../../../src/shared/vault-record.ts';
import type { Detection } from '../../../src/shared/verdict.ts';

/** A name that would clear a terminal, fake a line and turn the text around; with a byte that is not UTF-8. */
export const hostilePath = '/tmp/\u001b[2J\r\nclean\u202E\uDCFF';
export const hostileShown = String.raw`/tmp/\x1b[2J\r\nclean\u{202e}\xff`;

/** 04:05 on the third of February 2026, on the clock of where the tests run. */
export const someTime = new Date(2026, 1, 3, 4, 5).getTime() / 1000;
export const someTimeText = '2026-02-03 04:05';

export function detection(name = 'Win.Test.EICAR_HDB-1'): Detection {
  return { engine: 'clamav', name, severity: 'high', kind: 'signature', meta: {}, matches: [] };
}

export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    id: 12,
    path: '/home/u/eicar.com',
    identity: '1:2:3:4:5',
    sha256: 'a'.repeat(64),
    size_bytes: 68,
    verdict: 'infected',
    severity: 'high',
    detections: [detection()],
    origin: 'realtime',
    state: 'open',
    note: '',
    vault_id: null,
    found_at: someTime,
    seen_at: someTime,
    ...changes,
  };
}

export function job(changes: Partial<Job> = {}, progress: Partial<Job['progress']> = {}): Job {
  return {
    id: 3,
    kind: 'custom',
    schedule: null,
    roots: ['/home/u', '/srv'],
    state: 'running',
    problem: '',
    created_at: someTime,
    ended_at: null,
    resumes: 0,
    ...changes,
    progress: {
      files: 1204,
      total_files: 5000,
      bytes: 1024 * 1024,
      clean: 1203,
      infected: 1,
      suspicious: 0,
      partial: 0,
      unscannable: 0,
      from_cache: 0,
      current_path: '/home/u/now',
      active_seconds: 4,
      files_per_second: 310,
      remaining_seconds: 12.2,
      ...progress,
    },
  };
}

export function record(id: string, changes: Partial<VaultRecord> = {}): VaultRecord {
  return {
    id: id.padEnd(32, '0'),
    state: 'stored',
    problem: '',
    path: '/home/u/eicar.com',
    size_bytes: 68,
    sha256: 'a'.repeat(64),
    mode: 0o755,
    uid: 0,
    gid: 0,
    mtime_ns: '0',
    detections: [detection()],
    quarantined_at: someTime,
    actor: 'policy',
    other_links: [],
    other_link_count: 0,
    ...changes,
  };
}

export function allowEntry(changes: Partial<AllowEntry> = {}): AllowEntry {
  return {
    id: 1,
    kind: 'path',
    value: '/srv/tools',
    reason: 'our own',
    author: 'user me',
    created_at: someTime,
    ...changes,
  };
}

export function historyEvent(number: number, changes: Partial<HistoryEvent> = {}): HistoryEvent {
  return {
    number,
    at: someTime,
    kind: 'quarantined',
    actor: 'user me',
    text: 'A file was quarantined.',
    path: '/home/u/eicar.com',
    details: {},
    previous_hash: 'b',
    hash: 'c',
    ...changes,
  };
}

export function outcome(id: EachOutcome['id'], changes: Partial<EachOutcome> = {}): EachOutcome {
  return { id, ok: true, text: 'It is done.', needs_confirmation: false, path: null, ...changes };
}
