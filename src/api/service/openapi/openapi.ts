// The description of the API, OpenAPI 3.1, from the table of routes and the schemas that check what comes and goes.
import swagger from '@fastify/swagger';
import { fastify, type FastifySchema } from 'fastify';
import { z } from 'zod';
import type { Scope } from '../../../shared/api-routes.ts';
import { fastifyPath } from '../add-route.ts';
import { examples } from './examples.ts';
import { answerResponses, errorResponses, sharedHeaders, sharedResponses } from './openapi-answers.ts';
import {
  apiDocuments,
  fieldSchema,
  pascalName,
  type ApiDocuments,
  type JsonSchema,
} from './openapi-documents.ts';
import { groupOf, routeGroups } from './route-groups.ts';
import { listRoutes, type ListedRoute } from './route-list.ts';

export type OpenapiDocument = z.infer<typeof documentSchema>;

const documentSchema = z.looseObject({
  openapi: z.string(),
  components: z.looseObject({}),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({}))),
});

const scopeTexts: { readonly [Name in Scope]: string } = {
  read: 'Needs the scope `read`.',
  scan: 'Needs the scope `scan`.',
  manage: 'Needs the scope `manage`.',
};

const about = [
  'The HTTP API of Vedette. Every request but `/healthz` and `/readyz` needs a token; `vedette token --help` says how to get one.',
  'A verdict `clean` means that every engine looked at all of the content; `partial` and `unscannable` never do.',
  'Answers may have more fields in a later release; a field that is here keeps its name and its meaning.',
].join('\n\n');

let ready: Promise<string> | null = null;

/** Put together when it is first asked for, and kept. */
export function openapiText(): Promise<string> {
  ready ??= openapiDocument().then((document) => JSON.stringify(document));
  return ready;
}

export async function openapiDocument(): Promise<OpenapiDocument> {
  const routes = listRoutes();
  const documents = apiDocuments(routes);
  const { paths, components, ...head } = await describedBySwagger(routes);
  const described = new Map(
    routes.map((route) => [`${route.facts.method.toLowerCase()} ${route.facts.path}`, route]),
  );
  return {
    ...head,
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, methods]) => [
        path,
        Object.fromEntries(
          Object.entries(methods).map(([method, operation]) => {
            const route = described.get(`${method} ${path}`);
            if (route === undefined) throw new TypeError(`no route is ${method} ${path}`);
            return [method, { ...operation, ...contentOf(route, documents) }];
          }),
        ),
      ]),
    ),
    components: {
      ...components,
      schemas: documents.schemas,
      headers: sharedHeaders,
      responses: sharedResponses,
    },
  };
}

/** Paths, parameters and what is said of each. On a server of its own: the real routes carry no schema that fastify would run. */
async function describedBySwagger(routes: readonly ListedRoute[]): Promise<OpenapiDocument> {
  const app = fastify({ logger: false, exposeHeadRoutes: false });
  app.setValidatorCompiler(() => () => true);
  await app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Vedette',
        version: '1',
        description: about,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [
        {
          url: '/',
          description: 'Where `vedette serve` listens, http://127.0.0.1:8477 unless told otherwise.',
        },
      ],
      tags: routeGroups.map(({ name, description }) => ({ name, description })),
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token of `vedette token create`, with the scopes that it was given.',
          },
        },
      },
    },
  });
  for (const route of routes) {
    const { method, path } = route.facts;
    app.route({ method, url: fastifyPath(path), schema: schemaOf(route), handler: () => null });
  }
  await app.ready();
  const document = documentSchema.parse(app.swagger());
  await app.close();
  return document;
}

function schemaOf(route: ListedRoute): FastifySchema {
  const { name, facts, pathFields, queryFields, upload } = route;
  const { scope, summary } = facts;
  const query = upload === null ? shapeOf(route, queryFields) : { ...upload.shape };
  const id = pascalName(name);
  return {
    operationId: id.charAt(0).toLowerCase() + id.slice(1),
    summary,
    description: scope === null ? 'For everybody: no token is needed.' : scopeTexts[scope],
    tags: [groupOf(name).name],
    security: scope === null ? [] : [{ token: [] }],
    ...(pathFields.length === 0 ? {} : { params: parametersOf(shapeOf(route, pathFields), route) }),
    ...(Object.keys(query).length === 0 ? {} : { querystring: parametersOf(query, route) }),
  };
}

type Shape = Readonly<Record<string, z.ZodType>>;

function shapeOf({ input }: ListedRoute, fields: readonly string[]): Shape {
  const shape: Shape = input.shape;
  return Object.fromEntries(Object.entries(shape).filter(([name]) => fields.includes(name)));
}

/** As swagger wants them: an object whose properties are the parameters. */
function parametersOf(shape: Shape, { name }: ListedRoute): JsonSchema {
  const { address = {} } = examples[name];
  const properties = Object.entries(shape).map(([field, schema]) => {
    const example = address[field];
    const facts = withoutNull(fieldSchema(schema));
    return [field, example === undefined ? facts : { ...facts, examples: [example] }];
  });
  const required = Object.entries(shape).filter(([, schema]) => !schema.safeParse(undefined).success);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: required.map(([field]) => field),
  };
}

const nullableSchema = z.object({
  anyOf: z.tuple([z.looseObject({}), z.object({ type: z.literal('null') })]),
});

/** In an address there is no null: what is left out is. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const nullable = nullableSchema.safeParse(schema);
  if (!nullable.success) return schema;
  const { anyOf: _anyOf, default: _default, ...rest } = schema;
  return { ...nullable.data.anyOf[0], ...rest };
}

function contentOf(route: ListedRoute, documents: ApiDocuments): JsonSchema {
  const body = requestBody(route, documents);
  return {
    ...(body === null ? {} : { requestBody: body }),
    responses: { ...answerResponses(route, documents), ...errorResponses(route) },
  };
}

function requestBody(route: ListedRoute, documents: ApiDocuments): JsonSchema | null {
  const document = documents.bodyName(route);
  if (document === null) return null;
  const { body: example } = examples[route.name];
  return {
    required: true,
    content: {
      'application/json': {
        schema: { $ref: `#/components/schemas/${document}` },
        ...(example === undefined ? {} : { example }),
      },
      ...(route.upload === null
        ? {}
        : { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }),
    },
  };
}
