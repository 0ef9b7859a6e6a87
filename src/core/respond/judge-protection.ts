// How well this machine is protected, from the evidence alone: a state, one sentence, and what to do, most urgent first.
import { countText } from '../../shared/count-text.ts';
import type { Protection, ProtectionEvidence } from '../../shared/protection.ts';
import {
  brakeConcern,
  commands,
  engineAdvice,
  engineText,
  expectedFolders,
  findingsConcern,
  noScannerConcern,
  scanners,
  upkeepConcerns,
  watchingConcerns,
  type Concern,
} from './protection-concerns.ts';
import { ageText, listText, timeText } from './protection-words.ts';

export type ProtectionJudgement = Pick<Protection, 'state' | 'sentence' | 'advice'>;

/** What outranks what: off, paused, threat, attention, reduced, protected. */
export function judgeProtection(evidence: ProtectionEvidence): ProtectionJudgement {
  const findings = findingsConcern(evidence);
  const noScanner = noScannerConcern(evidence);
  const others = [...brakeConcern(evidence), ...upkeepConcerns(evidence)];
  const engines = engineAdvice(evidence);
  if (!evidence.enabled || evidence.pause !== null) {
    const { sentence, advice } = evidence.enabled ? paused(evidence) : off;
    const rest = [...findings, ...noScanner, ...others];
    return {
      state: evidence.enabled ? 'paused' : 'off',
      sentence,
      advice: unique([...advice, ...rest.flatMap(inLines), ...engines]),
    };
  }
  // Nobody looks, or nobody is told what to look at: before all that is only late, old or untidy.
  const [worst, ...rest] = [...findings, ...noScanner, ...watchingConcerns(evidence), ...others];
  if (worst !== undefined) {
    return {
      state: findings.length > 0 ? 'threat' : 'attention',
      sentence: worst.sentence,
      advice: unique([...worst.advice, ...rest.flatMap(inLines), ...engines]),
    };
  }
  return {
    state: engines.length > 0 ? 'reduced' : 'protected',
    sentence: engines.length > 0 ? reducedSentence(evidence) : `Protected: ${watching(evidence)}.`,
    advice: [...engines],
  };
}

const off: Concern = {
  sentence: 'Real-time protection is off: new and changed files are not scanned.',
  advice: ['To switch it on: enabled = true in [watch] of the configuration file.'],
};

function paused({ pause }: ProtectionEvidence): Concern {
  if (pause === null) return off;
  const until = pause.until === null ? 'Vedette is started again' : timeText(pause.until, pause.since);
  return {
    sentence: `Paused until ${until}: new and changed files are not scanned.`,
    advice: [`To end the pause now: ${commands.resume}`],
  };
}

function reducedSentence(evidence: ProtectionEvidence): string {
  const missing = scanners(evidence).filter(({ state }) => state === 'unavailable');
  const short = scanners(evidence).filter(({ state }) => state === 'reduced');
  const reasons = [
    ...(missing.length === 0 ? [] : [`without ${listText(missing.map(engineText))}`]),
    ...(short.length === 0 ? [] : [`not all that ${listText(short.map(engineText))} should have`]),
  ];
  return `Reduced (${reasons.join('; ')}): ${watching(evidence)}.`;
}

/** Said only once every folder is known to be watched and an engine looks. */
function watching(evidence: ProtectionEvidence): string {
  const folders = expectedFolders(evidence).length;
  const looking = scanners(evidence).filter(({ state }) => state !== 'unavailable');
  const watched = `${countText(folders, 'folder is', 'folders are')} watched by ${listText(looking.map(engineText))}`;
  const age = evidence.signature_age_days;
  const parts = [
    watched,
    ...(age === null ? [] : [`signatures are ${ageText(age)}`]),
    ...(evidence.sweep.state === 'running' ? ['a sweep looks for what may have been missed'] : []),
  ];
  return parts.join('; ');
}

/** A command stays at the end of its line. */
function inLines({ sentence, advice }: Concern): readonly string[] {
  return [sentence, ...advice];
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
