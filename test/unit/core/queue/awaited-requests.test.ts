import { describe, expect, test, vi } from 'vitest';
import { AwaitedRequests } from '../../../../src/core/queue/awaited-requests.ts';
import type { ScanRequest } from '../../../../src/shared/scan.ts';

interface Outcome {
  readonly of: string;
}

function request(path: string): ScanRequest {
  return { path, priority: 'normal', origin: 'manual' };
}

class Scene {
  readonly onWithdrawn = vi.fn<() => void>();
  readonly requests: AwaitedRequests<Outcome>;
  readonly stop = new AbortController();

  constructor(maxEntries = 10) {
    this.requests = new AwaitedRequests(maxEntries, this.onWithdrawn);
  }

  add(path: string): Promise<Outcome> {
    const outcome = this.requests.add(request(path));
    if (outcome === null) throw new Error('refused');
    return outcome;
  }

  addUntilStopped(path: string): Promise<Outcome | null> {
    return this.requests.unlessWithdrawn(path, this.add(path), this.stop.signal);
  }
}

describe('requests that wait', () => {
  test('for the same path are one, with one outcome for all who asked', async () => {
    const scene = new Scene();
    const outcomes = [scene.add('a'), scene.add('b'), scene.add('a')];
    const taken = scene.requests.take();
    expect(taken).toMatchObject({ request: request('a'), asked: 2 });
    taken?.resolve({ of: 'a' });
    expect(await Promise.all([outcomes[0], outcomes[2]])).toEqual([{ of: 'a' }, { of: 'a' }]);
    expect(scene.requests.take()).toMatchObject({ request: request('b'), asked: 1 });
    expect(scene.requests.take()).toBeUndefined();
  });

  test('for a path that was taken are new ones: its bytes may be others by now', () => {
    const scene = new Scene();
    const first = scene.add('a');
    scene.requests.take();
    expect(scene.add('a')).not.toBe(first);
    expect(scene.requests.size).toBe(1);
  });

  test('are refused at the bound, but not for a path that waits already', () => {
    const scene = new Scene(1);
    const first = scene.add('a');
    expect(scene.requests.add(request('b'))).toBeNull();
    expect(scene.add('a')).toBe(first);
  });
});

describe('a signal', () => {
  test('withdraws a request that was not taken', async () => {
    const scene = new Scene();
    const outcome = scene.addUntilStopped('a');
    expect(scene.onWithdrawn).not.toHaveBeenCalled();
    scene.stop.abort();
    expect(await outcome).toBeNull();
    expect(scene.onWithdrawn).toHaveBeenCalledOnce();
    expect(scene.requests.take()).toBeUndefined();
  });

  test('that came before withdraws it as well', async () => {
    const scene = new Scene();
    scene.stop.abort();
    expect(await scene.addUntilStopped('a')).toBeNull();
    expect(scene.requests.size).toBe(0);
  });

  test('of one leaves the path to the others who asked', async () => {
    const scene = new Scene();
    const mine = scene.addUntilStopped('a');
    const theirs = scene.add('a');
    scene.stop.abort();
    expect(await mine).toBeNull();
    const taken = scene.requests.take();
    expect(taken?.asked).toBe(1);
    taken?.resolve({ of: 'a' });
    expect(await theirs).toEqual({ of: 'a' });
    expect(scene.onWithdrawn).not.toHaveBeenCalled();
  });

  test('comes too late for what was taken, and touches no newer request for the path', async () => {
    const scene = new Scene();
    const outcome = scene.addUntilStopped('a');
    const taken = scene.requests.take();
    void scene.add('a');
    scene.stop.abort();
    taken?.resolve({ of: 'the first' });
    expect(await outcome).toEqual({ of: 'the first' });
    expect(scene.requests.size).toBe(1);
  });
});
