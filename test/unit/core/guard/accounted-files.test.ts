import { describe, expect, test } from 'vitest';
import { AccountedFiles } from '../../../../src/core/guard/accounted-files.ts';
import type { Judgement, PartialReason, UnscannableReason } from '../../../../src/shared/verdict.ts';
import { clean, encrypted, identityAt, infected, outcomeOn, special, tooLarge } from './samples.ts';

const identity = identityAt(1000);

describe('files that came by an event', () => {
  test('are known by their identity, and others are not', () => {
    const accounted = new AccountedFiles();
    accounted.add(identity);
    expect(accounted.cameByEvent(identity)).toBe(true);
    expect(accounted.cameByEvent(identityAt(1001))).toBe(false);
    expect(accounted.cameByEvent(identityAt(1000, 2))).toBe(false);
  });

  test('are not forgotten all at once when the filter is full', () => {
    const accounted = new AccountedFiles({ filterBytes: 64 });
    let denied = 0;
    for (let inode = 0; inode < 1000; inode += 1) {
      accounted.add(identityAt(1000, inode));
      if (inode > 0 && !accounted.cameByEvent(identityAt(1000, inode - 1))) denied += 1;
    }
    expect(denied).toBe(0);
  });

  test('are forgotten in the end: the filter does not fill up until it says yes to everything', () => {
    const accounted = new AccountedFiles({ filterBytes: 64 });
    for (let inode = 0; inode < 1000; inode += 1) accounted.add(identityAt(1000, inode));
    const known = Array.from({ length: 1000 }, (_none, inode) => identityAt(2000, inode)).filter((other) =>
      accounted.cameByEvent(other),
    );
    expect(known.length).toBeLessThan(100);
  });
});

describe('what cannot be looked at', () => {
  test('is remembered with its outcome while file and signatures stay the same', () => {
    const accounted = new AccountedFiles();
    const outcome = outcomeOn('/a', encrypted, { identity });
    accounted.note(outcome, 'one');
    expect(accounted.isIncomplete('/a')).toBe(true);
    expect(accounted.outcomeOf('/a', identity, 'one')).toBe(outcome);
    expect(accounted.outcomeOf('/a', identityAt(1001), 'one')).toBeNull();
    expect(accounted.outcomeOf('/a', null, 'one')).toBeNull();
    expect(accounted.outcomeOf('/a', identity, 'two')).toBeNull();
    expect(accounted.outcomeOf('/b', identity, 'one')).toBeNull();
  });

  test.each([tooLarge, special])('is remembered without an identity too: $reason', (judgement) => {
    const accounted = new AccountedFiles();
    const outcome = outcomeOn('/a', judgement, { identity: null });
    accounted.note(outcome, 'one');
    expect(accounted.outcomeOf('/a', null, 'one')).toBe(outcome);
    expect(accounted.outcomeOf('/a', identity, 'one')).toBeNull();
  });

  test.each([clean, infected])('is forgotten when the file could be looked at: $kind', (judgement) => {
    const accounted = new AccountedFiles();
    accounted.note(outcomeOn('/a', encrypted, { identity }), 'one');
    accounted.note(outcomeOn('/a', judgement, { identity }), 'one');
    expect(accounted.isIncomplete('/a')).toBe(false);
  });

  test.each<UnscannableReason>([
    'locked',
    'timeout',
    'io_error',
    'no_scanner',
    'interrupted',
    'permission',
    'vanished',
  ])('is tried again when it may well be possible next time: %s', (reason) => {
    const accounted = new AccountedFiles();
    accounted.note(outcomeOn('/a', { kind: 'unscannable', reason, detail: '' }, { identity }), 'one');
    expect(accounted.isIncomplete('/a')).toBe(false);
  });

  test.each<PartialReason>(['engine_unavailable', 'unstable'])(
    'is tried again when the engine or the file was the trouble: %s',
    (reason) => {
      const judgement: Judgement = { kind: 'partial', reason, detail: '' };
      const accounted = new AccountedFiles();
      accounted.note(outcomeOn('/a', judgement, { identity }), 'one');
      expect(accounted.isIncomplete('/a')).toBe(false);
    },
  );

  test('is held to a bound: the oldest goes first, and one that is seen again is no longer the oldest', () => {
    const accounted = new AccountedFiles({ maxIncomplete: 2 });
    for (const path of ['/a', '/b', '/a', '/c']) accounted.note(outcomeOn(path, encrypted), 'one');
    expect(['/a', '/b', '/c'].map((path) => accounted.isIncomplete(path))).toEqual([true, false, true]);
  });
});
