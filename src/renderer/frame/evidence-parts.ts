// What the state rests on, each with its figure; what is not known is not said.
import type { EngineReport } from '../../shared/engine-report.ts';
import type { ProtectionEvidence } from '../../shared/protection.ts';
import { formatMs, formatRoughly } from '../format/durations.ts';
import { formatWhen } from '../format/times.ts';
import { evidenceMessages as words } from '../messages/frame.ts';
import { engineWords } from '../messages/words.ts';

export interface EvidencePart {
  readonly text: string;
  /** More, on hover; may be empty. */
  readonly hint: string;
}

const daySeconds = 86_400;

/** @param engines with their versions, as far as they are known yet */
export function evidenceParts(
  evidence: ProtectionEvidence,
  engines: readonly EngineReport[],
  now: number,
): readonly EvidencePart[] {
  return [
    ...folderPart(evidence),
    ...proofPart(evidence, now),
    ...enginePart(engines),
    ...signaturePart(evidence),
    ...sweepPart(evidence, now),
  ];
}

function folderPart({ watcher }: ProtectionEvidence): readonly EvidencePart[] {
  // A removable volume that is not there is not missed.
  const expected = watcher.folders.filter(({ removable, state }) => !removable || state !== 'gone');
  if (expected.length === 0) return [];
  const watched = expected.filter(({ state }) => state === 'watching');
  const within = watched.reduce((sum, { folders }) => sum + folders, 0);
  return [plain(words.folders(watched.length, expected.length, within))];
}

/** The oldest proof and the slowest: every folder was tested since, and was at least as fast. */
function proofPart({ enabled, pause, watcher }: ProtectionEvidence, now: number): readonly EvidencePart[] {
  if (!enabled || pause !== null || watcher.folders.length === 0) return [];
  if (watcher.folders.some(({ canary_missed: isMissed }) => isMissed)) {
    return [{ text: words.proofMissed, hint: words.proofHint }];
  }
  const latencies = watcher.folders.flatMap(({ canary_ms: latency }) => latency ?? []);
  const times = watcher.folders.flatMap(({ canary_at: at }) => at ?? []);
  if (times.length === 0) return [{ text: words.noProof, hint: words.proofHint }];
  const text = words.proof(formatWhen(Math.min(...times), now));
  return [{ text, hint: `${words.proofHint} ${words.proofTook(formatMs(Math.max(...latencies)))}` }];
}

function enginePart(engines: readonly EngineReport[]): readonly EvidencePart[] {
  const scanning = engines.filter(({ name, state }) => name !== 'hash' && state !== 'unavailable');
  if (scanning.length === 0) return [];
  const text = scanning
    .map(({ name, version }) => `${engineWords[name]}${shortVersion(version)}`)
    .join(' + ');
  return [{ text, hint: scanning.map(({ version }) => version).join(' + ') }];
}

/** `ClamAV 1.4.6/27812/Tue…` → ` 1.4.6` */
function shortVersion(version: string): string {
  const found = /\d+(?:\.\d+)+/.exec(version);
  return found === null ? '' : `\u00a0${found[0]}`;
}

function signaturePart({ signature_age_days: days }: ProtectionEvidence): readonly EvidencePart[] {
  return days === null ? [] : [plain(words.signatures(formatRoughly(days * daySeconds)))];
}

function sweepPart({ sweep }: ProtectionEvidence, now: number): readonly EvidencePart[] {
  if (sweep.state === 'running') return [plain(words.sweeping)];
  return sweep.ended_at === null ? [] : [plain(words.sweep(formatWhen(sweep.ended_at, now)))];
}

function plain(text: string): EvidencePart {
  return { text, hint: '' };
}
