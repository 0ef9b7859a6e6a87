// From a verdict to what is done about it: the one place where a policy moves a file. One finding at a time, in order.
import { messageOf } from '../../shared/errors.ts';
import type { Finding } from '../../shared/finding.ts';
import { assertNever, threatIn } from '../../shared/verdict.ts';
import { keepNewest } from '../keep-newest.ts';
import type { Logger } from '../logger.ts';
import type { ScanOutcome } from '../pipeline.ts';
import type { Brake } from '../respond/brake.ts';
import {
  countsForBrake,
  decideResponse,
  type Response,
  type ResponseAction,
} from '../respond/decide-response.ts';
import type { BurstNotifier, ToldAs } from '../respond/notify-burst.ts';
import type { ProtectedFile } from '../respond/protected-files.ts';
import type { AllowBook } from './allow-book.ts';
import type { FindingDesk } from './finding-desk.ts';

export interface ResponderOptions {
  readonly desk: FindingDesk;
  readonly allow: AllowBook;
  readonly brake: Brake;
  /** The brake has come on: written down, kept for the next start, told. */
  readonly onBrake: (reason: string) => void;
  readonly protectedAs: (path: string) => ProtectedFile | null;
  readonly notifier: BurstNotifier;
  readonly action: () => ResponseAction;
  readonly logger: Logger;
}

export interface AskedFor {
  readonly jobId?: number;
  /** Who had the file looked at, for the history; by default nobody but the policy. */
  readonly actor?: string;
}

const maxCounted = 10_000;
/** With more findings waiting for their answer whoever brings them from a walk waits too. */
const maxWaiting = 500;

export class Responder {
  readonly #options: ResponderOptions;
  /** Findings that the brake has heard of: what a sweep meets again and again is counted once. */
  readonly #counted = new Set<number>();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isClosed = false;

  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  /** Resolves when the finding has been dealt with; at once for what is none. Never throws. */
  handle(outcome: ScanOutcome, asked: AskedFor = {}): Promise<void> {
    if (threatIn(outcome.verdict) === null) return Promise.resolve();
    this.#waiting += 1;
    this.#last = this.#inTurn(this.#last, outcome, asked);
    return this.#last;
  }

  /** For walks: what to await before the next files, undefined when there is no need. */
  breathe(): Promise<void> | undefined {
    return this.#waiting > maxWaiting ? this.#last : undefined;
  }

  /** Resolves when all that was handed in has been dealt with. */
  settled(): Promise<void> {
    return this.#last;
  }

  /** Nothing is decided meanwhile: a file that a person puts back is not taken away again before that is known. */
  hold<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = over(done);
    return done;
  }

  /** Finishes what it is at; what waits is found again by the sweep of the next start. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#last;
  }

  async #inTurn(before: Promise<void>, outcome: ScanOutcome, asked: AskedFor): Promise<void> {
    await before;
    this.#waiting -= 1;
    if (this.#isClosed) return;
    try {
      await this.#respond(outcome, asked);
    } catch (error) {
      this.#options.logger.error({ cause: messageOf(error) }, 'a finding could not be dealt with');
    }
  }

  async #respond(outcome: ScanOutcome, { jobId, actor = 'policy' }: AskedFor): Promise<void> {
    const { request, verdict, identity } = outcome;
    const threat = threatIn(verdict);
    const { desk, allow, brake, action } = this.#options;
    const { path } = request;
    // The same file may be on its way here once more, from a sweep.
    if (threat === null || identity === null || desk.wasMoved(path, identity)) return;
    const { detections } = threat;
    const allowed = allow.match({ path, sha256: verdict.sha256, detections });
    const protectedAs = this.#options.protectedAs(path);
    const question = { verdictKind: threat.kind, detections, action: action(), allowed, protectedAs };
    const recorded = desk.record(outcome, {
      state: allowed === null ? 'open' : 'allowed',
      note: allowed === null ? '' : `Allowed by ${allowed.author}.`,
      jobId: jobId ?? null,
      actor,
    });
    if (recorded === null) return;
    const { finding, isNew } = recorded;
    if (finding.state === 'open' && countsForBrake(question) && this.#isFirstCount(finding.id)) {
      const signatures = detections.map(({ name }) => name);
      const { tripped, reason } = brake.observe({ signatures, path, protectedAs });
      if (tripped) this.#options.onBrake(reason);
    }
    const response = decideResponse({ ...question, brakeOn: brake.state.on });
    await this.#act(response, finding, isNew);
  }

  async #act(response: Response, finding: Finding, isNew: boolean): Promise<void> {
    const { desk } = this.#options;
    switch (response.kind) {
      case 'none':
        break;
      case 'report':
      case 'ask':
        if (finding.state === 'open') desk.setState(finding.id, 'open', response.why);
        if (isNew) this.#notify(finding, response.kind);
        break;
      case 'quarantine': {
        // A person has seen it and left it alone.
        if (finding.state === 'dismissed') break;
        const acted = await desk.quarantine(finding, 'policy', false);
        if (isNew || acted.ok) this.#notify(finding, acted.ok ? 'quarantined' : 'failed');
        break;
      }
      default:
        assertNever(response);
    }
  }

  /** With its newest note; a database that does not answer keeps nobody from being told. */
  #notify(finding: Finding, toldAs: ToldAs): void {
    this.#options.notifier.tell(this.#options.desk.get(finding.id) ?? finding, toldAs);
  }

  #isFirstCount(id: number): boolean {
    if (this.#counted.has(id)) return false;
    keepNewest(this.#counted.add(id), maxCounted);
    return true;
  }
}

/** Well or badly. */
async function over(work: Promise<unknown>): Promise<void> {
  await Promise.allSettled([work]);
}
