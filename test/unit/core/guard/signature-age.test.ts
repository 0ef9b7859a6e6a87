import { expect, test } from 'vitest';
import { signatureAgeDays } from '../../../../src/core/guard/signature-age.ts';
import type { EngineReport } from '../../../../src/shared/engine-report.ts';

const nowMs = new Date('Sun Jan 12 21:10:11 2025').getTime();

function ageOf(version: string, name: EngineReport['name'] = 'clamav'): number | null {
  return signatureAgeDays([{ name, version, state: 'ready', detail: '', signatures: 0 }], nowMs);
}

test('the age of the signatures is that of the database that clamd names', () => {
  expect(ageOf('ClamAV 1.4.1/27500/Fri Jan 10 09:10:11 2025')).toBe(2.5);
});

test('signatures from the future are new', () => {
  expect(ageOf('ClamAV 1.4.1/27500/Fri Jan 10 09:10:11 2030')).toBe(0);
});

test.each(['', 'ClamAV 1.4.1', 'ClamAV 1.4.1/27500', 'ClamAV 1.4.1/27500/soon'])(
  'nobody can tell the age from "%s"',
  (version) => {
    expect(ageOf(version)).toBeNull();
  },
);

test('other engines say nothing of it', () => {
  expect(ageOf('ClamAV 1.4.1/27500/Fri Jan 10 09:10:11 2025', 'yara')).toBeNull();
  expect(signatureAgeDays([], nowMs)).toBeNull();
});
