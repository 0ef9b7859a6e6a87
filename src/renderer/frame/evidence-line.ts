// What stands behind “Protected”, in one line: said only of what is known.
import type { Protection, ProtectionEvidence } from '../../shared/protection.ts';
import { formatMs, formatRoughly } from '../format/durations.ts';
import { evidenceMessages } from '../messages/frame.ts';
import { engineWords } from '../messages/words.ts';

const daySeconds = 86_400;

/** Parts of the line, most telling first; empty where the sentence of the state says more. */
export function evidenceParts({ state, evidence }: Protection): readonly string[] {
  if (evidence === null || state !== 'protected') return [];
  return [...folders(evidence), ...engines(evidence), ...signatures(evidence), ...proof(evidence)];
}

function folders({ watcher }: ProtectionEvidence): readonly string[] {
  // A removable volume that is not there is not missed.
  const expected = watcher.folders.filter(({ removable, state }) => !removable || state !== 'gone');
  const watched = expected.filter(({ state }) => state === 'watching');
  return expected.length === 0 ? [] : [evidenceMessages.folders(watched.length, expected.length)];
}

function engines({ engines: all }: ProtectionEvidence): readonly string[] {
  const names = all
    .filter(({ name, state }) => name !== 'hash' && state !== 'unavailable')
    .map(({ name }) => (name === 'clamav' || name === 'yara' ? engineWords[name] : name));
  return names.length === 0 ? [] : [names.join(' + ')];
}

function signatures({ signature_age_days: days }: ProtectionEvidence): readonly string[] {
  return days === null ? [] : [evidenceMessages.signatures(formatRoughly(days * daySeconds))];
}

/** The slowest of the canaries: every folder was at least as fast. */
function proof({ watcher }: ProtectionEvidence): readonly string[] {
  const seen = watcher.folders.flatMap(({ canary_ms: ms, canary_missed: isMissed }) =>
    ms === null || isMissed ? [] : [ms],
  );
  return seen.length === 0 ? [] : [evidenceMessages.proof(formatMs(Math.max(...seen)))];
}
