import { expect, test } from 'vitest';
import type { RuleHit } from '../../../../../src/core/engines/yara/binding.ts';
import type { YaraRules } from '../../../../../src/core/engines/yara/load-rules.ts';
import { YaraEngine } from '../../../../../src/core/engines/yara/yara-engine.ts';

function engineThat(scan: () => readonly RuleHit[], change: Partial<YaraRules> = {}): YaraEngine {
  return new YaraEngine({
    binding: { kind: 'native', version: 'YARA-X 0' },
    bindingProblem: '',
    units: [{ scan, [Symbol.dispose]() {} }],
    declarations: new Map(),
    diagnostics: {
      problems: [],
      filesFound: 1,
      filesLoaded: 1,
      rules: 1,
      warnings: 0,
      compileMs: 0,
      usesExternalVariables: [],
    },
    fingerprint: 'f',
    ...change,
  });
}

const none = engineThat(() => []).diagnostics;
const bytes = Buffer.from('x');

test('says nothing only when every unit looked', () => {
  expect(engineThat(() => []).scan(bytes)).toEqual({ kind: 'nothing' });
  const failing = engineThat(() => {
    throw new Error('timeout');
  });
  expect(failing.scan(bytes)).toEqual({ kind: 'failed', reason: 'engine_unavailable', detail: 'timeout' });
});

test('ends the process when WebAssembly broke down', () => {
  const broken = engineThat(() => {
    throw Object.assign(new Error('unreachable'), { name: 'RuntimeError' });
  });
  expect(() => broken.scan(bytes)).toThrow('the WebAssembly engine broke down');
});

test('is unavailable without a binding, and never says nothing then', () => {
  const engine = engineThat(() => [], { binding: null, bindingProblem: 'native: not there', units: [] });
  expect(engine.report).toEqual({
    name: 'yara',
    state: 'unavailable',
    version: '',
    signatures: 1,
    detail: 'YARA-X cannot be loaded (native: not there); reinstall Vedette with its dependencies',
  });
  expect(engine.scan(bytes).kind).toBe('failed');
});

test('is unavailable without rules, and never says nothing then', () => {
  const engine = engineThat(() => [], { diagnostics: { ...none, rules: 0 }, units: [] });
  expect([engine.report.state, engine.scan(bytes).kind]).toEqual(['unavailable', 'failed']);
});

test('is reduced when a file failed, and says what its rules cannot see and what WebAssembly costs', () => {
  const { report } = engineThat(() => [], {
    binding: { kind: 'wasm', version: 'YARA-X 1' },
    diagnostics: {
      ...none,
      problems: [{ file: '/b.yar', line: 1, column: 2, code: 'E001', message: 'syntax error' }],
      usesExternalVariables: ['/rules/a.yar'],
    },
  });
  expect(report).toEqual({
    name: 'yara',
    state: 'reduced',
    version: 'YARA-X 1',
    signatures: 1,
    detail:
      '1 rule from 1 file; 1 rule file or folder has problems: see `vedette rules check`; ' +
      '1 file uses external variables, which are empty here (a.yar); ' +
      'WebAssembly: several milliseconds for every file, more with more rules',
  });
});

test('reports at most 100 rules, says how many it left out, and frees what it took over', () => {
  const hits = Array.from({ length: 130 }, (_value, index) => ({
    rule: `r${index}`,
    namespace: 'n',
    matches: [],
  }));
  const outcome = engineThat(() => hits).scan(bytes);
  if (outcome.kind !== 'found') throw new Error(outcome.kind);
  expect(outcome.detections.length).toBe(100);
  expect(outcome.detections.at(-1)?.meta['detections_left_out']).toBe(30);
  expect(engineThat(() => hits).scanDetailed(bytes)).toHaveLength(130);
});
