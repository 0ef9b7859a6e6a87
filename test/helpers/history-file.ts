// The database of the history, and notes and findings to keep in it.
import { join } from 'node:path';
import { silentLogger, type Logger } from '../../src/core/logger.ts';
import { historyApplicationId } from '../../src/core/store/application-ids.ts';
import { DatabaseFile } from '../../src/core/store/database-file.ts';
import type { DatabaseSlot, PromptDatabaseSlot } from '../../src/core/store/database-handle.ts';
import type { FindingDraft } from '../../src/core/store/finding-rows.ts';
import { historyMigrations } from '../../src/core/store/migrations/history/all.ts';
import type { HistoryNote } from '../../src/shared/history-event.ts';
import { finding, hashOf, identityFor } from './store-entries.ts';

/** `history.db` in `folder`. */
export function historyFile(folder: string, logger: Logger = silentLogger): DatabaseFile {
  return new DatabaseFile({
    file: join(folder, 'history.db'),
    title: 'history',
    applicationId: historyApplicationId,
    migrations: historyMigrations,
    logger,
  });
}

/** A database that can be told to take nothing at the moment, as when another process keeps it locked. */
export class StubbornSlot implements PromptDatabaseSlot {
  takesNothing = false;
  answersNothing = false;
  /** What happens behind the back of whoever wrote. */
  afterWriteNow: () => void = () => undefined;
  readonly #slot: PromptDatabaseSlot;

  constructor(slot: PromptDatabaseSlot) {
    this.#slot = slot;
  }

  read: DatabaseSlot['read'] = (work, fallback) =>
    this.answersNothing ? fallback : this.#slot.read(work, fallback);

  write: DatabaseSlot['write'] = (work) => this.#slot.write(work);

  writeNow: PromptDatabaseSlot['writeNow'] = (work, fallback) => {
    if (this.takesNothing) return fallback;
    const result = this.#slot.writeNow(work, fallback);
    this.afterWriteNow();
    return result;
  };
}

export function noteFor(number: number, changes: Partial<HistoryNote> = {}): HistoryNote {
  return {
    kind: 'detection',
    actor: 'system',
    text: `Something was found, number ${number}.`,
    path: `/home/someone/file-${number}`,
    details: { number, engines: ['clamav', 'yara'] },
    ...changes,
  };
}

export function draftFor(inode: number, changes: Partial<FindingDraft> = {}): FindingDraft {
  return {
    path: `/home/someone/file-${inode}`,
    identity: identityFor(inode),
    sha256: hashOf(inode),
    sizeBytes: 4096,
    verdict: 'infected',
    detections: [finding],
    origin: 'realtime',
    jobId: null,
    state: 'open',
    note: '',
    vaultId: null,
    ...changes,
  };
}
