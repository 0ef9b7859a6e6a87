// Findings, detections and evidence as tests need them; every field can be changed.
import type { AllowEntry } from '../../../../src/shared/allow-entry.ts';
import type { Finding } from '../../../../src/shared/finding.ts';
import type { FolderHealth, ProtectionEvidence } from '../../../../src/shared/protection.ts';
import type { Detection, Severity } from '../../../../src/shared/verdict.ts';

export const startSeconds = 1_800_000_000;

export function detectionOf(name: string, severity: Severity = 'high'): Detection {
  return { engine: 'clamav', name, severity, kind: 'signature', meta: {}, matches: [] };
}

export function allowEntry(fields: Partial<AllowEntry> = {}): AllowEntry {
  return {
    id: 1,
    kind: 'hash',
    value: 'a'.repeat(64),
    reason: '',
    author: 'user eve',
    created_at: startSeconds,
    ...fields,
  };
}

export function findingOf(id: number, fields: Partial<Finding> = {}): Finding {
  return {
    id,
    path: `/home/u/Downloads/file-${id}.exe`,
    identity: '1:2:3:4:5',
    sha256: null,
    size_bytes: 68,
    verdict: 'infected',
    severity: 'high',
    detections: [detectionOf('PUA.Other', 'low'), detectionOf('Test.Signature')],
    origin: 'realtime',
    state: 'open',
    note: '',
    vault_id: null,
    found_at: startSeconds,
    seen_at: startSeconds,
    ...fields,
  };
}

export function folderOf(path: string, fields: Partial<FolderHealth> = {}): FolderHealth {
  return {
    path,
    state: 'watching',
    cause: '',
    remedy: '',
    removable: false,
    folders: 10,
    since: startSeconds,
    canary_ms: 400,
    canary_at: startSeconds,
    canary_missed: false,
    ...fields,
  };
}

export const fourFolders = ['/home/u/Downloads', '/home/u/Desktop', '/home/u/Documents', '/tmp'].map((path) =>
  folderOf(path),
);

export const readyEngines: ProtectionEvidence['engines'] = [
  { name: 'clamav', state: 'ready', detail: '' },
  { name: 'yara', state: 'ready', detail: '' },
  { name: 'hash', state: 'ready', detail: '1 known bad and 0 known good hashes' },
];

export function evidenceOf(fields: Partial<ProtectionEvidence> = {}): ProtectionEvidence {
  return {
    enabled: true,
    pause: null,
    engines: readyEngines,
    signature_age_days: 2.4,
    watcher: { state: 'running', restarts: 0, loop_delay_ms: 3, folders: fourFolders },
    sweep: { state: 'idle', cause: '', files: 0, started_at: null, ended_at: null, next_at: null },
    backlog: 0,
    put_off: 0,
    lost_events: 0,
    open_findings: 0,
    brake: { on: false, reason: '' },
    problems: [],
    ...fields,
  };
}
