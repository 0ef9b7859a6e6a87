// What `vedette scan` does about what it finds: the allow-list is asked, findings are kept, and moved into the vault when that was asked for.
import type { ScanFindings } from '../core/guard/scan-findings.ts';
import type { ScanOutcome } from '../core/pipeline.ts';
import { toAllowed, toScanResult } from '../core/scan-result.ts';
import type { EachOutcome } from '../shared/contract.ts';
import { messageOf } from '../shared/errors.ts';
import type { Finding } from '../shared/finding.ts';
import type { ScanResult } from '../shared/scan-report.ts';
import { currentActor } from '../core/actor.ts';
import { askVedette, type OpenDesk } from './ask-vedette.ts';
import type { AskingOptions } from './remote-options.ts';

type Quarantined = NonNullable<ScanResult['quarantine']>;
export type Quarantine = (finding: Finding) => Promise<Quarantined>;

export interface FindingAnswersOptions {
  readonly findings: ScanFindings;
  /** null: what is found stays where it is. */
  readonly quarantine: Quarantine | null;
  readonly report: (result: ScanResult) => void;
}

const notListed = 'What was found is not in the list of threats: the history takes nothing now.';
const notMoved = 'not moved: what is moved is written down first, and the history takes nothing now';

export class FindingAnswers {
  readonly #options: FindingAnswersOptions;
  #last: Promise<void> = Promise.resolve();
  #areAllListed = true;

  constructor(options: FindingAnswersOptions) {
    this.#options = options;
  }

  /** Reports the result when all is known of it; returns whether the user has allowed what was found. */
  answer(outcome: ScanOutcome): boolean {
    const { findings, quarantine, report } = this.#options;
    const { request, verdict } = outcome;
    const result = toScanResult(request.path, verdict);
    const entry = findings.allowedBy(outcome);
    if (entry !== null) {
      report({ ...result, allowed: toAllowed(entry) });
      return true;
    }
    const recorded = findings.record(outcome);
    if (recorded?.isStored === false) this.#areAllListed = false;
    if (quarantine === null || recorded === null || verdict.judgement.kind !== 'infected') report(result);
    else if (!recorded.isStored) report({ ...result, quarantine: { done: false, detail: notMoved } });
    else this.#last = this.#move(this.#last, recorded.finding, result, quarantine);
    return false;
  }

  /** What there is to say of all of them together. */
  get notices(): readonly string[] {
    return this.#areAllListed ? [] : [notListed];
  }

  /** Resolves when nothing waits to be moved any more. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #move(
    before: Promise<void>,
    finding: Finding,
    result: ScanResult,
    quarantine: Quarantine,
  ): Promise<void> {
    await before;
    this.#options.report({ ...result, quarantine: await quarantine(finding) });
  }
}

function detailOf({ id, text, needs_confirmation: needsConfirmation }: EachOutcome): string {
  return needsConfirmation ? `${text} To do so: vedette threats quarantine ${id} --yes` : text;
}

/** By the Vedette that owns the data folder, or by this process. */
export function quarantineThrough(options: AskingOptions, openDesk: OpenDesk): Quarantine {
  return async ({ id }) => {
    let quarantined: Quarantined = { done: false, detail: 'not moved: nobody answered' };
    try {
      await askVedette(options, openDesk, async (call) => {
        const { outcomes } = await call('findings.act', {
          ids: [id],
          action: 'quarantine',
          reason: '',
          confirmed: false,
          actor: currentActor(),
        });
        const [outcome] = outcomes;
        if (outcome !== undefined) quarantined = { done: outcome.ok, detail: detailOf(outcome) };
        return 0;
      });
    } catch (error) {
      quarantined = { done: false, detail: `not moved: ${messageOf(error)}` };
    }
    return quarantined;
  };
}
