// Files looked up from the cheapest tier to the dearest: the filter denies, memory settles what is current, the database the rest.
import type { FileIdentity, IdentifiedFile } from '../../shared/scan.ts';
import type { StoredFile } from '../../shared/stored-verdict.ts';
import type { IdentityFilter } from './identity-filter.ts';
import { decideRecall, isCurrent, notStored, type Decision, type Validity } from './recall.ts';
import type { VerdictMemory } from './verdict-memory.ts';
import type { VerdictStorePort } from './verdict-store-port.ts';

export interface Tiers {
  readonly filter: IdentityFilter;
  readonly memory: VerdictMemory;
  readonly store: Pick<VerdictStorePort, 'recallFiles'>;
}

interface OpenLookup {
  /** Place in the batch. */
  readonly index: number;
  readonly identity: FileIdentity;
}

/** In the order asked for; at most one call to the database. What it knows is in memory afterwards. */
export function askTiers(
  tiers: Tiers,
  files: readonly IdentifiedFile[],
  validity: Validity,
): readonly Decision[] {
  const decisions: Decision[] = [];
  const open: OpenLookup[] = [];
  for (const [index, { identity }] of files.entries()) {
    const decision = decideInMemory(tiers, identity, validity);
    if (decision === null) open.push({ index, identity });
    decisions.push(decision ?? notStored);
  }
  if (open.length > 0) decideInStore(tiers, open, validity, decisions);
  return decisions;
}

/** For one file, by memory and database together, whatever the filter says; nothing is kept of it. */
export function decideAnew({ memory, store }: Tiers, identity: FileIdentity, validity: Validity): Decision {
  const [row = null] = store.recallFiles([identity], validity.generation.id);
  return decideRecall(memory.get(identity), row, validity);
}

/** Into memory, where there is room and it is not there yet. False when it was not put in. */
export function warmOne({ memory }: Tiers, file: StoredFile, validity: Validity): boolean {
  const { identity } = file;
  if (memory.room <= 0 || memory.has(identity)) return false;
  const decision = decideRecall(undefined, file, validity);
  if (decision.kind !== 'known') return false;
  memory.set(identity, decision.kept, validity.generation.id);
  return true;
}

/** null: the database must be asked. */
function decideInMemory(
  { memory, filter }: Tiers,
  identity: FileIdentity,
  validity: Validity,
): Decision | null {
  const kept = memory.get(identity);
  if (kept === undefined) return filter.mayHave(identity) ? null : notStored;
  if (!isCurrent(kept, validity)) return null;
  return { kind: 'known', kept, from: 'memory', identity: 'hit', verdict: 'hit' };
}

function decideInStore(
  { memory, filter, store }: Tiers,
  open: readonly OpenLookup[],
  validity: Validity,
  decisions: Decision[],
): void {
  const generation = validity.generation.id;
  const stored = store.recallFiles(
    open.map(({ identity }) => identity),
    generation,
  );
  for (const [turn, { index, identity }] of open.entries()) {
    const kept = memory.get(identity);
    const row = stored[turn] ?? null;
    if (row === null && kept === undefined) filter.recordNotStored();
    const decision = decideRecall(kept, row, validity);
    if (decision.kind === 'known') memory.set(identity, decision.kept, generation);
    decisions[index] = decision;
  }
}
