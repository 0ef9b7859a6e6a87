import { describe, expect, test } from 'vitest';
import { fileProblems } from '../../../../src/renderer/pages/settings/file-problem.ts';
import { testSteps, whyNoTest } from '../../../../src/renderer/pages/settings/self-test-view.ts';
import type { SelfTest } from '../../../../src/shared/page-documents.ts';

const passed: SelfTest = {
  ok: true,
  text: '',
  folder: '/home/ada/Downloads',
  latency_ms: 412,
  engines: ['clamav', 'hash'],
};

function states(result: SelfTest | null): readonly string[] {
  return testSteps(result).map(({ state }) => state);
}

describe('the self-test in steps', () => {
  test('while it runs nothing is claimed yet', () => {
    expect(states(null)).toEqual(['running', 'waiting', 'waiting']);
  });

  test('one that passed says after how long and by whom', () => {
    expect(testSteps(passed)).toEqual([
      { text: 'Write the test file', state: 'done' },
      { text: 'Found after 412\u00a0ms by ClamAV and the hash lists', state: 'done' },
      { text: 'Clear it away', state: 'done' },
    ]);
  });

  test('one that was not found failed there', () => {
    expect(states({ ...passed, ok: false, latency_ms: null, engines: [] })).toEqual([
      'done',
      'failed',
      'waiting',
    ]);
  });

  test('one that had no folder failed at its first step', () => {
    expect(states({ ...passed, ok: false, folder: null, latency_ms: null, engines: [] })).toEqual([
      'failed',
      'waiting',
      'waiting',
    ]);
  });

  test('one that was found and not cleared away failed at the last', () => {
    expect(states({ ...passed, ok: false })).toEqual(['done', 'done', 'failed']);
  });

  test('it is not offered where it cannot pass', () => {
    expect(whyNoTest('paused')).toBe('Protection is paused. Resume it first.');
    expect(whyNoTest('off')).toBe('Protection is switched off. Switch it on first.');
    expect([whyNoTest('protected'), whyNoTest('threat'), whyNoTest(null)]).toEqual(['', '', '']);
  });
});

describe('problems of the settings file', () => {
  const file = '/home/ada/rt_protection_config.toml';

  test('each has its line, without the path of the file again', () => {
    const problem = `${file}:14: scaling.max_workers: expected a number\n${file}: config_version: too new\nand 3 more`;
    expect(fileProblems(problem, file)).toEqual([
      { line: 14, text: 'scaling.max_workers: expected a number' },
      { line: null, text: 'config_version: too new' },
      { line: null, text: 'and 3 more' },
    ]);
  });

  test('none is none', () => {
    expect(fileProblems('', file)).toEqual([]);
  });
});
