// Where findings are kept and acted upon, by the policy or by a person: every act is written down, and each can be undone.
import type { EachOutcome } from '../../shared/contract.ts';
import type { Finding, FindingState } from '../../shared/finding.ts';
import type { HistoryNote } from '../../shared/history-event.ts';
import type { VaultRecord } from '../../shared/vault-record.ts';
import { assertNever, type Reason } from '../../shared/verdict.ts';
import { parseIdentity } from '../files/file-identity.ts';
import { identifyFile } from '../intake/identify-file.ts';
import { keepNewest } from '../keep-newest.ts';
import type { ScanOutcome } from '../pipeline.ts';
import type { ProtectedFile } from '../respond/protected-files.ts';
import type { FindingStore } from '../store/finding-store.ts';
import type { QuarantineResult } from '../vault/quarantine-file.ts';
import type { Vault } from '../vault/vault.ts';
import type { AllowBook } from './allow-book.ts';
import type { Feed } from './feed.ts';
import { namesOf, recordFinding, type FindingRecord } from './record-finding.ts';
import { shownPath } from '../files/shown-path.ts';

export interface FindingDeskOptions {
  readonly findings: FindingStore;
  readonly write: (note: HistoryNote) => void;
  readonly allow: AllowBook;
  /** The vault, or why there is none. */
  readonly vault: () => Vault | string;
  readonly protectedAs: (path: string) => ProtectedFile | null;
  readonly feed: Feed;
  /** The file is no longer the one that was scanned: it has to be looked at again. False where nobody can. */
  readonly rescan: (path: string) => boolean;
  readonly now?: () => number;
}

export interface Acted {
  readonly ok: boolean;
  /** What happened, or why it did not, in one sentence. */
  readonly text: string;
  readonly needsConfirmation?: boolean;
}

/** Where a file of the vault is and what became of it; of the rest, what is known better than by the vault. */
export type VaultFinding = Pick<Finding, 'path' | 'state' | 'note' | 'vault_id'> &
  Partial<Pick<Finding, 'identity' | 'verdict' | 'detections'>>;

const alreadyMoved: Acted = { ok: false, text: 'It is quarantined already.' };
const maxKept = 10_000;
/** A file that changes at every look, or seems to, is not scanned round and round. */
const rescanPauseMs = 60_000;
/** What has the name now is certainly not the file that was found. */
const replacedReasons: ReadonlySet<Reason> = new Set<Reason>(['vanished', 'symbolic_link', 'special_file']);

/** Where only the content is known; findings of the same content at the same place are one. */
const nobodysIdentity = '0:0:0:0:0';

export class FindingDesk {
  readonly #options: FindingDeskOptions;
  readonly #now: () => number;
  /** By finding: why it could not be moved, as the history has it; the oldest go first. */
  readonly #toldFailures = new Map<number, string>();
  readonly #rescannedAtMs = new Map<string, number>();
  /** What was moved lately, by name and identity: other names of the same file are other files to find. */
  readonly #moved = new Set<string>();

