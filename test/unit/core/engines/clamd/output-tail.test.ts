// The last words of a child process, bounded, and waiting for some of them.
import { describe, expect, it } from 'vitest';
import { OutputTail } from '../../../../../src/core/engines/clamd/output-tail.ts';

describe('OutputTail', () => {
  it('gives the last five lines without dates and blanks', () => {
    const tail = new OutputTail();
    tail.push('one\ntwo\nthree\n\nERROR: Sat Nov 21 22:27:50 2026 -> Malf');
    tail.push('ormed database\nfive\nsix\n');
    expect(tail.lastLines()).toBe('two; three; ERROR: Malformed database; five; six');
  });

  it('holds no more than it shows of a flood', () => {
    const tail = new OutputTail();
    for (let round = 0; round < 100; round += 1) tail.push('x'.repeat(10_000));
    tail.push('\nthe end');
    expect(tail.lastLines()).toHaveLength(600);
    expect(tail.lastLines().endsWith('; the end')).toBe(true);
  });

  it('finds words that come in pieces, but not those that came before', async () => {
    const tail = new OutputTail();
    tail.push('reloaded (1 signatures)');
    const waiting = tail.waitFor(/reloaded \((\d+) signatures\)/, new AbortController().signal);
    tail.push('relo');
    tail.push('aded (22 signatures)');
    expect((await waiting)?.[1]).toBe('22');
  });

  it('forgets what is far back', async () => {
    const tail = new OutputTail();
    const abort = new AbortController();
    const waiting = tail.waitFor(/first[^]*last/, abort.signal);
    tail.push('first');
    for (let round = 0; round < 10; round += 1) tail.push('x'.repeat(10_000));
    tail.push('last');
    abort.abort();
    expect(await waiting).toBeNull();
  });

  it('gives up when told so, before or during the wait', async () => {
    const abort = new AbortController();
    const tail = new OutputTail();
    const waiting = tail.waitFor(/never/, abort.signal);
    abort.abort();
    expect(await waiting).toBeNull();
    expect(await tail.waitFor(/never/, abort.signal)).toBeNull();
  });
});
