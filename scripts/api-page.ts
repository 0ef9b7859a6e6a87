// docs/api.md, made from the table of routes, their schemas and the examples that a test sends.
import { z } from 'zod';
import { examples, requestOf } from '../src/api/service/openapi/examples.ts';
import {
  apiDocuments,
  fieldSchema,
  type ApiDocuments,
} from '../src/api/service/openapi/openapi-documents.ts';
import { largeBodyBytes } from '../src/api/service/json-bodies.ts';
import { openapiDocument } from '../src/api/service/openapi/openapi.ts';
import { routeGroups } from '../src/api/service/openapi/route-groups.ts';
import { listRoutes, type ListedRoute } from '../src/api/service/openapi/route-list.ts';
import { maxStreams, maxStreamsOfOwner } from '../src/api/event-streams.ts';
import { maxBatchItems, maxWarmItems } from '../src/shared/service-documents.ts';
import { apiSchema } from '../src/shared/settings/api.ts';
import { jsonText } from './schema-pages.ts';

const mib = 1024 * 1024;

export async function openapiPage(): Promise<string> {
  return `${jsonText(await openapiDocument())}\n`;
}

/** Documents that are worth a table: what a pipeline reads. */
const shown = ['ErrorReply', 'LookupResult', 'ScanResult', 'Detection', 'WarmJob'] as const;

export function apiPage(): string {
  const routes = listRoutes();
  const documents = apiDocuments(routes);
  const groups = routeGroups.map(({ name, description, routes: names }) => {
    const own = names.flatMap((wanted) => routes.filter((route) => route.name === wanted));
    return [`## ${name}`, '', description, '', ...own.map((route) => routeText(route, documents))].join('\n');
  });
  return [introduction(), ...groups, documentsText(documents)].join('\n');
}

function introduction(): string {
  const settings = apiSchema.parse({});
  const { max_request_size: maxBytes, rate_limit_rpm: rpm, rate_limit_burst: burst } = settings;
  return [
    '# HTTP API',
    '',
    '`vedette serve` answers these requests where `[api] listen` says, `http://127.0.0.1:8477` unless told otherwise. The same as',
    'an OpenAPI 3.1 document: `/api/v1/openapi.json` of the service, and `assets/schema/openapi.json`.',
    '',
    '## How to ask',
    '',
    '**Token.** Every request but `/healthz` and `/readyz` carries one. `vedette token create NAME --scope read,scan` makes one and prints it',
    'once; the token of the person who runs the service lies in `api/owner.token` of the data folder. The examples below expect:',
    '',
    '```sh',
    'VEDETTE=http://127.0.0.1:8477',
    'TOKEN=$(cat ~/.local/share/vedette/api/owner.token)',
    '```',
    '',
    '**Scopes.** `read`: see. `scan`: have something scanned. `manage`: change something. None holds another.',
    '',
    '**Input.** A GET takes its fields in the path and the query, where a list is repeated (`?states=open&states=gone`) or separated by commas; a',
    'POST takes them as a JSON object (`Content-Type: application/json`), or none at all where nothing is required. A field that is not known is an',
    'error, and so is a key that stands in a query twice. Paths are absolute; a byte that is not UTF-8 stands as a lone surrogate (`\\udcXX`).',
    '',
    '**Errors** all look like this, with the HTTP status of their code; [errors.md](errors.md) has the codes.',
    '',
    '```json',
    '{',
    '  "error": {',
    '    "code": "NOT_ALLOWED",',
    '    "message": "The token ci lacks the scope manage; vedette token create makes one that has it.",',
    '    "details": {},',
    '    "request_id": "k3J9x-42"',
    '  }',
    '}',
    '```',
    '',
    'A program looks at `code`, never at `message`. What could not be scanned is no error: it is a result with the verdict `unscannable` or `partial`',
    'and a reason. Neither is ever `clean`.',
    '',
    `**Limits.** ${rpm} requests a minute and ${burst} on top at once for each client (\`[api] rate_limit_rpm\`, \`rate_limit_burst\`), told by`,
    '`X-RateLimit-Limit`, `-Remaining` and `-Reset`; beyond that 429 with `Retry-After` in seconds. An upload may have',
    `${maxBytes / mib} MiB (\`max_request_size\`), the JSON of a batch of paths ${largeBodyBytes / mib} MiB, a batch ${maxBatchItems} items, a warming ${maxWarmItems}. At most ${maxStreams} streams of events are open, ${maxStreamsOfOwner} with one token.`,
    'Files are scanned and restored only in the folders of `[api] scan_folders`, or in the watched folders where none are named. Only a job of the',
    'kind `quick` or `full` has places of its own: those that these scans have everywhere; it needs `manage` too.',
    '',
    '**Browsers** are not let in: no CORS header is ever sent, and a request that another page sends is refused before anything is done. The name in',
    '`Host` must be one of this machine or of `[api] allowed_hosts`.',
    '',
  ].join('\n');
}

function routeText(route: ListedRoute, documents: ApiDocuments): string {
  const { facts, name } = route;
  const fields = fieldRows(route);
  return [
    `### ${facts.method} ${facts.path}`,
    '',
    `${facts.summary}. ${facts.scope === null ? 'For everybody.' : `Scope \`${facts.scope}\`.`}`,
    '',
    ...(fields.length === 0
      ? []
      : ['| field | in | type | default | meaning |', '| --- | --- | --- | --- | --- |', ...fields, '']),
    answerText(route, documents),
    '',
    '```sh',
    curlText(route),
    '```',
    ...(name === 'scan.file' ? [scanText()] : []),
    '',
  ].join('\n');
}

