import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { IssuedPaths, pathKeys } from '../../../src/api/issued-paths.ts';
import { appStateSchema } from '../../../src/shared/app-state.ts';
import { calls } from '../../../src/shared/contract.ts';
import { innerPathSchema } from '../../../src/shared/file-place.ts';
import { desktopCalls } from '../../../src/shared/page-calls.ts';

describe('the paths a page was told of', () => {
  test('are those under the names that the contract has for paths, at any depth', () => {
    const issued = new IssuedPaths();
    issued.learn({
      jobs: [{ roots: ['/root', '/other'], progress: { current_path: '/now' } }],
      finding: { path: '/found', meta: { path: '/from a rule' }, name: '/no path' },
      record: { other_links: ['/link'], path: null, details: { file: '/x', path: '/y' } },
      entry: { kind: 'path', value: '/allowed' },
      other: { kind: 'hash', value: '/not a path' },
    });
    const told = ['/root', '/other', '/now', '/found', '/link', '/allowed'];
    expect(told.filter((path) => issued.has(path))).toEqual(told);
    expect(issued.size).toBe(told.length);
  });

  test('do not include what lies below one, beside it, or the same in other letters', () => {
    const issued = new IssuedPaths();
    issued.add('/home/ada');
    expect(
      ['/home/ada/x', '/home', '/home/ada/', '/home/Ada', '/home/ada/../ada', ''].filter((path) =>
        issued.has(path),
      ),
    ).toEqual([]);
  });

  test('are bounded: those told longest ago are forgotten, and what is told again is not', () => {
    const issued = new IssuedPaths();
    issued.add('/kept');
    issued.add('/first');
    for (let index = 0; index < 19_998; index += 1) issued.add(`/${index}`);
    issued.add('/kept');
    issued.add('/one more');
    expect([issued.size, issued.has('/first'), issued.has('/kept')]).toEqual([20_000, false, true]);
  });

  test('are bounded in length too', () => {
    const issued = new IssuedPaths();
    for (let index = 0; index < 100; index += 1) issued.add(`/${index}/${'x'.repeat(1024 * 1024)}`);
    expect(issued.size).toBeLessThan(9);
    expect(issued.has(`/99/${'x'.repeat(1024 * 1024)}`)).toBe(true);
  });

  test('have no other name in the contract', () => {
    const outputs = Object.entries({ ...calls, ...desktopCalls }).map(([name, { output }]) => ({
      name,
      output,
    }));
    const found = [{ name: 'state', output: appStateSchema }, ...outputs].flatMap(({ name, output }) =>
      pathPlaces(z.toJSONSchema(output, { unrepresentable: 'any', reused: 'inline' })).map((key) => ({
        name,
        key,
      })),
    );
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter(({ key }) => !pathKeys.has(key))).toEqual([]);
    expect([...pathKeys].filter((key) => !found.some((each) => each.key === key))).toEqual([]);
  });
});

const mark = innerPathSchema.description;

/** The names under which a schema has paths. */
function pathPlaces(schema: unknown, name = ''): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if ('description' in schema && schema.description === mark) return [name];
  return Object.entries(schema).flatMap(([key, part]: [string, unknown]) => {
    if (key !== 'properties') return pathPlaces(part, name);
    return Object.entries(part ?? {}).flatMap(([inner, each]) => pathPlaces(each, inner));
  });
}
