// The self-test in steps a person can follow; pure.
import type { SelfTest } from '../../../shared/page-documents.ts';
import type { ProtectionState } from '../../../shared/protection.ts';
import { formatMs } from '../../format/durations.ts';
import { engineMessages } from '../../messages/engines.ts';
import { guideMessages } from '../../messages/guide.ts';
import { engineWords } from '../../messages/words.ts';

export interface TestStep {
  readonly text: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
}

/** @param result null while it runs. */
export function testSteps(result: SelfTest | null): readonly TestStep[] {
  const { steps, foundAfter, foundBy } = guideMessages.test;
  if (result === null)
    return [
      { text: steps.write, state: 'running' },
      { text: steps.find, state: 'waiting' },
      { text: steps.clear, state: 'waiting' },
    ];
  const found = result.ok || result.latency_ms !== null;
  const engines = result.engines.map((name) =>
    name === 'hash' ? engineMessages.hashListsInSentence : engineWords[name],
  );
  const foundText = [
    result.latency_ms === null ? '' : foundAfter(formatMs(result.latency_ms)),
    engines.length === 0 ? '' : foundBy(new Intl.ListFormat('en').format(engines)),
  ].join(' ');
  return [
    { text: steps.write, state: result.folder === null ? 'failed' : 'done' },
    {
      text: found && foundText.trim() !== '' ? foundText.trim() : steps.find,
      state: found ? 'done' : result.folder === null ? 'waiting' : 'failed',
    },
    { text: steps.clear, state: result.ok ? 'done' : found ? 'failed' : 'waiting' },
  ];
}

/** Why it cannot pass now; empty when it can. */
export function whyNoTest(state: ProtectionState | null): string {
  const { notWhile } = guideMessages.test;
  if (state === 'paused') return notWhile.paused;
  if (state === 'off') return notWhile.off;
  return state === 'not_running' ? notWhile.notRunning : '';
}
