import { describe, expect, test } from 'vitest';
import {
  reconsiderAllowed,
  reconsiderOpen,
  type Reconsidered,
} from '../../../../src/core/guard/reconsider.ts';
import type { Finding } from '../../../../src/shared/finding.ts';
import { DeskScene } from './desk-scene.ts';
import { infected } from './samples.ts';

const mine = { reason: 'mine', author: 'user eve' } as const;

const sample: Finding = {
  id: 1,
  path: '/bad',
  identity: '',
  sha256: null,
  size_bytes: 1,
  verdict: 'infected',
  severity: 'high',
  detections: [],
  origin: 'manual',
  state: 'open',
  note: '',
  vault_id: null,
  found_at: 0,
  seen_at: 0,
};

function deskOf({ findings, allow, desk, rescanned }: DeskScene): Reconsidered {
  return { findings, allow, findingDesk: desk, rescan: (path) => rescanned.push(path) };
}

describe('a change of the allow-list', () => {
  test('counts for what was found before: each content, place and signature that it names', async () => {
    await using scene = await DeskScene.open();
    const [named, same] = [scene.found('one'), scene.found('two')];
    const other = scene.desk.record(scene.outcome(scene.write('other', 'other bad content'), infected), {
      state: 'open',
      note: '',
      jobId: null,
      actor: 'policy',
    });
    scene.allow.add({ kind: 'hash', value: named.sha256 ?? '', ...mine });
    await reconsiderAllowed(deskOf(scene));
    expect([scene.now(named), scene.now(same)]).toMatchObject([
      { state: 'allowed', note: 'Allowed by user eve.' },
      { state: 'allowed', note: 'Allowed by user eve.' },
    ]);
    expect(scene.all.filter(({ state }) => state === 'open').map(({ id }) => id)).toEqual([
      other?.finding.id,
    ]);
    expect(scene.rescanned).toEqual([]);
  });

  test('opens what it no longer names, and has it looked at again', async () => {
    await using scene = await DeskScene.open();
    const [gone, kept] = [scene.found('gone'), scene.found('kept')];
    const { entry } = scene.allow.add({ kind: 'path', value: scene.files, ...mine });
    scene.allow.add({ kind: 'path', value: kept.path, ...mine });
    await reconsiderAllowed(deskOf(scene));
    scene.allow.remove([entry.id], 'user eve');
    await reconsiderAllowed(deskOf(scene));
    expect(scene.now(gone)).toMatchObject({ state: 'open', note: 'It is no longer allowed.' });
    expect(scene.now(kept).state).toBe('allowed');
    expect(scene.rescanned).toEqual([gone.path]);
  });

  test('leaves alone what is quarantined or was dismissed', async () => {
    await using scene = await DeskScene.open();
    const [moved, dismissed] = [scene.found('moved'), scene.found('dismissed')];
    await scene.desk.quarantine(moved, 'user eve', false);
    scene.desk.dismiss(dismissed, 'user eve');
    scene.allow.add({ kind: 'path', value: scene.files, ...mine });
    await reconsiderAllowed(deskOf(scene));
    expect(scene.all.map(({ state }) => state)).toEqual(['quarantined', 'dismissed']);
  });

  test('reaches every finding, however many pages of them there are', async () => {
    const all = Array.from({ length: 1200 }, (_none, index) => ({ ...sample, id: 1200 - index }));
    const changed: number[] = [];
    await reconsiderAllowed({
      findings: {
        list({ before, limit }) {
          return { findings: all.filter(({ id }) => before === null || id < before).slice(0, limit) };
        },
      },
      allow: { match: () => ({ id: 1, kind: 'path', value: '/bad', created_at: 0, ...mine }) },
      findingDesk: { setState: (id) => void changed.push(id) },
      rescan: () => {},
    });
    expect(changed).toEqual(all.map(({ id }) => id));
  });
});

test('when automatic quarantine goes on, all that is open is looked at again, and nothing else', async () => {
  await using scene = await DeskScene.open();
  const [first, second] = [scene.found('first'), scene.found('second')];
  scene.desk.dismiss(scene.found('dismissed'), 'user eve');
  await reconsiderOpen(deskOf(scene));
  expect(scene.rescanned.toSorted()).toEqual([first.path, second.path]);
});
