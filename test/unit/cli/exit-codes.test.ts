import { expect, test } from 'vitest';
import { exitCodes, scanExitCode } from '../../../src/cli/exit-codes.ts';
import type { ScanSummary } from '../../../src/shared/scan-report.ts';

const nothing: ScanSummary = {
  files: 5,
  clean: 5,
  infected: 0,
  suspicious: 0,
  partial: 0,
  unscannable: 0,
  bytes: 0,
  duration_ms: 0,
  from_cache: 0,
  generation: '',
  engines: [],
  passed_over: { excluded: 0, symbolic_links: 0, other_devices: 0 },
};

test.each([
  { summary: {}, strict: 0, allowed: 0 },
  { summary: { infected: 1 }, strict: 1, allowed: 1 },
  { summary: { suspicious: 1 }, strict: 1, allowed: 1 },
  { summary: { partial: 1 }, strict: 2, allowed: 0 },
  { summary: { unscannable: 1 }, strict: 2, allowed: 0 },
  { summary: { infected: 1, unscannable: 3 }, strict: 1, allowed: 1 },
  { summary: { interrupted: true as const }, strict: 2, allowed: 2 },
  { summary: { interrupted: true as const, infected: 1 }, strict: 2, allowed: 2 },
])('$summary ends with $strict, or with $allowed under --allow-partial', ({ summary, strict, allowed }) => {
  const whole = { ...nothing, ...summary };
  expect([scanExitCode(whole, false), scanExitCode(whole, true)]).toEqual([strict, allowed]);
});

test('the codes are those of clamscan, and 3 for bad usage', () => {
  expect(exitCodes).toEqual({ nothingFound: 0, somethingFound: 1, errors: 2, badUsage: 3 });
});
