// The state of protection in one word: while nobody answers, what was true a moment ago is no promise; pure.
import type { Protection } from '../../shared/protection.ts';
import type { Connection } from '../client/state-store.ts';
import { frameMessages } from '../messages/frame.ts';
import { protectionWords, type Tone } from '../messages/words.ts';

export interface StateWord {
  readonly word: string;
  readonly tone: Tone;
}

/** @param protection null before the first answer. */
export function stateWord(protection: Pick<Protection, 'state'> | null, connection: Connection): StateWord {
  if (connection === 'lost') return { word: frameMessages.lostWord, tone: 'neutral' };
  if (protection === null) return { word: frameMessages.connecting, tone: 'neutral' };
  return protectionWords[protection.state];
}