  constructor(options: FindingDeskOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** A scan has found it; `isNew` where nobody knew of it yet. */
  record(outcome: ScanOutcome, record: FindingRecord): ReturnType<typeof recordFinding> {
    const recorded = recordFinding(this.#options, outcome, record);
    if (recorded?.isNew === true) this.#tell(recorded.finding);
    return recorded;
  }

  /** It is in the vault: what is told of it now was scanned before. */
  wasMoved(path: string, identity: string): boolean {
    return this.#moved.has(`${identity} ${path}`);
  }

  /** Into the vault. The file must still be the one that was scanned. */
  async quarantine(finding: Finding, actor: string, confirmed: boolean): Promise<Acted> {
    if (finding.state === 'quarantined') return alreadyMoved;
    const protectedAs = this.#options.protectedAs(finding.path);
    if (protectedAs !== null && !confirmed) {
      return {
        ok: false,
        text: `${protectedAs.why} Confirm it to move it all the same.`,
        needsConfirmation: true,
      };
    }
    const vault = this.#options.vault();
    if (typeof vault === 'string') return this.#failed(finding, actor, vault);
    const identity = parseIdentity(finding.identity);
    if (identity === null) return this.#failed(finding, actor, 'its identity was not kept; scan it again');
    const { path, sha256, detections } = finding;
    const result = await vault.quarantine({
      path,
      identity,
      sha256,
      detections,
      actor,
      // Asked again where the file really is: a link may have led the first question elsewhere.
      refuse: (real) => (confirmed ? null : (this.#options.protectedAs(real)?.why ?? null)),
    });
    return this.#settleQuarantine(finding, actor, result);
  }

  allow(finding: Finding, actor: string, reason: string): Acted {
    const { sha256, path } = finding;
    const draft =
      sha256 === null ? ({ kind: 'path', value: path } as const) : ({ kind: 'hash', value: sha256 } as const);
    const { entry } = this.#options.allow.add({ ...draft, reason, author: actor });
    const what = draft.kind === 'hash' ? 'its content' : 'its place';
    const text = `Allowed by ${what} (entry ${entry.id}); undo: vedette allow remove ${entry.id}`;
    if (finding.state === 'quarantined') return { ok: true, text: `${text}. It is in quarantine still.` };
    this.setState(finding.id, 'allowed', `Allowed by ${actor}${reason === '' ? '.' : `: ${reason}`}`);
    return { ok: true, text };
  }

  dismiss(finding: Finding, actor: string): Acted {
    if (finding.state !== 'open') return { ok: false, text: `It is not open, but ${finding.state}.` };
    this.setState(finding.id, 'dismissed', `Left where it is by ${actor}.`);
    this.#options.write({
      kind: 'dismissed',
      actor,
      text: `${namesOf(finding.detections)} was left where it is.`,
      path: finding.path,
      details: { finding: finding.id },
    });
    return { ok: true, text: 'Left where it is; it is told of again when the file changes.' };
  }

  /** Undoes `dismiss`. */
  reopen(finding: Finding, actor: string): Acted {
    if (finding.state !== 'dismissed')
      return { ok: false, text: `It was not left where it is, but is ${finding.state}.` };
    this.setState(finding.id, 'open', `Taken up again by ${actor}.`);
    this.#options.write({
      kind: 'reopened',
      actor,
      text: `${namesOf(finding.detections)} needs a decision again.`,
      path: finding.path,
      details: { finding: finding.id },
    });
    return { ok: true, text: 'It needs a decision again.' };
  }

  get(id: number): Finding | null {
    return this.#options.findings.get(id);
  }

  setState(id: number, state: FindingState, note: string, vaultId?: string | null): void {
    const known = this.#options.findings.get(id);
    if (known === null) return;
    const change = { state, note, vaultId: vaultId === undefined ? known.vault_id : vaultId };
    const changed = this.#options.findings.setState(id, change, this.#now());
    if (changed !== null) this.#tell(changed);
  }

  /** What became of a file in the vault, for the finding that brought it there. */
  settleVault(vaultId: string, state: FindingState, note: string): void {
    const finding = this.#options.findings.byVaultId(vaultId);
    if (finding !== null) this.setState(finding.id, state, note);
  }

