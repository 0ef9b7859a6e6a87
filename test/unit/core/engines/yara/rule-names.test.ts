import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadBinding, prepareFiles } from '../../../../../src/core/engines/yara/load-rules.ts';
import { readRuleSource } from '../../../../../src/core/engines/yara/rule-names.ts';

function namesIn(source: string): readonly string[] {
  return readRuleSource(source).rules.map((rule) => rule.name);
}

describe('readRuleSource', () => {
  test.each([
    ['a comment to the end of the line', '// rule no { }\nrule yes { condition: true }'],
    ['a comment over lines', '/* rule no {\n condition: true } */ rule yes { condition: true }'],
    ['a text', 'rule yes { strings: $a = "rule no { \\" }" condition: $a }'],
    ['a text over lines', 'rule yes { meta: a = """x\nrule no { }\n""" condition: true }'],
    ['a regular expression', 'rule yes { strings: $a = /rule no \\{ \\/ " / condition: $a }'],
    [
      'bytes with a comment',
      'rule yes { strings: $a = { 41 /* } rule no { */ 42 // } rule no\n 43 } condition: $a }',
    ],
  ])('does not take for a rule what stands in %s', (_where, source) => {
    expect(namesIn(source)).toEqual(['yes']);
  });

  test('finds rules after bytes, regular expressions and divisions', () => {
    const source = `
      rule a{strings:$a={41}$b=/x/i condition:$a and $b}
      rule b : one two { condition: filesize \\ 2 == 3 and "a/b" matches /a\\/b/ }
      global private rule c { condition: a } private global rule d { condition: b } global rule e { condition: c }`;
    expect(
      readRuleSource(source).rules.map(({ name, tags, isGlobal, isPrivate }) => ({
        name,
        tags,
        isGlobal,
        isPrivate,
      })),
    ).toEqual([
      { name: 'a', tags: [], isGlobal: false, isPrivate: false },
      { name: 'b', tags: ['one', 'two'], isGlobal: false, isPrivate: false },
      { name: 'c', tags: [], isGlobal: true, isPrivate: true },
      { name: 'd', tags: [], isGlobal: true, isPrivate: true },
      { name: 'e', tags: [], isGlobal: true, isPrivate: false },
    ]);
  });

  test('reads metadata as the values they stand for', () => {
    const source =
      'rule a { meta: t = true f = false n = -5 h = 0x10 o = 0o17 k = 2KB d = -1.5 s = "a\\tb\\x41\\"" ' +
      'u = "é" multi = """x\\n\ny""" big = 9007199254740993 t = "again" condition: true }';
    expect(readRuleSource(source).rules[0]?.meta).toEqual([
      ['t', true],
      ['f', false],
      ['n', -5],
      ['h', 16],
      ['o', 15],
      ['k', 2048],
      ['d', -1.5],
      ['s', 'a\tbA"'],
      ['u', 'é'],
      ['multi', 'x\n\ny'],
      ['big', '9007199254740993'],
      ['t', 'again'],
    ]);
  });

  test('knows which patterns are private', () => {
    const source =
      'rule a { strings: $a = "private" $b = "b" xor(1-2) private $c = /c/ private wide $ = "d" private $e = { 41 } condition: any of them }';
    expect(readRuleSource(source).rules[0]?.privatePatterns).toEqual(['$b', '$c', '$']);
  });

  test('tells words of conditions from fields, metadata and texts', () => {
    const source = 'import "pe" rule a { meta: owner = "filename" condition: pe.extension == filetype }';
    const { imports, conditionWords } = readRuleSource(source);
    expect({ imports, conditionWords: [...conditionWords] }).toEqual({
      imports: ['pe'],
      conditionWords: ['pe', 'filetype'],
    });
  });

  test('calls a source damaged for what is not UTF-8 in a literal, not in a comment', () => {
    expect(readRuleSource('// \uFFFD\nrule a { condition: true }').isDamaged).toBe(false);
    expect(readRuleSource('rule a { strings: $a = "\uFFFD" condition: $a }').isDamaged).toBe(true);
  });

  test('ends, whatever it is given', () => {
    const pieces = fc.constantFrom(
      'rule',
      ' a',
      '{',
      '}',
      '"',
      '/',
      '/*',
      '*/',
      '\\',
      '=',
      '= {',
      '\n',
      'meta:',
      'strings:',
      '$',
      '-',
      '"""',
      'private ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => {
        expect(Array.isArray(readRuleSource(parts.join('')).rules)).toBe(true);
      }),
    );
  });

  test('reads 16 MiB of one literal without running out of stack', () => {
    const long = 'ab'.repeat(8 * 1024 * 1024);
    expect(namesIn(`rule a { strings: $a = "${long}" condition: $a } rule b { condition: a }`)).toEqual([
      'a',
      'b',
    ]);
    expect(namesIn(`rule a { strings: $a = { ${long} } condition: $a } rule b { condition: a }`)).toEqual([
      'a',
      'b',
    ]);
  });
});

const spaces = fc.constantFrom(' ', '\n', '\t', '/* rule x { */', '// rule y {\n', ' /* } */ ');
const literals = fc.constantFrom(
  '"rule z { condition: true }"',
  '"a\\"b"',
  '"// no"',
  '"/* no"',
  '/rule q [{}"]+\\//',
  '/a\\/\\/b/i',
  '{ 41 [2-4] 42 /* } */ }',
  '{ 41 // }\n ?? 42 }',
  '"abc" wide private',
);
const ruleParts = fc.record({
  private: fc.boolean(),
  gap: spaces,
  meta: fc.option(fc.constantFrom('meta: a = "rule m {"', 'meta: b = true c = -1', 'meta: rule_name = "}"')),
  literals: fc.array(literals, { maxLength: 4 }),
});

test('finds the same public rules as the engine, whatever surrounds them', () => {
  const { binding } = loadBinding('auto');
  fc.assert(
    fc.property(fc.array(ruleParts, { minLength: 1, maxLength: 6 }), (rules) => {
      const source = rules
        .map((rule, index) => {
          const strings = rule.literals.map((literal, at) => `$p${at} =${rule.gap}${literal}`).join('\n');
          const condition = rule.literals.length > 0 ? 'any of them or true' : 'true';
          return `${rule.private ? 'private ' : ''}rule${rule.gap} r${index}${rule.gap}{ ${rule.meta ?? ''} ${
            strings && `strings: ${strings}`
          } condition:${rule.gap}${condition} }`;
        })
        .join('\n');
      const { prepared } = prepareFiles([{ path: '/a.yar', namespace: 'a.yar', source }]);
      const compilation = binding?.compile(prepared);
      expect(compilation?.problems).toEqual([]);
      const found = compilation?.units.flatMap((unit) => unit.scan(Buffer.from('x'))).map((hit) => hit.rule);
      expect(found).toEqual(
        readRuleSource(source)
          .rules.filter((rule) => !rule.isPrivate)
          .map((rule) => rule.name),
      );
    }),
    { numRuns: 60 },
  );
});
