import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkRules } from '../../../../../src/core/engines/yara/check-rules.ts';
import { loadRules, ruleKey } from '../../../../../src/core/engines/yara/load-rules.ts';
import { loadYaraEngine } from '../../../../../src/core/engines/yara/yara-engine.ts';
import { silentLogger } from '../../../../../src/core/logger.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-rules-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(sources: Readonly<Record<string, string>>): void {
  for (const [name, source] of Object.entries(sources)) writeFileSync(join(folder, name), source);
}

describe.each(['native', 'wasm'] as const)('with the %s binding', (binding) => {
  function load() {
    return loadRules({ paths: [folder], binding, logger: silentLogger });
  }

  function found(bytes = Buffer.from('abc')): readonly string[] {
    using engine = loadYaraEngine({ paths: [folder], binding, logger: silentLogger });
    return engine.scanDetailed(bytes).map((hit) => ruleKey(String(hit.meta['namespace']), hit.name));
  }

  test('reports a bad file with its place, and all others load', () => {
    write({
      'a.yar': 'rule a { condition: true }',
      'b.yar': 'rule b {\n condition:\n   foo\n}',
      'c.yar': 'rule c { condition: true }',
    });
    const { diagnostics } = load();
    expect(diagnostics).toMatchObject({ filesFound: 3, filesLoaded: 2, rules: 2 });
    expect(diagnostics.problems).toEqual([
      {
        file: join(folder, 'b.yar'),
        line: 3,
        column: 4,
        code: 'E009',
        message: 'unknown identifier `foo`: this identifier has not been declared',
      },
    ]);
    expect(found()).toEqual(['a.yar\0a', 'c.yar\0c']);
  });

  test('keeps files from seeing rules of each other', () => {
    write({ 'a.yar': 'rule a { condition: true }', 'b.yar': 'rule b { condition: a }' });
    expect(load().diagnostics.problems.map(({ file, code }) => [file, code])).toEqual([
      [join(folder, 'b.yar'), 'E009'],
    ]);
  });

  test('keeps files from using modules that another one imports', () => {
    write({
      'a.yar': 'import "math" rule a { condition: math.min(1, 2) == 1 }',
      'b.yar': 'rule b { condition: math.min(1, 2) == 1 }',
    });
    expect(load().diagnostics.problems.map(({ file, code }) => [file, code])).toEqual([
      [join(folder, 'b.yar'), 'E009'],
    ]);
  });

  test('keeps rules of one name in two files apart, each with its own metadata', () => {
    write({
      'a.yar': 'rule same { meta: severity = "low" condition: true }',
      'b.yar': 'rule same { meta: severity = "high" condition: true }',
    });
    using engine = loadYaraEngine({ paths: [folder], binding, logger: silentLogger });
    const hits = engine.scanDetailed(Buffer.from('x'));
    expect(hits.map((hit) => [hit.meta['namespace'], hit.severity])).toEqual([
      ['b.yar', 'high'],
      ['a.yar', 'low'],
    ]);
  });

  test('lets a global rule silence its own file only', () => {
    write({
      'a.yar': 'global rule never { condition: false } rule a { condition: true }',
      'b.yar': 'rule b { condition: true }',
    });
    expect(found()).toEqual(['b.yar\0b']);
  });

  test('does not report private rules', () => {
    write({ 'a.yar': 'private rule hidden { condition: true } rule a { condition: hidden }' });
    expect(found()).toEqual(['a.yar\0a']);
  });

  test('defines external variables as empty and says which files use them', () => {
    write({
      'a.yar':
        'rule a { condition: filename == "" and extension == "" and filepath == "" and filetype == "" }',
      'b.yar': 'rule b { meta: owner = "x" condition: true }',
      'c.yar': 'rule owner { condition: true }',
    });
    const { diagnostics } = load();
    expect({ problems: diagnostics.problems, uses: diagnostics.usesExternalVariables }).toEqual({
      problems: [],
      uses: [join(folder, 'a.yar')],
    });
    expect(found()).toEqual(['a.yar\0a', 'b.yar\0b', 'c.yar\0owner']);
  });

  test('reads no other file for an include', () => {
    write({ 'other.txt': 'rule other { condition: true }' });
    write({ 'a.yar': `include "${join(folder, 'other.txt')}" rule a { condition: true }` });
    const { filesLoaded, problems } = load().diagnostics;
    expect({ filesLoaded, lines: problems.map((problem) => problem.line) }).toEqual({
      filesLoaded: 0,
      lines: [1],
    });
  });

  test('does not load a file that is not UTF-8 outside its comments', () => {
    writeFileSync(
      join(folder, 'a.yar'),
      Buffer.from('rule a { strings: $a = "\xff" condition: $a }', 'latin1'),
    );
    writeFileSync(join(folder, 'b.yar'), Buffer.from('// \xff\nrule b { condition: true }', 'latin1'));
    const { diagnostics } = load();
    expect([diagnostics.filesLoaded, diagnostics.problems.map((problem) => problem.code)]).toEqual([
      1,
      ['not_utf8'],
    ]);
  });

  test('scans with a rule whose metadata JavaScript cannot hold', () => {
    write({ 'a.yar': 'rule a { meta: n = 9007199254740993 condition: true }' });
    using engine = loadYaraEngine({ paths: [folder], binding, logger: silentLogger });
    expect(engine.scan(Buffer.from('x'))).toMatchObject({
      kind: 'found',
      detections: [{ meta: { n: '9007199254740993' } }],
    });
  });

  test('changes its fingerprint with the rules and only with them', () => {
    write({ 'a.yar': 'rule a { condition: true }' });
    const before = load().fingerprint;
    expect(load().fingerprint).toBe(before);
    write({ 'a.yar': 'rule a { condition: false }' });
    expect(load().fingerprint).not.toBe(before);
  });

  test('stays within its bound of matches on a file of one letter', () => {
    write({ 'a.yar': 'rule a { strings: $a = "AA" condition: $a }' });
    using engine = loadYaraEngine({ paths: [folder], binding, logger: silentLogger });
    expect(engine.scanDetailed(Buffer.alloc(100_000, 'A'))[0]?.matches).toHaveLength(10_000);
    expect(engine.scan(Buffer.alloc(100_000, 'A'))).toMatchObject({
      detections: [{ matches: { length: 16 } }],
    });
  });

  test('scans nothing and one byte', () => {
    write({ 'a.yar': 'rule empty { condition: filesize == 0 } rule one { condition: filesize == 1 }' });
    expect([found(Buffer.alloc(0)), found(Buffer.alloc(1))]).toEqual([['a.yar\0empty'], ['a.yar\0one']]);
  });

  test('checks every file by itself, with all that is wrong in it', () => {
    write({
      'a.yar': 'rule a { condition: one }\nrule b { condition: two }',
      'b.yar': 'rule c { condition: owner == "" }\nrule d { condition: true }',
    });
    const check = checkRules([folder, '/not/there'], binding);
    expect(
      check.files.map(({ file, ok, rules, errors, warnings, usesExternalVariables }) => ({
        file,
        ok,
        rules,
        errors: errors.map(({ line, column, code }) => [line, column, code]),
        warned: warnings.map(({ line, column }) => [line, column]),
        usesExternalVariables,
      })),
    ).toEqual([
      {
        file: '/not/there',
        ok: false,
        rules: 0,
        errors: [[null, null, 'unreadable']],
        warned: [],
        usesExternalVariables: false,
      },
      {
        file: join(folder, 'a.yar'),
        ok: false,
        rules: 2,
        errors: [
          [1, 21, 'E009'],
          [2, 21, 'E009'],
        ],
        warned: [],
        usesExternalVariables: false,
      },
      {
        file: join(folder, 'b.yar'),
        ok: true,
        rules: 2,
        errors: [],
        warned: [[2, 21]],
        usesExternalVariables: true,
      },
    ]);
  });
});

test('gives each binding a fingerprint of its own', () => {
  write({ 'a.yar': 'rule a { condition: true }' });
  const [native, wasm] = (['native', 'wasm'] as const).map((binding) =>
    loadRules({ paths: [folder], binding, logger: silentLogger }),
  );
  expect(native?.fingerprint).not.toBe(wasm?.fingerprint);
});
