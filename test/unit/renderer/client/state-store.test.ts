import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fixtureState } from '../../../renderer/fixtures.ts';
import { StateStore } from '../../../../src/renderer/client/state-store.ts';
import { FakeTransport, FakeVisibility } from './fake-transport.ts';

const state = fixtureState('calm');
const snapshot = { kind: 'snapshot', state } as const;

let transport: FakeTransport;
let visibility: FakeVisibility;
let store: StateStore;

beforeEach(() => {
  vi.useFakeTimers();
  transport = new FakeTransport();
  visibility = new FakeVisibility();
  store = new StateStore(transport, visibility);
});

afterEach(() => {
  store[Symbol.dispose]();
  vi.useRealTimers();
});

describe('the state that the pages draw', () => {
  test('slices replace what the snapshot said, and nothing else', () => {
    transport.follower?.tell(snapshot);
    const quarantine = { count: 7, size_bytes: 1 };
    transport.follower?.tell({ kind: 'slice', slice: 'quarantine', value: quarantine });
    expect([store.connection, store.slice('quarantine'), store.slice('live')]).toEqual([
      'live',
      quarantine,
      state.live,
    ]);
    expect(store.slice('live')).toBe(state.live);
  });

  test('a slice before any snapshot is no state', () => {
    transport.follower?.tell({ kind: 'slice', slice: 'quarantine', value: { count: 7, size_bytes: 1 } });
    expect(store.state).toBeNull();
  });

  test('a page that is hidden does not listen, and asks anew when it is seen', () => {
    transport.follower?.tell(snapshot);
    visibility.set(true);
    expect(transport.follower).toBeUndefined();
    visibility.set(false);
    visibility.set(false);
    expect(transport.followers.map(({ isStopped }) => isStopped)).toEqual([true, false]);
  });

  test('when the other side is lost, what was known stays, and it is tried again after longer and longer', () => {
    transport.follower?.tell(snapshot);
    const waits: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      transport.follower?.lose();
      expect([store.connection, store.state]).toEqual(['lost', state]);
      const before = Date.now();
      vi.advanceTimersToNextTimer();
      waits.push(Date.now() - before);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000]);
    transport.follower?.tell(snapshot);
    expect(store.connection).toBe('live');
  });

  test('what an ended carrier still says counts no more', () => {
    const first = transport.follower;
    first?.lose();
    first?.lose();
    first?.tell(snapshot);
    vi.advanceTimersByTime(500);
    expect([store.connection, transport.followers.length]).toEqual(['lost', 2]);
  });

  test('a carrier that is lost before it is there is tried again', () => {
    const stops: string[] = [];
    const lostAtOnce = new FakeTransport();
    lostAtOnce.on = (_tell, lose) => {
      lose();
      return () => stops.push('stopped');
    };
    using hasty = new StateStore(lostAtOnce, visibility);
    expect([hasty.connection, stops]).toEqual(['lost', ['stopped']]);
    vi.advanceTimersByTime(500);
    expect(stops).toHaveLength(2);
  });

  test('a page that is refused tries nothing any more', () => {
    transport.follower?.lose();
    store.refuse();
    vi.advanceTimersByTime(60_000);
    visibility.set(true);
    visibility.set(false);
    expect([store.connection, transport.followers.length]).toEqual(['refused', 1]);
  });

  test('who listens is told of every change', () => {
    const seen: string[] = [];
    store.subscribe(() => seen.push(store.connection));
    transport.follower?.tell(snapshot);
    transport.follower?.lose();
    store.refuse();
    expect(seen).toEqual(['live', 'lost', 'refused']);
  });
});
