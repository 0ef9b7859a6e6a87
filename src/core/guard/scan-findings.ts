// What a scan in a process of its own does with what it finds: the allow-list is asked, and the finding is kept for everybody.
import type { AllowEntry } from '../../shared/allow-entry.ts';
import { threatIn } from '../../shared/verdict.ts';
import type { ScanOutcome } from '../pipeline.ts';
import { AllowStore } from '../store/allow-store.ts';
import type { EventChain } from '../store/event-chain.ts';
import { FindingStore, type RecordedFinding } from '../store/finding-store.ts';
import type { Store } from '../store/store.ts';
import { AllowBook } from './allow-book.ts';
import { historyChain } from './history-chain.ts';
import { recordFinding } from './record-finding.ts';

/** Databases take turns by themselves: neither needs to own the data folder. */
export class ScanFindings {
  readonly #allow: AllowBook;
  readonly #findings: FindingStore;
  readonly #chain: EventChain;
  readonly #actor: string;

  constructor(store: Store, dataDir: string, actor: string) {
    const { history } = store;
    this.#chain = historyChain(store, dataDir);
    this.#findings = new FindingStore(history);
    this.#allow = new AllowBook({
      store: new AllowStore(history),
      write: (note) => void this.#chain.append(note),
    });
    this.#actor = actor;
  }

  /** The entry of the allow-list that names what was found; null for what nobody allowed, and for no finding. */
  allowedBy({ request, verdict }: ScanOutcome): AllowEntry | null {
    const threat = threatIn(verdict);
    if (threat === null) return null;
    const { path } = request;
    return this.#allow.match({ path, sha256: verdict.sha256, detections: threat.detections });
  }

  /** null for what is no finding, or is about no file that could be named again. */
  record(outcome: ScanOutcome): RecordedFinding | null {
    return recordFinding(
      { findings: this.#findings, write: (note) => void this.#chain.append(note) },
      outcome,
      { state: 'open', note: '', jobId: null, actor: this.#actor },
    );
  }
}