function scanText(): string {
  return [
    '',
    'With `Content-Type: application/json` the body is `{"path": "/srv/uploads/a.pdf"}`, and `name` is not taken. With any other content type the body is',
    'the file itself; `multipart/form-data` is refused. The bytes are kept for as long as the scan takes, in a file that cannot be run.',
  ].join('\n');
}

function fieldRows(route: ListedRoute): readonly string[] {
  const { input, pathFields, queryFields, bodyFields, upload } = route;
  return [
    ...rowsOf(input, pathFields, 'path'),
    ...rowsOf(input, queryFields, 'query'),
    ...rowsOf(input, bodyFields, 'body'),
    ...(upload === null ? [] : rowsOf(upload, Object.keys(upload.shape), 'query, with bytes')),
  ];
}

function rowsOf({ shape }: z.ZodObject, names: readonly string[], place: string): readonly string[] {
  const fields: Readonly<Record<string, z.ZodType>> = shape;
  return Object.entries(fields)
    .filter(([name]) => names.includes(name))
    .map(([name, schema]) => {
      const facts = factsSchema.parse(fieldSchema(schema));
      const isRequired = !schema.safeParse(undefined).success;
      const fallback = isRequired
        ? 'required'
        : facts.default === undefined
          ? ''
          : code(JSON.stringify(facts.default));
      return row([code(name), place, typeText(facts), fallback, facts.description]);
    });
}

function answerText({ answer, ...route }: ListedRoute, documents: ApiDocuments): string {
  if (answer.kind === 'text') return `Answers \`${answer.type}\`: ${answer.what}.`;
  const name = documents.answerName({ answer, ...route }) ?? '';
  const { properties = {} } = objectSchema.parse(documents.schemas[name]);
  const status = answer.status === 200 ? '' : `${answer.status} and `;
  const fields = Object.keys(properties);
  return `Answers ${status}\`${name}\`${fields.length === 0 ? '' : `: ${fields.map(code).join(', ')}`}.`;
}

function curlText(route: ListedRoute): string {
  const example = examples[route.name];
  const { method, target, body } = requestOf(route.facts, example);
  const options = [
    'curl',
    route.name === 'events' ? '-N' : '',
    method === 'POST' && body === null && example.file === undefined ? '-X POST' : '',
    route.facts.scope === null ? '' : '-H "Authorization: Bearer $TOKEN"',
    body === null ? '' : `-H 'Content-Type: application/json' \\\n  -d '${body}'`,
    example.file === undefined
      ? ''
      : `-H 'Content-Type: application/octet-stream' \\\n  --data-binary @${example.file}`,
    `"$VEDETTE${target}"`,
  ];
  return options.filter((option) => option !== '').join(' ');
}

function documentsText({ schemas }: ApiDocuments): string {
  const tables = shown.flatMap((name) => {
    const { properties = {}, required = [] } = objectSchema.parse(schemas[name]);
    const rows = Object.entries(properties).map(([field, schema]) => {
      const facts = factsSchema.parse(schema);
      return row([
        code(field),
        typeText(facts),
        required.includes(field) ? '' : 'may be missing',
        facts.description,
      ]);
    });
    return [`### ${name}`, '', '| field | type | | meaning |', '| --- | --- | --- | --- |', ...rows, ''];
  });
  return [
    '## Documents',
    '',
    'Those that a pipeline reads; the others are in the OpenAPI document.',
    '',
    ...tables,
  ].join('\n');
}

const objectSchema = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});

const factsSchema = z.looseObject({
  description: z.string().default(''),
  default: z.unknown().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  $ref: z.string().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  maxLength: z.number().optional(),
  pattern: z.string().optional(),
});

function typeText(schema: unknown): string {
  const facts = factsSchema.parse(schema);
  const { $ref, enum: values, items, properties, type = 'anything' } = facts;
  if ($ref !== undefined) return code($ref.slice($ref.lastIndexOf('/') + 1));
  if (values !== undefined) return values.map((value) => code(String(value))).join(', ');
  if (facts.const !== undefined) return code(JSON.stringify(facts.const));
  const choices = facts.anyOf ?? facts.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(typeText))].join(' or ');
  if (Array.isArray(type)) return type.map((each) => typeText({ ...facts, type: each })).join(' or ');
  switch (type) {
    case 'array':
      return `list of ${typeText(items)}${bounds(facts.minItems, facts.maxItems, ' items')}`;
    case 'object':
      return properties === undefined ? 'object' : `{ ${Object.keys(properties).map(code).join(', ')} }`;
    case 'string':
      return facts.pattern === undefined
        ? `text${bounds(undefined, facts.maxLength, ' characters')}`
        : `text as ${code(facts.pattern)}`;
    case 'integer':
      return `whole number${bounds(facts.minimum, facts.maximum)}`;
    default:
      return `${type}${bounds(facts.minimum, facts.maximum)}`;
  }
}

function bounds(least: number | undefined, most: number | undefined, unit = ''): string {
  if (most !== undefined)
    return least === undefined ? `, at most ${most}${unit}` : `, ${least} to ${most}${unit}`;
  return least === undefined || least === 0 ? '' : `, at least ${least}${unit}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A bar inside of a cell would end it. */
function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