  /**
   * What the vault knows of a file, as a finding: for a move that was settled after a kill, and for a file that was put
   * back. null where nobody knows what was found in it.
   */
  recordFromVault(record: VaultRecord, is: VaultFinding): Finding | null {
    const { path, state, note, vault_id: vaultId } = is;
    const { identity = nobodysIdentity, verdict = 'infected', detections = record.detections } = is;
    if (detections.length === 0) return null;
    const { finding } = this.#options.findings.record(
      {
        path,
        identity,
        sha256: record.sha256,
        sizeBytes: record.size_bytes,
        verdict,
        detections,
        origin: 'manual',
        jobId: null,
        state,
        note,
        vaultId,
      },
      this.#now(),
    );
    this.#tell(finding);
    return finding;
  }

  /**
   * Open findings whose file is gone are no threat any more, and neither are those whose file has become another one, as
   * soon as somebody looks at that. Returns how many.
   */
  checkOpen(limit: number): number {
    let settled = 0;
    for (const { id, path, identity } of this.#options.findings.openPaths(limit)) {
      const found = identifyFile(path, { maxFileSizeBytes: Number.POSITIVE_INFINITY });
      if (found.kind === 'regular') {
        // Its bytes may well be the same: touched is enough to make it another.
        if (found.file.identity === identity || !this.#options.rescan(path)) continue;
        this.setState(id, 'gone', 'The file has changed since; it is scanned again.');
      } else {
        const { reason } = found.judgement;
        // Of what cannot be looked at now nobody can tell.
        if (!replacedReasons.has(reason)) continue;
        const isGone = reason === 'vanished';
        this.setState(id, 'gone', isGone ? 'The file is no longer there.' : 'The file is another one now.');
      }
      settled += 1;
    }
    return settled;
  }

  #settleQuarantine(finding: Finding, actor: string, result: QuarantineResult): Acted {
    // Somebody else was first, while this one waited.
    if (result.kind !== 'quarantined' && this.get(finding.id)?.state === 'quarantined') return alreadyMoved;
    switch (result.kind) {
      case 'quarantined': {
        this.#toldFailures.delete(finding.id);
        keepNewest(this.#moved.add(`${finding.identity} ${finding.path}`), maxKept);
        const { id, other_link_count: others } = result.record;
        const links =
          others === 0
            ? ''
            : ` ${others} other ${others === 1 ? 'name' : 'names'} of the same file ${others === 1 ? 'is' : 'are'} still there.`;
        this.setState(finding.id, 'quarantined', `Quarantined.${links}`, id);
        this.#options.write({
          kind: 'quarantined',
          actor,
          text: `${shownPath(finding.path)} was quarantined (${namesOf(finding.detections)}).${links}`,
          path: finding.path,
          details: { finding: finding.id, vault: id, sha256: result.record.sha256 },
        });
        return { ok: true, text: `Quarantined as ${id.slice(0, 8)}.${links}` };
      }
      case 'changed': {
        if (!this.#mayRescan(finding.path)) return this.#failed(finding, actor, result.detail);
        const text = `Not moved: ${result.detail}. It has to be scanned again.`;
        const isRescanned = this.#options.rescan(finding.path);
        this.setState(finding.id, isRescanned ? 'gone' : 'open', text);
        return { ok: false, text };
      }
      case 'gone':
        this.setState(finding.id, 'gone', 'The file is no longer there.');
        return { ok: false, text: 'The file is no longer there.' };
      case 'failed':
        return this.#failed(finding, actor, result.detail);
      default:
        return assertNever(result);
    }
  }

  #mayRescan(path: string): boolean {
    const nowMs = this.#now();
    if (Math.abs(nowMs - (this.#rescannedAtMs.get(path) ?? 0)) < rescanPauseMs) return false;
    this.#rescannedAtMs.delete(path);
    keepNewest(this.#rescannedAtMs.set(path, nowMs), maxKept);
    return true;
  }

  /** It is still where it was, and that is what everybody must see. */
  #failed(finding: Finding, actor: string, detail: string): Acted {
    const note = `active – quarantine failed: ${detail}`;
    // Tried again with every scan that finds it: told once.
    if (this.#toldFailures.get(finding.id) !== note) {
      this.#toldFailures.set(finding.id, note);
      keepNewest(this.#toldFailures, maxKept);
      this.#options.write({
        kind: 'quarantine_failed',
        actor,
        text: `${shownPath(finding.path)} could not be quarantined: ${detail}`,
        path: finding.path,
        details: { finding: finding.id },
      });
    }
    this.setState(finding.id, 'open', note);
    return { ok: false, text: `Could not be moved: ${detail}` };
  }

  #tell(finding: Finding): void {
    this.#options.feed.emit({ kind: 'finding', at: this.#now() / 1000, finding });
  }
}

export function outcomeOf(id: number | string, acted: Acted, path: string | null): EachOutcome {
  return { id, ok: acted.ok, text: acted.text, needs_confirmation: acted.needsConfirmation ?? false, path };
}
