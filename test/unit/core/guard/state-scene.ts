// The state of a Vedette that is nowhere: every slice is what the test says, and every question is counted.
import { vi } from 'vitest';
import { Feed } from '../../../../src/core/guard/feed.ts';
import { StateFeed, type StateSources } from '../../../../src/core/guard/state-feed.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import type { AppState, SliceName, StateMessage } from '../../../../src/shared/app-state.ts';

export function stateNow(): AppState {
  return {
    app: {
      version: '1.0.0',
      kind: 'service',
      platform: 'linux',
      data_folder: '/data',
      started_at: 1,
      is_demo: false,
      guide_done: true,
      key_store: 'in a file',
    },
    protection: { state: 'protected', sentence: 'Protected.', advice: [], evidence: null },
    engines: [],
    live: {
      at: 1,
      files_per_minute: 0,
      cache_hit_rate: null,
      queue_depth: 0,
      active_workers: 0,
      workers: 0,
      max_workers: 8,
      workers_lost: 0,
      worker_lost_at: null,
      worker_lost_cause: '',
      cpu_percent: 0,
      memory_percent: 0,
      scans: 0,
      time_saved_seconds: 0,
    },
    recent: { points: [], scaling_events: [] },
    coverage: {
      verdicts: { clean: 0, infected: 0, suspicious: 0, partial: 0, unscannable: 0 },
      reasons: {},
      covered_percent: 100,
    },
    jobs: [],
    findings: { open: 0, latest: [] },
    quarantine: { count: 0, size_bytes: 0 },
    settings: { revision: 0, problem: '' },
    updates: { state: 'idle', text: '', last_at: null, next_at: null },
  };
}

export class StateScene {
  state: AppState = stateNow();
  readonly logged: unknown[] = [];
  readonly feed = new Feed(silentLogger);
  readonly questions = new Map<SliceName, number>();
  /** Thrown by a source instead of its answer. */
  readonly failures = new Map<SliceName, Error>();
  /** What a source waits for before it answers. */
  readonly holdups = new Map<SliceName, Promise<void>>();
  readonly states = new StateFeed({
    feed: this.feed,
    sources: this.#sources(),
    logger: { ...silentLogger, error: (fields) => this.logged.push(fields) },
  });

  set(changes: Partial<AppState>): void {
    this.state = { ...this.state, ...changes };
  }

  /** Follows from now on; each message as `snapshot` or the name of its slice. */
  follow() {
    const messages: StateMessage[] = [];
    const end = this.states.subscribe((message) => messages.push(message));
    return {
      messages,
      end,
      /** What came since the last time. */
      take: () => messages.splice(0).map((one) => (one.kind === 'snapshot' ? 'snapshot' : one.slice)),
    };
  }

  asked(): number {
    return [...this.questions.values()].reduce((sum, count) => sum + count, 0);
  }

  [Symbol.dispose](): void {
    this.states[Symbol.dispose]();
  }

  #sources(): StateSources {
    return {
      app: () => this.#answer('app'),
      protection: () => this.#answer('protection'),
      engines: () => this.#answer('engines'),
      live: () => this.#answer('live'),
      recent: () => this.#answer('recent'),
      coverage: () => this.#answer('coverage'),
      jobs: () => this.#answer('jobs'),
      findings: () => this.#answer('findings'),
      quarantine: () => this.#answer('quarantine'),
      settings: () => this.#answer('settings'),
      updates: () => this.#answer('updates'),
    };
  }

  async #answer<Name extends SliceName>(slice: Name): Promise<AppState[Name]> {
    this.questions.set(slice, (this.questions.get(slice) ?? 0) + 1);
    await this.holdups.get(slice);
    const failure = this.failures.get(slice);
    if (failure !== undefined) throw failure;
    return this.state[slice];
  }
}

/** Time goes by, and everything that waits for it comes to rest. */
export async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}
