import { describe, expect, it } from 'vitest';
import { evidenceParts } from '../../../../src/renderer/frame/evidence-parts.ts';
import type { ProtectionEvidence } from '../../../../src/shared/protection.ts';
import { engines, evidence, folder, now } from '../../../renderer/fixtures.ts';

function texts(changes: Partial<ProtectionEvidence>): readonly string[] {
  return evidenceParts({ ...evidence, ...changes }, engines, now).map(({ text }) =>
    text.replaceAll('\u00a0', ' '),
  );
}

describe('what the state rests on', () => {
  it('is told with its figures', () => {
    expect(texts({})).toEqual([
      '3 folders with 642 subfolders watched',
      'proof 40 s ago',
      'ClamAV 1.4.6 + YARA-X 1.20.0',
      'signatures 5 h old',
      'swept 21 min ago',
    ]);
  });

  it.each([
    ['a missed proof', [folder('/a', { canary_missed: true }), folder('/b')], 'last proof missed'],
    ['no proof', [folder('/a', { canary_ms: null, canary_at: null })], 'no proof yet'],
    [
      'a folder that is not watched, and misses no volume that is not there',
      [
        folder('/a'),
        folder('/b', { state: 'degraded' }),
        folder('/media/usb', { state: 'gone', removable: true }),
      ],
      '1 of 2 folders with 214 subfolders watched',
    ],
    ['the oldest proof', [folder('/a'), folder('/b', { canary_at: now - 300 })], 'proof 5 min ago'],
  ])('says %s', (_, folders, text) => {
    expect(texts({ watcher: { ...evidence.watcher, folders } })).toContain(text);
  });

  it('claims nothing that is not known', () => {
    const unknown: Partial<ProtectionEvidence> = {
      enabled: false,
      signature_age_days: null,
      watcher: { ...evidence.watcher, folders: [] },
      sweep: { ...evidence.sweep, ended_at: null },
    };
    expect(evidenceParts({ ...evidence, ...unknown }, [], now)).toEqual([]);
  });
});
