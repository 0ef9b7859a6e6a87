import { describe, expect, test } from 'vitest';
import {
  bindingText,
  clamavVersionText,
  engineView,
  enginesHeadline,
  listenText,
  withoutCommand,
  yaraVersionText,
} from '../../../../src/renderer/pages/engines/engine-view.ts';
import { signatureAge } from '../../../../src/renderer/pages/engines/signature-age.ts';
import type { EngineReport } from '../../../../src/shared/engine-report.ts';

const command = 'sudo apt install clamav-daemon';

function report(
  name: EngineReport['name'],
  state: EngineReport['state'] = 'ready',
  detail = '',
): EngineReport {
  return { name, state, version: '', signatures: 0, detail };
}

describe('an engine in words', () => {
  test('without ClamAV it says who still looks and how to install it', () => {
    const detail = `There is no clamd on this machine. To install it: ${command}`;
    const reports = [report('clamav', 'unavailable', detail), report('yara'), report('hash')];
    expect(engineView('clamav', reports, command)).toEqual({
      name: 'clamav',
      title: 'ClamAV',
      tone: 'attention',
      state: 'Not installed',
      meaning:
        'YARA-X and the hash lists still look at every file. Fewer known threats are recognized, and archives are not unpacked.',
      cause: 'There is no clamd on this machine.',
      command,
    });
  });

  test('a clamd that is there and does not answer is not called missing', () => {
    const reports = [report('clamav', 'unavailable', 'clamd hangs'), report('yara')];
    expect(engineView('clamav', reports)).toMatchObject({
      state: 'Not available',
      cause: 'Clamd hangs.',
      command: '',
      meaning: expect.stringMatching(/^YARA-X still looks at every file/),
    });
  });

  test('the verb follows who is left', () => {
    const reports = [report('yara', 'unavailable'), report('hash')];
    expect(engineView('yara', reports).meaning).toMatch(/^The hash lists still look at every file/);
  });

  test('the last engine that fails is a danger, one of several asks for attention', () => {
    expect(engineView('yara', [report('yara', 'unavailable')]).tone).toBe('danger');
    expect(engineView('yara', [report('yara', 'unavailable'), report('clamav')]).tone).toBe('attention');
    expect(engineView('yara', [report('yara', 'reduced')]).tone).toBe('attention');
    expect(engineView('yara', [report('yara')]).tone).toBe('ok');
  });

  test('one that does not report is switched off', () => {
    expect(engineView('clamav', [report('yara')])).toMatchObject({ state: 'Switched off', tone: 'neutral' });
  });

  test.each([
    [[report('clamav'), report('yara'), report('hash')], 'All 3 engines look at every file.'],
    [[report('clamav', 'unavailable'), report('yara'), report('hash')], '2 of 3 engines look at every file.'],
    [[report('clamav', 'unavailable'), report('yara')], '1 of 2 engines looks at every file.'],
    [[report('yara')], '1 of 1 engines looks at every file.'],
    [[report('yara', 'unavailable')], 'No engine looks at files at the moment: nothing can be checked.'],
  ])('the head line counts those that look: %#', (reports, text) => {
    expect(enginesHeadline(reports)).toBe(text);
  });
});

test('the command is taken out of the sentence it ends', () => {
  expect(withoutCommand(`ClamAV is not installed: ${command}`, command)).toBe('ClamAV is not installed');
  expect(withoutCommand('clamd hangs', command)).toBe('clamd hangs');
  expect(withoutCommand('clamd hangs', '')).toBe('clamd hangs');
});

test('where clamd listens', () => {
  const rest = { choice: 'auto', install_command: '' };
  expect(listenText({ ...rest, kind: 'found', address: '/run/clamd.ctl' })).toBe(
    'Found on this machine, at /run/clamd.ctl',
  );
  expect(listenText({ ...rest, kind: 'managed', address: '' })).toBe('Started and watched by Vedette');
  expect(listenText({ ...rest, kind: 'none', address: '' })).toBe('Nowhere');
});

test('the binding says what it costs', () => {
  const version = 'YARA-X 1.7.1 native (@litko/yara-x 0.3.0)';
  expect(bindingText('native 0.3.0', version)).toBe('native code (@litko/yara-x 0.3.0)');
  expect(bindingText('wasm 1.20.0', '')).toMatch(/^WebAssembly: several milliseconds/);
  expect(bindingText('', version)).toBe('unknown');
});

test.each([
  ['YARA-X 1.7.1 native (@litko/yara-x 0.3.0)', 'YARA-X 1.7.1'],
  ['YARA-X native (@litko/yara-x 0.3.0)', 'YARA-X'],
  ['something else', 'something else'],
  ['', 'unknown'],
])('the version of YARA-X is said once: %s', (version, text) => {
  expect(yaraVersionText(version)).toBe(text);
});

test.each([
  ['ClamAV 1.4.6/27812/Fri Jan 10 09:10:11 2025', 'ClamAV 1.4.6, database 27812'],
  ['ClamAV 1.4.6', 'ClamAV 1.4.6'],
  ['', 'unknown'],
])('the version of clamd in words: %s', (version, text) => {
  expect(clamavVersionText(version)).toBe(text);
});

describe('the age of the signatures', () => {
  const rest = { warning_days: 7, generation: '' };

  test('a fresh one is told with its limit', () => {
    expect(signatureAge({ ...rest, age_days: 0.25 })).toEqual({
      tone: 'ok',
      text: 'The signatures are 6\u00a0h old.',
      limit: 'A warning is given after 7\u00a0days.',
      share: 0.25 / 7,
    });
  });

  test('beyond the limit it asks for attention', () => {
    expect(signatureAge({ ...rest, age_days: 11.4 })).toMatchObject({ tone: 'attention', share: 1 });
    expect(signatureAge({ ...rest, age_days: 7 })).toMatchObject({ tone: 'ok', share: 1 });
  });

  test('an unknown age is neither', () => {
    expect(signatureAge({ ...rest, age_days: null })).toMatchObject({
      tone: 'neutral',
      limit: '',
      share: null,
    });
  });
});
