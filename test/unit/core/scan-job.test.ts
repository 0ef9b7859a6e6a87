import { describe, expect, test, vi } from 'vitest';
import type { WalkEntry } from '../../../src/core/intake/walk.ts';
import type { ScanOutcome } from '../../../src/core/pipeline.ts';
import { runScanJob } from '../../../src/core/scan-job.ts';
import type { ScanRequest } from '../../../src/shared/scan.ts';
import { unread, type Judgement, type Verdict } from '../../../src/shared/verdict.ts';
import { cleanVerdict } from '../../helpers/fake-worker.ts';

const knownVerdict = { ...cleanVerdict, cachedFrom: 'memory' } as const;

/** A pipeline whose files are finished by the test. */
class HandPipeline {
  readonly open = new Map<string, (outcome: ScanOutcome) => void>();
  /** Paths that need no scan. */
  readonly known = new Set<string>();
  readonly asked: number[] = [];
  most = 0;

  recall(requests: readonly ScanRequest[]): readonly (ScanOutcome | null)[] {
    this.asked.push(requests.length);
    return requests.map((request) =>
      this.known.has(request.path) ? { request, verdict: knownVerdict, savedMs: 3, identity: null } : null,
    );
  }

  judged(request: ScanRequest, judgement: Judgement, sizeBytes: number): ScanOutcome {
    return { request, verdict: unread(judgement, sizeBytes), savedMs: 0, identity: null };
  }

  scan(request: ScanRequest): Promise<ScanOutcome> | null {
    const { promise, resolve } = Promise.withResolvers<ScanOutcome>();
    this.open.set(request.path, resolve);
    this.most = Math.max(this.most, this.open.size);
    return promise;
  }

  finish(count = this.open.size): void {
    for (const [path, resolve] of [...this.open].slice(0, count)) {
      this.open.delete(path);
      resolve({
        request: { path, priority: 'normal', origin: 'manual' },
        verdict: cleanVerdict,
        savedMs: 0,
        identity: null,
      });
    }
  }
}

function files(count: number): WalkEntry[] {
  return Array.from({ length: count }, (_, index) => ({ kind: 'file', path: `/${index}` }));
}

function* skips(count: number): Generator<WalkEntry> {
  const judgement = { kind: 'unscannable', reason: 'permission', detail: '' } as const;
  for (let index = 0; index < count; index += 1) {
    yield { kind: 'skipped', path: `/${index}`, judgement, sizeBytes: 0 };
  }
}

async function* oneThenNothing(): AsyncGenerator<WalkEntry[]> {
  yield files(1);
  await new Promise(() => {});
}

async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function start(
  entries: Iterable<WalkEntry> | AsyncIterable<Iterable<WalkEntry>>,
  pipeline = new HandPipeline(),
) {
  const abort = new AbortController();
  const outcomes: { readonly path: string; readonly verdict: Verdict }[] = [];
  function onOutcome({ request: { path }, verdict }: ScanOutcome): void {
    outcomes.push({ path, verdict });
  }
  const groups = Symbol.iterator in entries ? [entries] : entries;
  const done = runScanJob({ pipeline, entries: groups, onOutcome, signal: abort.signal });
  done.catch(() => {});
  return { pipeline, abort, outcomes, done };
}

