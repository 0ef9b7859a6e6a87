// The description of the API is good OpenAPI 3.1 in the eyes of a linter that is not ours, and says what the server serves.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { examples } from '../../src/api/service/openapi/examples.ts';
import { openapiDocument } from '../../src/api/service/openapi/openapi.ts';
import { listRoutes } from '../../src/api/service/openapi/route-list.ts';
import { serveRoutes, type ServedRoutes } from '../helpers/served-routes.ts';

/** Wrong here: a record whose keys are an enum requires all of them and lists none among its properties, which JSON Schema allows. */
const offRules = { 'no-required-schema-properties-undefined': 'off' } as const;

const operationSchema = z.looseObject({
  operationId: z.string(),
  summary: z.string().min(5),
  description: z.string().min(5),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.enum(['path', 'query']), schema: z.looseObject({}) }))
    .default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({})) }).optional(),
  responses: z.record(z.string(), z.looseObject({})),
});
const servedSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
});

describe('the description of the API', () => {
  let served: ServedRoutes;
  let text: string;
  let document: z.infer<typeof servedSchema>;
  beforeAll(async () => {
    served = await serveRoutes();
    const response = await fetch(`${served.origin}/api/v1/openapi.json`);
    text = await response.text();
    document = servedSchema.parse(JSON.parse(text));
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test('has nothing for the recommended rules of Redocly to say', async () => {
    const config = await createConfig({ extends: ['recommended'], rules: offRules });
    const problems = await lintFromString({ source: text, config, absoluteRef: 'openapi.json' });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
      [],
    );
  });

  test('a fault in it would be seen', async () => {
    const config = await createConfig({ extends: ['recommended'], rules: offRules });
    const source = text
      .replace('#/components/schemas/StatusAnswer', '#/components/schemas/Nothing')
      .replace('"operationId":"brake"', '"operationId":"status"');
    const problems = await lintFromString({ source, config, absoluteRef: 'openapi.json' });
    expect(problems.map(({ ruleId }) => ruleId)).toEqual(
      expect.arrayContaining(['no-unresolved-refs', 'operation-operationId-unique']),
    );
  });

  test('names every route that is served, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(?<name>\w+)\}/g, ':$<name>')}`,
      ),
    );
    expect(described.toSorted()).toEqual(served.routes.toSorted());
  });

  test('says of each route who may, in words and as security', () => {
    for (const { facts } of listRoutes()) {
      const operation = document.paths[facts.path]?.[facts.method.toLowerCase()];
      expect(operation?.description).toContain(facts.scope === null ? 'no token' : `\`${facts.scope}\``);
      expect(operation?.security).toEqual(facts.scope === null ? [] : [{ token: [] }]);
    }
  });

  test('holds every document once', () => {
    const bodies = Object.values(document.components.schemas).map((schema) => JSON.stringify(schema));
    const large = bodies.filter((body) => body.length > 400);
    expect(large.length).toBeGreaterThan(20);
    expect(new Set(large).size).toBe(large.length);
    // One finding is described, wherever it stands.
    expect(text.split('"identity":{').length - 1).toBe(1);
  });

  test('its schemas take the examples, and refuse what no route takes', () => {
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema({ $id: 'openapi', components: document.components });
    const bodies = listRoutes().filter(({ bodyFields }) => bodyFields.length > 0);
    expect(bodies.length).toBeGreaterThan(10);
    for (const { name, facts } of bodies) {
      const { requestBody } = document.paths[facts.path]?.['post'] ?? {};
      const schema = z
        .object({ schema: z.object({ $ref: z.string() }) })
        .parse(requestBody?.content['application/json']);
      const isValid = ajv.compile({ $ref: `openapi${schema.schema.$ref}` });
      // Of a scan the example is a file.
      const { body = { path: '/srv/uploads/a.pdf' } } = examples[name];
      expect([name, isValid(body), isValid.errors]).toEqual([name, true, null]);
      expect(isValid({ ...body, not_a_field: 1 })).toBe(false);
      expect(isValid({ ...body, actor: 'user root' })).toBe(false);
    }
  });

  test('is the same whenever it is made', async () => {
    expect(JSON.stringify(await openapiDocument())).toBe(text);
  });
});
