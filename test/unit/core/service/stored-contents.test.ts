import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger, type Logger } from '../../../../src/core/logger.ts';
import { type ContentSource, StoredContents } from '../../../../src/core/service/stored-contents.ts';
import { generation, hashOf, verdictOn } from '../../../helpers/store-entries.ts';

const [one, two] = [hashOf(1), hashOf(2)];

/** A database: `queued` is what a write has still to bring in. */
class FakeSource implements ContentSource {
  readonly stored = new Set<string>();
  readonly queued = new Set<string>();
  readonly calls: boolean[] = [];
  answers = true;
  takesWrites = true;

  askContents(sha256s: readonly string[], _generation: string, writesFirst = false) {
    this.calls.push(writesFirst);
    if (!this.answers || (writesFirst && !this.takesWrites)) return null;
    if (writesFirst) {
      for (const sha256 of this.queued) this.stored.add(sha256);
      this.queued.clear();
    }
    return sha256s.map((sha256) => (this.stored.has(sha256) ? verdictOn(sha256) : null));
  }
}

function asks(contents: StoredContents, sha256: string): string {
  const verdicts = contents.ask([sha256], generation);
  if (verdicts === null) return 'no answer';
  return verdicts[0] === null ? 'not stored' : 'stored';
}

describe('the database, asked by look-ups', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('has what a scan has just said written before it is asked for that content, once', () => {
    const source = new FakeSource();
    const contents = new StoredContents(source, silentLogger);
    source.queued.add(one);
    contents.changed(one);
    expect([asks(contents, two), contents.isFresh(one), contents.isFresh(two)]).toEqual([
      'not stored',
      true,
      false,
    ]);
    expect([asks(contents, one), contents.isFresh(one), asks(contents, one)]).toEqual([
      'stored',
      false,
      'stored',
    ]);
    expect(source.calls).toEqual([false, true, false]);
    expect(contents.writes).toBe(1);
  });

  test('that takes no writes is asked for what it has, and nothing fresh counts as told', () => {
    const source = new FakeSource();
    const contents = new StoredContents(source, silentLogger);
    source.queued.add(one);
    source.takesWrites = false;
    contents.changed(one);
    expect([asks(contents, one), asks(contents, one), contents.isFresh(one)]).toEqual([
      'not stored',
      'not stored',
      true,
    ]);
    // A write that does not go through may take its time: the second question does without.
    expect(source.calls).toEqual([true, false, false]);
    source.takesWrites = true;
    vi.advanceTimersByTime(2000);
    expect([asks(contents, one), contents.isFresh(one)]).toEqual(['stored', false]);
  });

  test('has all written when more has changed than can be told apart', () => {
    const source = new FakeSource();
    const contents = new StoredContents(source, silentLogger);
    for (let number = 0; number <= 10_000; number += 1) contents.changed(`${number}`);
    expect(contents.isFresh(one)).toBe(true);
    expect([asks(contents, one), contents.isFresh(one)]).toEqual(['not stored', false]);
    expect(source.calls).toEqual([true]);
  });

  test('is left alone for a while when it does not answer, which is said once', () => {
    const source = new FakeSource();
    const told: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: (_fields, message) => told.push(message),
      info: (_fields, message) => told.push(message),
    };
    const contents = new StoredContents(source, logger);
    source.stored.add(one);
    source.answers = false;
    expect([asks(contents, one), asks(contents, one), contents.isSilent]).toEqual([
      'no answer',
      'no answer',
      true,
    ]);
    expect(source.calls).toEqual([false]);
    vi.advanceTimersByTime(2000);
    expect(asks(contents, one)).toBe('no answer');
    source.answers = true;
    expect(asks(contents, one)).toBe('no answer');
    vi.advanceTimersByTime(2000);
    expect([asks(contents, one), contents.isSilent]).toEqual(['stored', false]);
    expect(told).toEqual([
      'the database does not answer: look-ups are told unknown',
      'the database answers look-ups again',
    ]);
  });
});
