// The history of a data folder: the chain in its database, and the file beside it that remembers the end.
import { join } from 'node:path';
import { fileChainAnchor } from '../store/chain-anchor.ts';
import { EventChain } from '../store/event-chain.ts';
import type { Store } from '../store/store.ts';

export function historyChain({ history }: Store, dataDir: string): EventChain {
  return new EventChain(history, fileChainAnchor(join(dataDir, 'history.head')));
}