describe('a scan job', () => {
  test('tells every file and every entry passed over once', async () => {
    const judgement = { kind: 'unscannable', reason: 'permission', detail: 'no' } as const;
    const skipped: WalkEntry = { kind: 'skipped', path: '/closed', judgement, sizeBytes: 7 };
    const { pipeline, outcomes, done } = start([...files(2), skipped]);
    await turns();
    pipeline.finish();
    await done;
    expect(outcomes).toEqual([
      { path: '/closed', verdict: { ...cleanVerdict, judgement, sizeBytes: 7 } },
      { path: '/0', verdict: cleanVerdict },
      { path: '/1', verdict: cleanVerdict },
    ]);
  });

  test('takes no more from the walk than it has under way, and all of it in the end', async () => {
    let taken = 0;
    function* endless(): Generator<WalkEntry> {
      for (; taken < 3000;) {
        taken += 1;
        yield { kind: 'file', path: `/${taken}` };
      }
    }
    const { pipeline, outcomes, done } = start(endless());
    await turns(10);
    // A batch more than is under way: the walk is asked before it is known whether there is room.
    expect(taken).toBe(768);
    pipeline.finish(255);
    await turns(5);
    expect(taken).toBe(768);
    pipeline.finish(1);
    await turns(5);
    expect(taken).toBe(1024);
    while (outcomes.length < 3000) {
      pipeline.finish();
      await turns(1);
    }
    await done;
    expect(pipeline.most).toBe(512);
    expect(new Set(outcomes.map(({ path }) => path)).size).toBe(3000);
  });

  test('asks for many files together what is known, and scans only the rest', async () => {
    const pipeline = new HandPipeline();
    for (const { path } of files(299)) pipeline.known.add(path);
    const { outcomes, done } = start(files(300), pipeline);
    await turns(5);
    expect([...pipeline.open.keys()]).toEqual(['/299']);
    pipeline.finish();
    await done;
    expect(pipeline.asked).toEqual([256, 44]);
    expect(outcomes.filter(({ verdict }) => verdict.cachedFrom === 'memory')).toHaveLength(299);
    expect(outcomes).toHaveLength(300);
  });

  test('offers again what a full queue refused', async () => {
    const pipeline = new HandPipeline();
    const scan = vi.spyOn(pipeline, 'scan');
    // As where other jobs have filled the queue.
    scan.mockReturnValueOnce(null);
    const { outcomes, done } = start(files(2), pipeline);
    await vi.waitFor(() => expect(pipeline.open.size).toBe(2));
    pipeline.finish();
    await done;
    expect(outcomes.map(({ path }) => path).toSorted()).toEqual(['/0', '/1']);
    expect(scan).toHaveBeenCalledTimes(3);
  });

  test('gives other work its turn while it walks over entries that need no scan', async () => {
    let turned = 0;

    const { done } = start(skips(2560));
    const counting = (async () => {
      for (;;) {
        const last = await Promise.race([
          done.then(() => true),
          new Promise((resolve) => setImmediate(resolve, false)),
        ]);
        if (last === true) return;
        turned += 1;
      }
    })();
    await counting;

    expect(turned).toBeGreaterThanOrEqual(10);
  });
});

describe('an abort', () => {
  test('ends the walk at once, and what was under way is told when it finishes in time', async () => {
    const closed = vi.fn<() => void>();
    function* endless(): Generator<WalkEntry> {
      try {
        for (let index = 0; ; index += 1) yield { kind: 'file', path: `/${index}` };
      } finally {
        closed();
      }
    }
    const { pipeline, abort, outcomes, done } = start(endless());
    await turns(10);
    abort.abort();
    await turns();
    expect(closed).toHaveBeenCalledOnce();
    pipeline.finish();
    await done;
    expect(outcomes).toHaveLength(512);
  });

  test('gives up after its grace, and says nothing more from then on', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const { pipeline, abort, outcomes, done } = start(files(3));
      await turns();
      pipeline.finish(1);
      await turns();
      abort.abort();
      await turns();
      vi.advanceTimersByTime(2000);
      await done;
      expect(outcomes.map(({ path }) => path)).toEqual(['/0']);
      pipeline.finish();
      await turns();
      expect(outcomes).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('does not wait for a list that is slow to say its next name', async () => {
    const { pipeline, abort, outcomes, done } = start(oneThenNothing());
    await turns();
    pipeline.finish();
    abort.abort();
    await done;
    expect(outcomes).toHaveLength(1);
  });

  test('before the start scans nothing', async () => {
    const walk = vi.fn<() => WalkEntry[][]>(() => [files(1)]);
    await runScanJob({
      pipeline: new HandPipeline(),
      entries: { [Symbol.iterator]: () => walk().values() },
      onOutcome: () => expect.unreachable(),
      signal: AbortSignal.abort(),
    });
    expect(walk).not.toHaveBeenCalled();
  });
});

test('a walk that fails makes the job fail, once the files before it have their verdicts', async () => {
  const bug = new Error('the list cannot be read');
  function* failing(): Generator<WalkEntry> {
    yield* files(2);
    throw bug;
  }
  const { pipeline, outcomes, done } = start(failing());
  let failed = false;
  done.catch(() => (failed = true));
  await turns();
  expect(failed).toBe(false);
  pipeline.finish();
  await expect(done).rejects.toBe(bug);
  expect(outcomes).toHaveLength(2);
});
