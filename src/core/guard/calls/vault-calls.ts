// Calls about quarantined files: each id has its own outcome, and whatever happened is in the history.
import type { CallArguments, EachOutcome, Handlers } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Finding, FindingState } from '../../../shared/finding.ts';
import type { VaultRecord } from '../../../shared/vault-record.ts';
import { identifyFile } from '../../intake/identify-file.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Desk } from '../desk.ts';
import { outcomeOf } from '../finding-desk.ts';
import { reconsiderAllowed } from '../reconsider.ts';
import { namesOf } from '../record-finding.ts';
import { shownPath } from '../../files/shown-path.ts';
import { eachId } from './each-id.ts';

type VaultCalls = Pick<
  Handlers,
  'quarantine.list' | 'quarantine.restore' | 'quarantine.delete' | 'quarantine.export'
>;

export function vaultCalls(desk: Desk): VaultCalls {
  return {
    'quarantine.list': () => ({ records: [...openVault(desk).list()] }),
    async 'quarantine.restore'({ ids, ...how }) {
      const outcomes = await eachRecord(desk, ids, (record) =>
        desk.responder.hold(() => restore(desk, record, how)),
      );
      if (how.allow) await reconsiderAllowed(desk);
      return { outcomes };
    },
    async 'quarantine.delete'({ ids, actor }) {
      return { outcomes: await eachRecord(desk, ids, (record) => remove(desk, record, actor)) };
    },
    async 'quarantine.export'(input) {
      return { outcomes: await exportAll(desk, input) };
    },
  };
}

/** @throws AppError VAULT_UNUSABLE */
function openVault({ vault }: Desk): Vault {
  if (typeof vault === 'string') throw new AppError('VAULT_UNUSABLE', vault);
  return vault;
}

async function restore(
  desk: Desk,
  record: VaultRecord,
  how: Omit<CallArguments<'quarantine.restore'>, 'ids'>,
): Promise<EachOutcome> {
  const { id, path, detections, sha256 } = record;
  const { to, keep_mode: keepMode, allow, reason, actor } = how;
  const vault = openVault(desk);
  const finding = desk.findings.byVaultId(id);
  // All of it before: the watcher sees the file as soon as it is back, and it shall not be taken away again.
  const author = actor;
  const allowed = allow
    ? desk.allow.add({ kind: 'hash', value: sha256, reason: reason === '' ? 'restored' : reason, author })
    : null;
  const decided = { state: allow ? 'allowed' : 'dismissed', note: `Restored by ${actor}.` } as const;
  desk.findingDesk.settleVault(id, decided.state, decided.note);
  function takeBack(): void {
    if (allowed?.isNew === true) desk.allow.remove([allowed.entry.id], actor);
    if (finding !== null) desk.findingDesk.settleVault(id, finding.state, finding.note);
  }
  let result: Awaited<ReturnType<Vault['restore']>>;
  try {
    result = await vault.restore(id, { to, keepMode });
  } catch (error) {
    takeBack();
    throw error;
  }
  if (result.kind === 'refused') {
    takeBack();
    desk.note({
      kind: 'restore_failed',
      actor,
      text: `${shownPath(path)} could not be restored: ${result.detail}`,
      path,
      details: { vault: id },
    });
    return outcomeOf(id, { ok: false, text: `Not restored: ${result.detail}` }, path);
  }
  // Also where it was: what lies there now is another file than the one that was found.
  leaveAlone(desk, result.path, { record, finding, ...decided });
  if (result.path !== path) {
    // In that place it is not: what comes there once more is another matter.
    desk.findingDesk.settleVault(id, 'gone', `Restored to ${shownPath(result.path)} by ${actor}.`);
  }
  desk.note({
    kind: 'restored',
    actor,
    text: `${shownPath(result.path)} was restored (${namesOf(detections)}).`,
    path: result.path,
    details: {
      vault: id,
      sha256,
      from: path === result.path ? null : path,
      allowed: allowed?.entry.id ?? null,
    },
  });
  const alsoAllowed = allowed === null ? '' : ` Its content is allowed (entry ${allowed.entry.id}).`;
  return outcomeOf(
    id,
    { ok: true, text: `Restored to ${shownPath(result.path)}.${alsoAllowed}` },
    result.path,
  );
}

interface Decided {
  readonly record: VaultRecord;
  readonly finding: Finding | null;
  readonly state: FindingState;
  readonly note: string;
}

/** A finding for where it is now, settled: the policy does not take it away from there. */
function leaveAlone(desk: Desk, path: string, { record, finding, state, note }: Decided): void {
  const found = identifyFile(path, { maxFileSizeBytes: Number.POSITIVE_INFINITY });
  if (found.kind !== 'regular') return;
  const { identity } = found.file;
  const before = finding === null ? {} : { verdict: finding.verdict, detections: finding.detections };
  const is = { path, identity, state, note, vault_id: null, ...before };
  const known = desk.findingDesk.recordFromVault(record, is);
  // Also where one was known there that somebody had decided otherwise.
  if (known !== null) desk.findingDesk.setState(known.id, state, note);
}

async function remove(desk: Desk, record: VaultRecord, actor: string): Promise<EachOutcome> {
  const { id, path, sha256 } = record;
  const { kind } = await openVault(desk).delete(id);
  if (kind === 'not_found') return outcomeOf(id, { ok: false, text: noSuch(id).message }, null);
  desk.findingDesk.settleVault(id, 'gone', `Deleted for good by ${actor}.`);
  const text = `The quarantined ${shownPath(path)} was deleted for good.`;
  desk.note({ kind: 'deleted', actor, text, path, details: { vault: id, sha256 } });
  return outcomeOf(id, { ok: true, text: 'Deleted for good.' }, null);
}

/** All of them or none: a zip is whole or not there. */
async function exportAll(
  desk: Desk,
  { ids, file, password, actor }: CallArguments<'quarantine.export'>,
): Promise<EachOutcome[]> {
  const vault = openVault(desk);
  const known = recordsOf(vault);
  const records = [...new Set(ids)].map((id) => {
    const record = known.get(id);
    if (record === undefined) throw noSuch(id);
    return record;
  });
  // Loaded when somebody exports: every command loads this file.
  const { exportZip } = await import('../../vault/export-zip.ts');
  await exportZip({
    file,
    objects: records.map((record) => ({ record, content: () => vault.content(record.id) })),
    password,
  });
  return records.map(({ id, path }) => {
    const text = `The quarantined ${shownPath(path)} was exported to ${shownPath(file)}.`;
    desk.note({ kind: 'exported', actor, text, path, details: { vault: id, file } });
    return outcomeOf(id, { ok: true, text: `Exported to ${shownPath(file)}.` }, file);
  });
}

async function eachRecord(
  desk: Desk,
  ids: readonly string[],
  work: (record: VaultRecord) => Promise<EachOutcome>,
): Promise<EachOutcome[]> {
  const known = recordsOf(openVault(desk));
  return await eachId(ids, async (id) => {
    const record = known.get(id);
    if (record === undefined) return outcomeOf(id, { ok: false, text: noSuch(id).message }, null);
    return await work(record);
  });
}

function recordsOf(vault: Vault): ReadonlyMap<string, VaultRecord> {
  return new Map(vault.list().map((record) => [record.id, record]));
}

function noSuch(id: string): AppError {
  return new AppError('NOT_FOUND', `there is no quarantined file ${id}; vedette quarantine list shows them`);
}
