// What was found and what came of it: the same file with the same content and detections is one finding, however often seen.
import { z } from 'zod';
import { findingStateSchema, type Finding, type FindingState } from '../../shared/finding.ts';
import { severitySchema, type Severity } from '../../shared/verdict.ts';
import { decodePath } from '../files/raw-path.ts';
import type { PromptDatabaseSlot, WritableDb } from './database-handle.ts';
import { columnsOf, provisional, readFinding, stateAfter, type FindingDraft } from './finding-rows.ts';
import { prepareReads, prepareWrites, type FindingColumns } from './finding-statements.ts';
import { preparedOnce } from './prepared-once.ts';

export interface RecordedFinding {
  readonly finding: Finding;
  /** False: it was known, and seen again. */
  readonly isNew: boolean;
  /** False: the database takes nothing now. It is queued, and its id until then is one that nothing has. */
  readonly isStored: boolean;
}

export interface FindingFilter {
  /** Empty for all. */
  readonly states: readonly FindingState[];
  /** Only those that this job found, for the first time or again. */
  readonly job: number | null;
  /** Only those with a smaller id; null for the newest. */
  readonly before: number | null;
  readonly limit: number;
}

/** In the order of time; at one moment the higher id is the newer. */
export interface FindingPosition {
  readonly foundAtMs: number;
  readonly id: number;
}

export interface RecentFilter {
  /** Empty for all. */
  readonly severities: readonly Severity[];
  /** Only those older than this; null for the newest. */
  readonly after: FindingPosition | null;
  readonly limit: number;
}

export interface RecentFindings {
  readonly findings: readonly Finding[];
  /** Of the last one; null when there are no older ones. */
  readonly next: FindingPosition | null;
}

export interface FindingChange {
  readonly state: FindingState;
  readonly note: string;
  readonly vaultId: string | null;
}

export interface OpenPath {
  readonly id: number;
  readonly path: string;
  readonly identity: string;
}

const endOfTime: FindingPosition = { foundAtMs: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };
const closedKept = 50_000;
/** The most that one `prune` takes on; what is left over is for the next. */
const maxRemovedAtOnce = 5000;

const openRowSchema = z.object({ id: z.number(), path: z.instanceof(Buffer), identity: z.string() });

export class FindingStore {
  readonly #slot: PromptDatabaseSlot;
  readonly #closedKept: number;
  readonly #reads = preparedOnce(prepareReads);
  readonly #writes = preparedOnce(prepareWrites);
  /** Told when the database does not answer: a threat does not go away with it. */
  #lastOpenCount = 0;
  #lastOpenId = 0;
  #nextProvisionalId = Number.MAX_SAFE_INTEGER;

  constructor(slot: PromptDatabaseSlot, options: { readonly closedKept?: number } = {}) {
    this.#slot = slot;
    this.#closedKept = options.closedKept ?? closedKept;
  }

  /**
   * At once. What was dismissed stays dismissed when it is only seen again; every other state is the draft's. Another
   * finding that was open in the same place is `gone` then.
   * @throws TypeError without a detection: a bug of the caller.
   */
  record(draft: FindingDraft, atMs: number = Date.now()): RecordedFinding {
    if (draft.detections.length === 0) throw new TypeError('a finding needs a detection');
    const columns = columnsOf(draft, atMs);
    const recorded = this.#slot.writeNow<RecordedFinding | null>(
      (db) => this.#put(db, columns, draft.jobId),
      null,
    );
    if (recorded !== null) return recorded;
    this.#slot.write((db) => void this.#put(db, columns, draft.jobId));
    const finding = provisional(this.#nextProvisionalId, draft, atMs);
    this.#nextProvisionalId -= 1;
    return { finding, isNew: true, isStored: false };
  }

  get(id: number): Finding | null {
    return this.#slot.read((db) => readFinding(this.#reads(db).one.get(id)), null);
  }

  /** The newest that an object of the vault came from. */
  byVaultId(vaultId: string): Finding | null {
    return this.#slot.read((db) => readFinding(this.#reads(db).ofVault.get(vaultId)), null);
  }

