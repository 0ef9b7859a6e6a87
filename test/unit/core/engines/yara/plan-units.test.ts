import { expect, test } from 'vitest';
import { prepareFiles } from '../../../../../src/core/engines/yara/load-rules.ts';
import { planUnits } from '../../../../../src/core/engines/yara/plan-units.ts';

test.each<[string, string[], number[][]]>([
  [
    'files that have nothing to do with each other',
    ['rule a { condition: true }', 'rule b { condition: true }'],
    [[0, 1]],
  ],
  ['two files with a common rule', ['rule a { condition: true }', 'rule a { condition: false }'], [[0], [1]]],
  [
    'a file that names a rule of an earlier one',
    ['rule a { condition: true }', 'rule b { condition: a }'],
    [[0], [1]],
  ],
  [
    'a file that names a rule of a later one',
    ['rule b { condition: a }', 'rule a { condition: true }'],
    [[0], [1]],
  ],
  [
    'a file with a global rule',
    ['global rule a { condition: true }', 'rule b { condition: true }', 'rule c { condition: b }'],
    [[0], [1], [2]],
  ],
  [
    'a file that uses a module without importing it',
    ['import "pe" rule a { condition: pe.is_pe }', 'rule b { condition: pe.is_pe }'],
    [[0], [1]],
  ],
  [
    'files that import the same module',
    ['import "pe" rule a { condition: pe.is_pe }', 'import "pe" rule b { condition: pe.is_pe }'],
    [[0, 1]],
  ],
  [
    'a rule with the name of an external variable',
    ['rule a { condition: owner == "" }', 'rule owner { condition: true }'],
    [[0], [1]],
  ],
  [
    'a third file that fits beside the first',
    ['rule a { condition: true }', 'rule a { condition: true }', 'rule c { condition: true }'],
    [[0, 2], [1]],
  ],
  [
    'a file that imports what an earlier one uses',
    ['rule b { condition: pe.is_pe }', 'import "pe" rule a { condition: pe.is_pe }'],
    [[0], [1]],
  ],
  [
    'a file that cannot have the external variables',
    ['rule a { condition: true }', 'rule owner { condition: true }'],
    [[0], [1]],
  ],
])('plans %s', (_what, sources, expected) => {
  const files = sources.map((source, index) => ({ path: `/${index}`, namespace: String(index), source }));
  const units = planUnits(prepareFiles(files).prepared);
  expect(units.map((unit) => unit.map((file) => Number(file.namespace)))).toEqual(expected);
});
