// Entry of the thread that knows the hash lists for look-ups: reading a million lines takes a second, in which nobody may wait.
import { parentPort } from 'node:worker_threads';
import { engineInputs } from '../core/engines/engine-inputs.ts';
import { type HashLists, loadHashLists } from '../core/engines/hash-lists.ts';
import {
  type FromHashListThread,
  type ToHashListThread,
  toHashListThreadSchema,
} from '../core/service/hash-list-protocol.ts';
import { messageOf } from '../shared/errors.ts';

let lists: HashLists | null = null;
/** What was read, seen from outside; null where nobody can tell. */
let read: string | null = null;

parentPort?.on('message', (message: unknown) => {
  const asked = toHashListThreadSchema.parse(message);
  parentPort?.postMessage(asked.kind === 'load' ? load(asked) : answer(asked), []);
});

function load({ knownBad, knownGood }: Extract<ToHashListThread, { kind: 'load' }>): FromHashListThread {
  const inputs = engineInputs([...knownBad, ...knownGood], null);
  if (lists !== null && inputs !== null && inputs === read) return { kind: 'loaded' };
  // The old table goes before the new one is made: both together may be more than there is memory for.
  lists = null;
  read = inputs;
  try {
    lists = loadHashLists({ knownBad, knownGood });
  } catch (error) {
    return { kind: 'not_loaded', cause: messageOf(error) };
  }
  // What changed while it was read is read again the next time.
  if (engineInputs([...knownBad, ...knownGood], null) !== inputs) read = null;
  return { kind: 'loaded' };
}

function answer({ id, sha256s }: Extract<ToHashListThread, { kind: 'ask' }>): FromHashListThread {
  const known = lists;
  return { kind: 'answers', id, answers: known === null ? null : sha256s.map((hash) => known.look(hash)) };
}
