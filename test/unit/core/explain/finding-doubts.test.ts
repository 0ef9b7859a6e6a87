import { describe, expect, test } from 'vitest';
import { findingDoubts, type DoubtSources } from '../../../../src/core/explain/finding-doubts.ts';
import type { Finding } from '../../../../src/shared/finding.ts';
import type { Detection } from '../../../../src/shared/verdict.ts';

const rule: Detection = {
  engine: 'yara',
  name: 'Rule',
  severity: 'high',
  kind: 'rule',
  meta: {},
  matches: [],
};
const signature: Detection = { ...rule, engine: 'clamav', name: 'Win.A-1', kind: 'signature' };
const listed: Detection = { ...rule, engine: 'hash', name: 'Listed', kind: 'hash' };

function doubts(detections: readonly [Detection, ...Detection[]], changes: Partial<DoubtSources> = {}) {
  const finding: Finding = {
    id: 1,
    path: '/home/eve/a',
    identity: '1:2:3:4:5',
    sha256: null,
    size_bytes: 3,
    verdict: 'infected',
    severity: 'high',
    detections: [...detections],
    origin: 'manual',
    state: 'open',
    note: '',
    vault_id: null,
    found_at: 1,
    seen_at: 1,
  };
  return findingDoubts({
    finding,
    engines: ['clamav', 'yara', 'hash'],
    owner: null,
    elsewhere: 0,
    ...changes,
  });
}

describe('what speaks for a false alarm', () => {
  test('is nothing where both engines found something, or a list names the file', () => {
    expect(doubts([rule, signature])).toEqual([]);
    expect(doubts([listed])).toEqual([]);
  });

  test('is that another engine has not found it, without a word about whether it looked', () => {
    expect(doubts([rule])).toEqual(['Only YARA-X has found something; ClamAV, which can look now, has not.']);
    expect(doubts([signature])).toEqual([
      'Only ClamAV has found something; YARA-X, which can look now, has not.',
    ]);
    expect(doubts([rule], { engines: ['yara', 'hash'] })).toEqual([]);
  });

  test.each([
    [true, 'The file belongs to the package coreutils of this system and is as the package has it.'],
    [
      false,
      'The file belongs to the package coreutils of this system, but was changed since it was installed.',
    ],
    [null, 'The file belongs to the package coreutils of this system.'],
  ])('is a package, with what is known of its checksum: %s', (isUnchanged, doubt) => {
    expect(doubts([rule, signature], { owner: { name: 'coreutils', isUnchanged } })).toEqual([doubt]);
  });

  test('is a heuristic, an unwanted program, a foreign signature, when there is nothing else', () => {
    const heuristic = { ...signature, kind: 'heuristic' } as const;
    const unwanted = { ...signature, kind: 'pua' } as const;
    const foreign = { ...signature, name: 'A.UNOFFICIAL' };
    expect(doubts([rule, heuristic])).toEqual([]);
    expect(doubts([heuristic]).at(-1)).toMatch(/^Only a heuristic/);
    expect(doubts([unwanted]).at(-1)).toMatch(/^It is called potentially unwanted/);
    expect(doubts([foreign]).at(-1)).toMatch(/^The signature is not from the ClamAV project/);
    expect(doubts([foreign, signature])).not.toContain(doubts([foreign]).at(-1));
  });

  test('is a content that is in many places, though that may mean the opposite', () => {
    expect(doubts([rule, signature], { elsewhere: 4 })).toEqual([]);
    expect(doubts([rule, signature], { elsewhere: 5 })).toEqual([
      'The same content is known in 5 other places: many programs may bring it, or it copies itself.',
    ]);
  });
});
