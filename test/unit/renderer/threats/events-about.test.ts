// Which records of the history are about one finding.
import { expect, test } from 'vitest';
import { eventsAbout } from '../../../../src/renderer/pages/threats/events-about.ts';
import type { HistoryEvent } from '../../../../src/shared/history-event.ts';

const about = { id: 12, path: '/home/ada/a.js', sha256: 'a'.repeat(64), vault_id: 'f'.repeat(32) };
let number = 0;

function event(changes: Partial<HistoryEvent>): HistoryEvent {
  number += 1;
  return {
    number,
    at: number,
    kind: 'detection',
    actor: 'policy',
    text: '',
    path: null,
    details: {},
    previous_hash: '',
    hash: '',
    ...changes,
  };
}

test.each([
  ['its number', event({ details: { finding: 12 } }), true],
  ['its place in the vault', event({ path: '/elsewhere', details: { vault: about.vault_id } }), true],
  ['its path', event({ path: about.path }), true],
  ['its content on the allow-list', event({ kind: 'allowed', details: { value: about.sha256 } }), true],
  ['its place on the allow-list', event({ kind: 'allowed', details: { value: about.path } }), true],
  ['another finding at the same path', event({ path: about.path, details: { finding: 11 } }), false],
  ['another path', event({ path: '/home/ada/b.js' }), false],
  ['another entry', event({ kind: 'allowed', details: { value: 'b'.repeat(64) } }), false],
  ['nothing at all', event({}), false],
])('%s', (_what, one, expected) => {
  expect(eventsAbout([one], about)).toEqual(expected ? [one] : []);
});

test('an unknown content is not that of an entry without a value', () => {
  expect(eventsAbout([event({ details: { value: null } })], { ...about, sha256: null })).toEqual([]);
});
