import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { httpTransport } from '../../../../src/renderer/client/http-transport.ts';
import { fixtureState } from '../../../renderer/fixtures.ts';

const snapshot = JSON.stringify({ kind: 'snapshot', state: fixtureState('calm') });

/** What a browser has. */
class FakeEventSource extends EventTarget {
  static last: FakeEventSource | null = null;
  isClosed = false;

  constructor() {
    super();
    FakeEventSource.last = this;
  }

  close(): void {
    this.isClosed = true;
  }

  say(data: string): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

let losses = 0;
let told = 0;
let stop: (() => void) | null = null;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeEventSource);
  losses = 0;
  told = 0;
  stop = httpTransport().on(
    () => {
      told += 1;
    },
    () => {
      losses += 1;
    },
  );
});

afterEach(() => {
  stop?.();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the state over server-sent events', () => {
  test('that goes silent is lost, although the connection stands', () => {
    const source = FakeEventSource.last;
    for (let second = 0; second < 60; second += 1) {
      source?.say(snapshot);
      vi.advanceTimersByTime(1000);
    }
    expect([told, losses, source?.isClosed]).toEqual([60, 0, false]);
    vi.advanceTimersByTime(19_000);
    expect([losses, source?.isClosed]).toEqual([1, true]);
  });

  test('that has said nothing yet is waited for: Vedette may still be starting', () => {
    vi.advanceTimersByTime(120_000);
    expect(losses).toBe(0);
  });

  test('that the browser gives up is lost once', () => {
    FakeEventSource.last?.say(snapshot);
    FakeEventSource.last?.dispatchEvent(new Event('error'));
    vi.advanceTimersByTime(120_000);
    expect([losses, FakeEventSource.last?.isClosed]).toEqual([1, true]);
  });

  test('that is no longer followed is not lost', () => {
    FakeEventSource.last?.say(snapshot);
    stop?.();
    vi.advanceTimersByTime(120_000);
    expect(losses).toBe(0);
  });
});
