// What can be done about a finding, what of a list is shown, and what an undo takes back.
import { describe, expect, test } from 'vitest';
import {
  choicesFor,
  choicesForAll,
  enginesOf,
  entriesMadeFor,
  namesOf,
  searchFindings,
  splitOutcomes,
  statesOf,
} from '../../../../src/renderer/pages/threats/finding-view.ts';
import { findingStateSchema } from '../../../../src/shared/finding.ts';
import { finding } from '../../../renderer/fixtures.ts';

const vaultId = '0123456789abcdef0123456789abcdef';

describe('choicesFor', () => {
  test.each([
    ['open', 'quarantine allow dismiss reveal'],
    ['dismissed', 'quarantine allow reopen reveal'],
    ['allowed', 'reveal'],
    ['quarantined', 'restore'],
    ['gone', ''],
  ] as const)('%s: %s', (state, expected) => {
    const choices = choicesFor(finding({ state, vault_id: vaultId }), true);
    const possible = Object.entries(choices).flatMap(([name, is]) => (is ? [name] : []));
    expect(possible.toSorted()).toEqual(expected.split(' ').filter(Boolean).toSorted());
  });

  test('a browser has no file manager to show it in', () => {
    expect(choicesFor(finding(), false).reveal).toBe(false);
  });

  test('what is not in the vault cannot be restored from it', () => {
    expect(choicesFor(finding({ state: 'quarantined', vault_id: null }), true).restore).toBe(false);
  });

  test('of several, what one of them can be asked for', () => {
    const choices = choicesForAll([finding(), finding({ state: 'quarantined', vault_id: vaultId })]);
    expect(choices).toEqual({
      quarantine: true,
      allow: true,
      dismiss: true,
      reopen: false,
      restore: true,
      reveal: false,
    });
    expect(choicesForAll([]).quarantine).toBe(false);
  });
});

test('the two filters together show every state there is', () => {
  const states = [...statesOf('open'), ...statesOf('settled')];
  expect(states.toSorted()).toEqual([...findingStateSchema.options].toSorted());
  expect(statesOf('all')).toEqual([]);
});

describe('searchFindings', () => {
  const findings = [finding({ id: 1 }), finding({ id: 2, path: '/tmp/Keygen\u202Egpj.exe' })];
  test.each([
    ['', [1, 2]],
    ['keygen', [2]],
    ['u{202e}', [2]],
    ['nemucod tmp', [2]],
    ['275a021b', [1, 2]],
    ['nothing like it', []],
  ])('“%s”', (question, expected) => {
    expect(searchFindings(findings, question).map(({ id }) => id)).toEqual(expected);
  });
});

test('engines and names are told once each, names with unsafe characters written out', () => {
  const [one] = finding().detections;
  if (one === undefined) throw new Error('no detection');
  const both = { detections: [one, { ...one, name: 'a\u202Eb' }, one] };
  expect(enginesOf(both)).toEqual(['clamav']);
  expect(namesOf(both)).toEqual([one.name, 'a<U+202E>b']);
});

test('an outcome is done, to be confirmed, or failed', () => {
  const outcome = { text: '', path: null };
  const done = { ...outcome, id: 1, ok: true, needs_confirmation: false };
  const toConfirm = { ...outcome, id: 2, ok: false, needs_confirmation: true };
  const failed = { ...outcome, id: 3, ok: false, needs_confirmation: false };
  expect(splitOutcomes([done, toConfirm, failed])).toEqual({
    done: [done],
    toConfirm: [toConfirm],
    failed: [failed],
  });
});

test('an undo of allowing leaves entries alone that were there before, and those of others', () => {
  const entry = { kind: 'hash', reason: '', author: 'user ada', created_at: 0 } as const;
  const sha256 = 'a'.repeat(64);
  const before = [{ ...entry, id: 1, value: 'b'.repeat(64) }];
  const after = [...before, { ...entry, id: 2, value: sha256 }, { ...entry, id: 3, value: 'c'.repeat(64) }];
  expect(entriesMadeFor([finding({ sha256 })], before, after)).toEqual([2]);
  expect(entriesMadeFor([finding({ sha256 })], after, after)).toEqual([]);
});
