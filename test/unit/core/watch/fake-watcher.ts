// A watch worker that is none: the test decides what it says and when it is gone.
import type { WorkerProcess } from '../../../../src/core/processes/worker-process.ts';
import type {
  MessageToWatcher,
  RootHealth,
  WatchSettings,
} from '../../../../src/core/watch/watch-protocol.ts';

export class FakeWatcher implements WorkerProcess<MessageToWatcher> {
  readonly pid = 7;
  readonly sent: MessageToWatcher[] = [];
  killed = false;
  onKill: () => void = () => {};
  #onMessage: (message: unknown) => void = () => {};
  #onExit: (cause: string) => void = () => {};

  send(message: MessageToWatcher): void {
    this.sent.push(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
  }

  onExit(listener: (cause: string) => void): void {
    this.#onExit = listener;
  }

  kill(): void {
    this.killed = true;
    this.onKill();
  }

  say(message: unknown): void {
    this.#onMessage(message);
  }

  sayAlive(figures: { loopDelayMs?: number; unsettled?: number } = {}): void {
    this.say({ kind: 'alive', memoryBytes: 1, loopDelayMs: 0, unsettled: 0, events: 0, ...figures });
  }

  report(roots: readonly RootHealth[]): void {
    this.say({ kind: 'roots', roots });
  }

  end(cause = 'ended by SIGKILL'): void {
    this.#onExit(cause);
  }
}

export function watchOf(...paths: readonly string[]): WatchSettings {
  return {
    roots: paths.map((path) => ({ path, removable: false })),
    exclude: { globs: [], folders: [], extensions: [] },
    ownFolders: [],
    stalled: [],
    settleMs: 300,
    settleMaxMs: 10_000,
  };
}

export function rootIs(path: string, state: RootHealth['state'], cause = ''): RootHealth {
  return { path, removable: false, state, cause, remedy: '', folders: 1, sinceMs: 5 };
}
