// Calls about quarantined files: each id has its own outcome, and whatever happened is in the history.
import type { CallArguments, EachOutcome, Handlers } from '../../../shared/contract.ts';

import { AppError } from '../../../shared/errors.ts';
import type { VaultRecord } from '../../../shared/vault-record.ts';
import { exportZip } from '../../vault/export-zip.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Desk } from '../desk.ts';
import { outcomeOf } from '../finding-desk.ts';
import { namesOf } from '../record-finding.ts';
import { shownPath } from '../shown-path.ts';

type VaultCalls = Pick<
  Handlers,
  'quarantine.list' | 'quarantine.restore' | 'quarantine.delete' | 'quarantine.export'
>;

export function vaultCalls(desk: Desk): VaultCalls {
  return {
    'quarantine.list': () => ({ records: [...openVault(desk).list()] }),
    async 'quarantine.restore'({ ids, ...how }) {
      return { outcomes: await each(ids, (record) => restore(desk, record, how), desk) };
    },
    async 'quarantine.delete'({ ids, actor }) {
      return { outcomes: await each(ids, (record) => remove(desk, record, actor), desk) };
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
  // Before: the watcher sees the file as soon as it is back.
  const author = actor;
  const allowed = allow
    ? desk.allow.add({ kind: 'hash', value: sha256, reason: reason === '' ? 'restored' : reason, author })
    : null;
  const result = await openVault(desk).restore(id, { to, keepMode });
  if (result.kind === 'refused') {
    if (allowed?.isNew === true) desk.allow.remove([allowed.entry.id], actor);
    desk.note({
      kind: 'restore_failed',
      actor,
      text: `${shownPath(path)} could not be restored: ${result.detail}`,
      path,
      details: { vault: id },
    });
    return outcomeOf(id, { ok: false, text: `Not restored: ${result.detail}` }, path);
  }
  desk.findingDesk.settleVault(id, allow ? 'allowed' : 'dismissed', `Restored by ${actor}.`);
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

async function remove(desk: Desk, record: VaultRecord, actor: string): Promise<EachOutcome> {
  const { id, path, sha256 } = record;
  await openVault(desk).delete(id);
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
  const records = ids.map((id) => recordOf(vault, id));
  const missing = ids.find((_, index) => records[index] === null);
  if (missing !== undefined) throw noSuch(missing);
  const known = records.filter((record) => record !== null);
  await exportZip({
    file,
    objects: known.map((record) => ({ record, content: () => vault.content(record.id) })),
    password,
  });
  return known.map(({ id, path }) => {
    const text = `The quarantined ${shownPath(path)} was exported to ${shownPath(file)}.`;
    desk.note({ kind: 'exported', actor, text, path, details: { vault: id, file } });
    return outcomeOf(id, { ok: true, text: `Exported to ${shownPath(file)}.` }, file);
  });
}

async function each(
  ids: readonly string[],
  work: (record: VaultRecord) => Promise<EachOutcome>,
  desk: Desk,
): Promise<EachOutcome[]> {
  const vault = openVault(desk);
  const outcomes: EachOutcome[] = [];
  for (const id of ids) {
    const record = recordOf(vault, id);
    if (record === null) outcomes.push(outcomeOf(id, { ok: false, text: noSuch(id).message }, null));
    else outcomes.push(await work(record));
  }
  return outcomes;
}

function recordOf(vault: Vault, id: string): VaultRecord | null {
  return vault.list().find((record) => record.id === id) ?? null;
}

function noSuch(id: string): AppError {
  return new AppError('NOT_FOUND', `there is no quarantined file ${id}; vedette quarantine list shows them`);
}
