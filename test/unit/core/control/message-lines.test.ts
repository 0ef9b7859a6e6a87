import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageLines } from '../../../../src/core/control/message-lines.ts';

test('lines come out whole, wherever they were cut, and empty ones not at all', () => {
  const line = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll('\n', ''));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat({ max: 9 }), { minLength: 1 }), (texts, sizes) => {
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
      const lines = new MessageLines(1000);
      const heard: string[] = [];
      let index = 0;
      for (let turn = 0; index < bytes.length; turn += 1) {
        const end = index + 1 + (sizes[turn % sizes.length] ?? 0);
        heard.push(...(lines.push(bytes.subarray(index, end)) ?? ['too long']).map(String));
        index = end;
      }
      expect(heard).toEqual(texts.map((text) => Buffer.from(text).toString()).filter((text) => text !== ''));
    }),
  );
});

test.each([
  ['in one piece', ['123456789\n']],
  ['in two', ['12345', '6789\n']],
  ['without an end', ['12345', '6789']],
  ['after others', ['1\n2\n', '123456789']],
])('a line over the bound %s is refused', (_, pieces) => {
  const lines = new MessageLines(8);
  expect(pieces.map((piece) => lines.push(Buffer.from(piece))).at(-1)).toBeNull();
});

test('a line of exactly the bound is not', () => {
  const lines = new MessageLines(8);
  expect(lines.push(Buffer.from('1234'))).toEqual([]);
  expect(lines.push(Buffer.from('5678\n12345678\n'))?.map(String)).toEqual(['12345678', '12345678']);
});

test('what was kept does not change with the buffer it came in', () => {
  const lines = new MessageLines(8);
  const chunk = Buffer.from('abc');
  lines.push(chunk);
  chunk.fill('x');
  expect(lines.push(Buffer.from('d\n'))?.map(String)).toEqual(['abcd']);
});
