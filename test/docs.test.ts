// Pages that are made from the code say what the code says.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages } from '../scripts/write-docs.ts';

const root = join(import.meta.dirname, '..');
const docs = join(root, 'docs');

test.each(Object.entries(pages))('%s is what `npm run docs` writes', async (path, page) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(await page());
});

describe('docs/threat-model.md', () => {
  const sources = new Map(
    readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.test.ts'))
      .map((path) => [basename(path, '.test.ts'), readFileSync(join(import.meta.dirname, path), 'utf8')]),
  );
  /** Cells such as `` `special-files`: *begins …*, *also this*; `archives`: all ``. */
  const claims = readFileSync(join(docs, 'threat-model.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| \d+ \|/.test(line))
    .flatMap((line) => line.split('|').at(-2)?.split(';') ?? [])
    .map((cell) => ({
      file: /`(?<name>[a-z-]+)`/.exec(cell)?.groups?.['name'] ?? cell,
      // An ellipsis stands for whatever the name of the test says there.
      tests: [...cell.matchAll(/\*(?<text>[^*]+)\*/g)].flatMap(({ groups }) =>
        (groups?.['text'] ?? '').split('…').map((part) => part.trim()),
      ),
    }));

  test('the table was read', () => {
    expect(claims.length).toBeGreaterThan(25);
  });

  test.each(claims)('names tests that are there: $file $tests', ({ file, tests }) => {
    const source = sources.get(file);
    expect(source).toBeDefined();
    expect(tests.filter((text) => !(source ?? '').includes(text))).toEqual([]);
  });
});
