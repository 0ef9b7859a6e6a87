// Hash lists as look-ups ask them: without configured ones there is only what is built in, and no thread.
import { type HashListPaths, loadHashLists } from '../engines/hash-lists.ts';
import type { Logger } from '../logger.ts';
import type { ListAnswers } from './hash-list-protocol.ts';
import { HashListThread, startHashListThread } from './hash-list-thread.ts';

export interface ListedHashes extends Disposable {
  /** They did not answer when they were asked last. */
  readonly isSilent: boolean;
  /** Never rejects, and takes a bounded time. */
  ask(sha256s: readonly string[]): ListAnswers | Promise<ListAnswers>;
  /** The lists may have changed: what is asked from now on is asked of those that are there now. */
  reload(): void;
}

export function openListedHashes(paths: HashListPaths, logger: Logger): ListedHashes {
  if (paths.knownBad.length + paths.knownGood.length > 0) {
    return new HashListThread({ paths, logger, start: startHashListThread });
  }
  const builtIn = loadHashLists(paths);
  return {
    isSilent: false,
    ask: (sha256s) => sha256s.map((sha256) => builtIn.look(sha256)),
    reload() {},
    [Symbol.dispose]() {},
  };
}
