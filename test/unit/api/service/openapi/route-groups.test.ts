// Every route stands in one group of the page and of the description, and has its example.
import { expect, test } from 'vitest';
import { examples, requestOf } from '../../../../../src/api/service/openapi/examples.ts';
import { pascalName } from '../../../../../src/api/service/openapi/openapi-documents.ts';
import { groupOf, routeGroups } from '../../../../../src/api/service/openapi/route-groups.ts';
import { listRoutes } from '../../../../../src/api/service/openapi/route-list.ts';

const names = listRoutes().map(({ name }) => name);

test('each route stands in one group', () => {
  const grouped = routeGroups.flatMap(({ routes }) => routes);
  expect(grouped.toSorted()).toEqual(names.toSorted());
  expect(groupOf('jobs.list').name).toBe('Jobs');
});

test('an example fills the fields of the path, and the others of a GET go into the query', () => {
  const facts = { method: 'GET', path: '/coverage/{reason}' } as const;
  const address = { reason: 'a b', limit: 3, kinds: ['x', 'y&z'] };
  expect(requestOf(facts, { address })).toEqual({
    method: 'GET',
    target: '/coverage/a%20b?limit=3&kinds=x,y%26z',
    body: null,
  });
});

test('every example fills its path and names only fields of its route', () => {
  for (const { name, facts, input, upload, bodyFields } of listRoutes()) {
    const { address = {}, body = {} } = examples[name];
    const { target } = requestOf(facts, examples[name]);
    const fields = Object.keys({ ...input.shape, ...upload?.shape });
    expect([
      name,
      target.includes('{'),
      Object.keys(address).filter((field) => !fields.includes(field)),
    ]).toEqual([name, false, []]);
    expect(Object.keys(body).filter((field) => !bodyFields.includes(field))).toEqual([]);
  }
});

test('names of calls become names of documents', () => {
  expect(['jobs.start', 'batch.warm-job', 'status'].map(pascalName)).toEqual([
    'JobsStart',
    'BatchWarmJob',
    'Status',
  ]);
});
