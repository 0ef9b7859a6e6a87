// Pages that are made from the code say what the code says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from '../scripts/write-docs.ts';

const docs = join(import.meta.dirname, '..', 'docs');

test.each(Object.entries(pages))('docs/%s is what `npm run docs` writes', (name, page) => {
  expect(readFileSync(join(docs, name), 'utf8')).toBe(page());
});
