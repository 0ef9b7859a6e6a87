// At start: every move that a crash cut short is made wholly done or wholly undone, and what it left behind is removed.
import { readdir } from 'node:fs/promises';
import { assertNever } from '../../shared/verdict.ts';
import { messageOf } from '../../shared/errors.ts';
import { codeOf, isFsError } from '../files/open-file.ts';
import { readJournal, removeJournal } from './move-journal.ts';
import { recoverQuarantine } from './recover-quarantine.ts';
import { recoverRestore } from './recover-restore.ts';
import type { Settlement } from './settle-move.ts';
import { removeIfThere } from './timely-files.ts';
import { unfinishedName, vaultFileOf, type VaultContext, type VaultFile } from './vault-context.ts';

export interface RecoveredMove {
  readonly id: string;
  readonly move: 'quarantine' | 'restore';
  /** Where the file was, or was to be. */
  readonly path: string;
  readonly outcome: Settlement['outcome'];
  /** For a person. */
  readonly detail: string;
}

export interface Recovery {
  readonly moves: readonly RecoveredMove[];
  /** Sentences about what could not be settled; the next start tries again. */
  readonly problems: readonly string[];
}

export async function recoverMoves(context: VaultContext): Promise<Recovery> {
  const moves: RecoveredMove[] = [];
  const problems: string[] = [];
  const files = await listVault(context);
  for (const { id } of files.filter(({ kind }) => kind === 'journal')) {
    try {
      const move = await recoverMove(context, id);
      if (move !== null) moves.push(move);
    } catch (error) {
      if (!isFsError(error)) throw error;
      const fields = { id, code: codeOf(error), error: messageOf(error) };
      context.logger.error(fields, 'a move that was cut short could not be settled');
      problems.push(
        `A move that was cut short could not be settled (${fields.code}); the next start tries again.`,
      );
    }
  }
  const unsettled = new Set((await listVault(context)).filter(isJournal).map(({ id }) => id));
  for (const { kind, id } of files) {
    if (kind === 'unfinished' && !unsettled.has(id))
      await removeIfThere(context.folder.at(unfinishedName(id)));
  }
  return { moves, problems };
}

/** Only what has a name of ours. */
export async function listVault({ folder }: VaultContext): Promise<readonly VaultFile[]> {
  const names = await readdir(folder.self, { encoding: 'latin1' });
  return names.map(vaultFileOf).filter((file) => file !== null);
}

async function recoverMove(context: VaultContext, id: string): Promise<RecoveredMove | null> {
  const journal = await readJournal(context.folder, id);
  const { intent } = journal;
  if (intent === null) {
    await removeIfThere(context.folder.at(unfinishedName(id)));
    await removeJournal(context.folder, id);
    return null;
  }
  const { outcome, detail } = await recover();
  await removeJournal(context.folder, id);
  context.logger.warn({ id, move: intent.kind, outcome }, 'a move that was cut short was settled');
  return { id, move: intent.kind, path: intent.path, outcome, detail };

  async function recover(): Promise<Pick<Settlement, 'outcome' | 'detail'>> {
    switch (intent?.kind) {
      case 'quarantine':
        return await recoverQuarantine(context, id, intent, journal);
      case 'restore':
        return await recoverRestore(context, id, intent, journal);
      case undefined:
        throw new TypeError('a journal without intent');
      default:
        return assertNever(intent);
    }
  }
}

function isJournal({ kind }: VaultFile): boolean {
  return kind === 'journal';
}
