import { describe, expect, test } from 'vitest';
import { evidence, folder } from '../../../renderer/fixtures.ts';
import { evidenceParts } from '../../../../src/renderer/frame/evidence-line.ts';
import type { Protection, ProtectionEvidence } from '../../../../src/shared/protection.ts';

function line(changes: Partial<ProtectionEvidence> = {}, state: Protection['state'] = 'protected'): string {
  const parts = evidenceParts({ state, sentence: '', advice: [], evidence: { ...evidence, ...changes } });
  return parts.join(' · ').replaceAll('\u00a0', ' ');
}

describe('what stands behind “Protected”', () => {
  test('folders, engines, the age of signatures and the last proof', () => {
    expect(line()).toBe(
      '3 folders watched · ClamAV + YARA-X · signatures 5 h old · a test file was seen in 348 ms',
    );
  });

  test('a folder that is not watched is not counted as one, a volume that is not there is not missed', () => {
    const folders = [
      folder('/a'),
      folder('/b', { state: 'degraded' }),
      folder('/media/usb', { state: 'gone', removable: true }),
    ];
    expect(line({ watcher: { ...evidence.watcher, folders } })).toMatch(/^1 of 2 folders watched/);
  });

  test('what nobody knows is not said', () => {
    const folders = [folder('/a', { canary_ms: null }), folder('/b', { canary_missed: true })];
    expect(line({ watcher: { ...evidence.watcher, folders }, signature_age_days: null, engines: [] })).toBe(
      '2 folders watched',
    );
  });

  test('the proof is the slowest one', () => {
    const folders = [folder('/a', { canary_ms: 20 }), folder('/b', { canary_ms: 1500 })];
    expect(line({ watcher: { ...evidence.watcher, folders } })).toMatch(/seen in 1\.5 s$/);
  });

  test('in every other state its sentence says more', () => {
    expect(line({}, 'attention')).toBe('');
    expect(evidenceParts({ state: 'not_running', sentence: '', advice: [], evidence: null })).toEqual([]);
  });
});