  /** Newest first: every place where these bytes were found. */
  sameContent(sha256: string, limit: number): readonly Finding[] {
    return this.#slot.read(
      (db) =>
        this.#reads(db)
          .ofContent.all(sha256, limit)
          .map(readFinding)
          .filter((finding) => finding !== null),
      [],
    );
  }

  /** Newest first; `total` counts all that fit, on whatever page. */
  list({ states, job, before, limit }: FindingFilter): {
    readonly findings: readonly Finding[];
    readonly total: number;
  } {
    const wanted = [...new Set(states.length === 0 ? findingStateSchema.options : states)];
    const below = before ?? Number.MAX_SAFE_INTEGER;
    return this.#slot.read(
      (db) => {
        const reads = this.#reads(db);
        const ids =
          job === null
            ? wanted.flatMap((state) => reads.newestOf.all(state, below, limit))
            : reads.newestOfJob.all(job, JSON.stringify(wanted), below, limit);
        const total =
          job === null
            ? wanted.reduce((sum, state) => sum + (reads.count.get(state) ?? 0), 0)
            : (reads.countOfJob.get(job, JSON.stringify(wanted)) ?? 0);
        const findings = ids
          .toSorted((one, other) => other - one)
          .slice(0, limit)
          .map((id) => readFinding(reads.one.get(id)))
          .filter((finding) => finding !== null);
        return { findings, total };
      },
      { findings: [], total: 0 },
    );
  }

  /** By the time they were found, newest first, a page at a time; null when the database does not answer. */
  recent({ severities, after, limit }: RecentFilter): RecentFindings | null {
    const wanted = new Set(severities.length === 0 ? severitySchema.options : severities);
    const { foundAtMs, id } = after ?? endOfTime;
    return this.#slot.read<RecentFindings | null>((db) => {
      const reads = this.#reads(db);
      const found = [...wanted]
        .flatMap((severity) => reads.recentOf.all(severity, foundAtMs, id, limit + 1))
        .toSorted((one, other) => other[1] - one[1] || other[0] - one[0]);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        findings: page.map(([one]) => readFinding(reads.one.get(one))).filter((finding) => finding !== null),
        next: last === undefined ? null : { id: last[0], foundAtMs: last[1] },
      };
    }, null);
  }

  /** At once, or queued while the database takes nothing. @returns how it is now; null when there is none of this id. */
  setState(id: number, change: FindingChange, atMs: number = Date.now()): Finding | null {
    const values = { ...change, note: change.note.toWellFormed(), id, atMs: Math.round(atMs) };
    const changed = this.#slot.writeNow<Finding | 'none' | 'failed'>((db) => {
      this.#writes(db).change.run(values);
      return readFinding(this.#reads(db).one.get(id)) ?? 'none';
    }, 'failed');
    if (changed === 'none') return null;
    if (changed !== 'failed') return changed;
    this.#slot.write((db) => void this.#writes(db).change.run(values));
    const known = this.get(id);
    return known === null
      ? null
      : { ...known, state: change.state, note: values.note, vault_id: change.vaultId };
  }

  /** The last known while the database does not answer. */
  openCount(): number {
    this.#lastOpenCount = this.#slot.read(
      (db) => this.#reads(db).count.get('open') ?? 0,
      this.#lastOpenCount,
    );
    return this.#lastOpenCount;
  }

  /** To look whether they are still there; the next call goes on where this one ended, and begins again after the last. */
  openPaths(limit: number): readonly OpenPath[] {
    const rows = this.#slot.read<readonly unknown[]>((db) => {
      const { openAfter } = this.#reads(db);
      const next = openAfter.all(this.#lastOpenId, limit);
      return next.length > 0 ? next : openAfter.all(0, limit);
    }, []);
    const open = rows.map((row) => openRowSchema.parse(row));
    this.#lastOpenId = open.length < limit ? 0 : (open.at(-1)?.id ?? 0);
    return open.map(({ id, path, identity }) => ({ id, path: decodePath(path), identity }));
  }

  /** Removes some of the oldest that are not open, beyond those kept, at once. @returns how many. */
  prune(): number {
    return this.#slot.writeNow((db) => {
      const { countClosed, oldestClosed, unlink, remove } = this.#writes(db);
      const excess = (countClosed.get() ?? 0) - this.#closedKept;
      if (excess <= 0) return 0;
      const ids = oldestClosed.all(Math.min(excess, maxRemovedAtOnce));
      for (const id of ids) {
        unlink.run(id);
        remove.run(id);
      }
      return ids.length;
    }, 0);
  }

  #put(db: WritableDb, columns: FindingColumns, jobId: number | null): RecordedFinding | null {
    const writes = this.#writes(db);
    const known = readFinding(writes.same.get(columns));
    let id = known?.id;
    if (known === null || id === undefined) id = writes.insert.get(columns);
    else writes.seeAgain.run({ ...columns, ...stateAfter(known, columns), id });
    if (id === undefined) return null;
    const note = `The file was scanned again: finding ${id} says what is there now.`;
    writes.supersede.run({ path: columns.path, id, note, atMs: columns.atMs });
    if (jobId !== null) writes.link.run(jobId, id);
    const finding = readFinding(this.#reads(db).one.get(id));
    return finding === null ? null : { finding, isNew: known === null, isStored: true };
  }
}
