import { describe, expect, it } from 'vitest';
import { adviceParts } from '../../../../src/renderer/pages/overview/command-parts.ts';
import { needCount, needsOf, type NeedsState } from '../../../../src/renderer/pages/overview/needs.ts';
import type { ProtectionEvidence } from '../../../../src/shared/protection.ts';
import { evidence, finding, fixtureState, folder } from '../../../renderer/fixtures.ts';

const calm = fixtureState('calm');

function withEvidence(changes: Partial<ProtectionEvidence>): NeedsState {
  return { ...calm, protection: { ...calm.protection, evidence: { ...evidence, ...changes } } };
}

const here = { isWindows: false, isLost: false };

function kinds(state: NeedsState): readonly string[] {
  return needsOf(state, here).map(({ key }) => key);
}

describe('what needs somebody', () => {
  it('is nothing when all is well, nor while protection is paused', () => {
    expect(needsOf(calm, here)).toEqual([]);
    expect(needsOf(fixtureState('paused'), here)).toEqual([]);
  });

  it('is nothing but that while Vedette does not answer', () => {
    const [need, ...more] = needsOf(fixtureState('degraded'), { ...here, isLost: true });
    expect(need).toMatchObject({ kind: 'note', title: 'Vedette does not answer' });
    expect(more).toEqual([]);
  });

  it('comes most urgent first', () => {
    const state: NeedsState = {
      ...withEvidence({
        brake: { on: true, reason: 'Automatic quarantine has stopped: too many.' },
        engines: [{ name: 'clamav', state: 'unavailable', detail: 'There is no clamd.' }],
        watcher: {
          ...evidence.watcher,
          folders: [folder('/a', { state: 'degraded' }), folder('/b', { canary_missed: true })],
        },
        signature_age_days: 9,
        put_off: 3,
        problems: ['The vault is full.'],
      }),
      findings: { open: 5, latest: [1, 2, 3, 4, 5].map((id) => finding({ id })) },
      settings: { revision: 1, problem: 'line 3: no' },
    };
    expect(kinds(state)).toEqual([
      'finding 1',
      'finding 2',
      'finding 3',
      'more',
      'brake',
      'engine clamav',
      'folder /a',
      'canary',
      'settings',
      'signatures',
      'put-off',
      'The vault is full.',
    ]);
    expect(needCount(needsOf(state, here))).toBe(13);
  });

  it.each([
    [
      'an engine that works with limits',
      { engines: [{ name: 'yara', state: 'reduced', detail: 'x' }] },
      'engine yara',
    ],
    ['protection that is off', { enabled: false }, 'off'],
    [
      'a watcher that is away, not each of its folders',
      {
        watcher: { ...evidence.watcher, state: 'restarting', folders: [folder('/a', { state: 'degraded' })] },
      },
      'watcher',
    ],
    [
      'a folder that is gone',
      { watcher: { ...evidence.watcher, folders: [folder('/a', { state: 'gone' })] } },
      'folder /a',
    ],
  ] satisfies readonly (readonly [string, Partial<ProtectionEvidence>, string])[])(
    'is %s',
    (_, changes, key) => {
      expect(kinds(withEvidence(changes))).toEqual([key]);
    },
  );

  it('is not a volume that was unplugged, nor a folder that starts, nor fresh signatures', () => {
    const folders = [
      folder('/a', { state: 'gone', removable: true }),
      folder('/b', { state: 'starting' }),
      folder('/c', { state: 'degraded', canary_missed: true }),
    ];
    const state = withEvidence({ watcher: { ...evidence.watcher, folders }, signature_age_days: 7 });
    expect(kinds(state)).toEqual(['folder /c']);
  });

  it('is a Vedette that does not run, with how to start it', () => {
    const state: NeedsState = {
      ...calm,
      protection: {
        state: 'not_running',
        sentence: 'Not protected.',
        advice: ['Start it with: vedette watch'],
        evidence: null,
      },
    };
    expect(needsOf(state, here)).toEqual([
      {
        kind: 'note',
        key: 'not-running',
        title: 'No Vedette is watching',
        parts: [{ text: 'Start it with', command: 'vedette watch' }],
      },
    ]);
  });
});

describe('commands in advice', () => {
  it.each([
    ['', []],
    ['Give this user read permission.', [{ text: 'Give this user read permission.', command: null }]],
    ['sudo sysctl a=1', [{ text: '', command: 'sudo sysctl a=1' }]],
    [
      'Run: sudo sysctl a.b=1; to keep it: echo a.b=1 | sudo tee -a /etc/sysctl.d/60-vedette.conf',
      [
        { text: 'Run', command: 'sudo sysctl a.b=1' },
        { text: 'To keep it', command: 'echo a.b=1 | sudo tee -a /etc/sysctl.d/60-vedette.conf' },
      ],
    ],
    [
      'There is no clamd on this machine. To install it: sudo apt install clamav-daemon clamav-freshclam',
      [
        {
          text: 'There is no clamd on this machine. To install it',
          command: 'sudo apt install clamav-daemon clamav-freshclam',
        },
      ],
    ],
    [
      'Update them: freshclam --quiet. Then wait.',
      [
        { text: 'Update them', command: 'freshclam --quiet' },
        { text: 'Then wait.', command: null },
      ],
    ],
    ['The vault: nothing to echo in it.', [{ text: 'The vault: nothing to echo in it.', command: null }]],
  ])('%s', (advice, parts) => {
    expect(adviceParts(advice)).toEqual(parts);
  });
});
