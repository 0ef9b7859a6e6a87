import { describe, expect, test } from 'vitest';
import { KnownContents, type Told } from '../../../../src/cli/remote/known-contents.ts';
import type { Judgement } from '../../../../src/shared/verdict.ts';

function told(sha256: string | null, judgement: Judgement = { kind: 'clean' }): Told {
  const verdict = { judgement, engines: [], sha256, sizeBytes: 1, durationMs: 5, cachedFrom: null };
  return { verdict, allowed: undefined };
}

describe('what was said of a content', () => {
  test('is recalled as remembered', () => {
    const known = new KnownContents();
    known.remember(told('a'));
    expect(known.recall('a')?.verdict).toMatchObject({ cachedFrom: 'content', durationMs: 0 });
    expect(known.recall('b')).toBeNull();
  });

  test('is not kept where not all of it was looked at, or nobody knows which content it was', () => {
    const known = new KnownContents();
    known.remember(told('a', { kind: 'partial', reason: 'encrypted', detail: '' }));
    known.remember(told('b', { kind: 'unscannable', reason: 'timeout', detail: '' }));
    known.remember(told(null));
    expect([known.recall('a'), known.recall('b'), known.recall('')]).toEqual([null, null, null]);
  });

  test('is forgotten, the oldest first, where there is too much', () => {
    const known = new KnownContents();
    for (let number = 0; number <= 10_000; number += 1) known.remember(told(`${number}`));
    expect([known.recall('0'), known.recall('1') === null]).toEqual([null, false]);
  });
});
