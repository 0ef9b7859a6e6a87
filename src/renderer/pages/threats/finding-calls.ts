// What the acts on findings ask of Vedette, and how each is undone; nothing here is drawn.
import type { AllowEntry } from '../../../shared/allow-entry.ts';
import type { Finding, FindingAction } from '../../../shared/finding.ts';
import type { Client } from '../../client/client.ts';
import { inBatches, type BatchOutcomes } from '../common/in-batches.ts';
import { entriesMadeFor } from './finding-view.ts';

interface ActOptions {
  readonly reason?: string;
  /** Also files of the operating system and of Vedette itself. */
  readonly confirmed?: boolean;
}

export async function actOnFindings(
  client: Client,
  action: FindingAction,
  ids: readonly number[],
  { reason = '', confirmed = false }: ActOptions = {},
): Promise<BatchOutcomes> {
  return await inBatches(ids, (some) =>
    client.call('findings.act', { ids: some, action, reason, confirmed }),
  );
}

/** Where they were, with the permissions they had: as if nothing had happened. */
export async function undoQuarantine(client: Client, ids: readonly number[]): Promise<BatchOutcomes> {
  const wanted = new Set(ids);
  const vaultIds: string[] = [];
  let before: number | null = null;
  // What was just moved is among the newest; the bound is for a list that never ends.
  for (let page = 0; page < 20 && wanted.size > 0; page += 1) {
    const { findings }: { readonly findings: readonly Finding[] } = await client.call('findings.list', {
      states: ['quarantined'],
      job: null,
      before,
      limit: 1000,
    });
    for (const { id, vault_id: vaultId } of findings) {
      if (wanted.delete(id) && vaultId !== null) vaultIds.push(vaultId);
    }
    const last = findings.at(-1);
    if (last === undefined) break;
    before = last.id;
  }
  return await inBatches(vaultIds, (some) =>
    client.call('quarantine.restore', { ids: some, to: null, allow: false, keep_mode: true, reason: '' }),
  );
}

export interface Allowed extends BatchOutcomes {
  /** Entries that were not there before. */
  readonly made: readonly number[];
}

export async function allowFindings(
  client: Client,
  findings: readonly Finding[],
  reason: string,
): Promise<Allowed> {
  const before = await client.call('allow.list', {});
  const ids = findings.map(({ id }) => id);
  const outcomes = await actOnFindings(client, 'allow', ids, { reason });
  const after = await client.call('allow.list', {});
  return { ...outcomes, made: entriesMadeFor(findings, before.entries, after.entries) };
}

export async function undoRemovedEntries(client: Client, entries: readonly AllowEntry[]): Promise<void> {
  for (const { kind, value, reason } of entries) await client.call('allow.add', { kind, value, reason });
}
