// What a route may answer, for the description: its document, and the errors that can come instead.
import type { ApiDocuments, JsonSchema } from './openapi-documents.ts';
import type { ListedRoute, TextContent } from './route-list.ts';

const errors = {
  400: 'The request is not what this description says.',
  401: 'There is no token, or not a valid one.',
  403: 'The token has not the scope, the path is in no allowed folder, or a browser asked.',
  404: 'There is no such thing.',
  409: 'It does not go with how things are.',
  413: 'The body is larger than is taken here; `max_bytes` in `details` says how much is.',
  415: 'The body has a content type or an encoding that is not taken here.',
  421: 'The name in `Host` is none of this service.',
  429: 'Too many requests by this client.',
  503: 'An engine cannot be reached, or the service is stopping.',
} as const satisfies Record<number, string>;
export type ErrorStatus = keyof typeof errors;

/** For `components.headers`. */
export const sharedHeaders: Readonly<Record<string, JsonSchema>> = {
  'X-Request-Id': header(
    'The id of this request, also in the log; taken from the request where it has one.',
    'string',
  ),
  'X-RateLimit-Limit': header('Requests that may come at once.'),
  'X-RateLimit-Remaining': header('How many of them are left.'),
  'X-RateLimit-Reset': header('Seconds until all of them are there again.'),
  'Retry-After': header('Seconds until there is room again.'),
};

const limits = ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'] as const;
const limited = [...limits, 'Retry-After'] as const;

function header(description: string, type: 'string' | 'integer' = 'integer'): JsonSchema {
  return { description, schema: { type } };
}

/** For `components.responses`. */
export const sharedResponses: Readonly<Record<string, JsonSchema>> = {
  ...Object.fromEntries(
    Object.entries(errors).map(([status, description]) => [
      `Error${status}`,
      errorResponse(description, status === '429' ? limited : []),
    ]),
  ),
  Error: errorResponse(
    'Anything else that failed: `code` says what, and the log why, under the id of the request.',
  ),
};

function errorResponse(description: string, headers: readonly string[] = []): JsonSchema {
  return {
    description,
    headers: headersOf(['X-Request-Id', ...headers]),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorReply' } } },
  };
}

function headersOf(names: readonly string[]): JsonSchema {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** Fields by which something is named that may not be there. */
const bearsNumber: ReadonlySet<string> = new Set(['id', 'ids', 'job_id']);

/** Which errors a route can answer beside those of all. */
export function errorsOf({ facts, bodyFields, pathFields }: ListedRoute): readonly ErrorStatus[] {
  const { scope } = facts;
  if (scope === null) return [403, 421];
  const names = [...pathFields, ...bodyFields];
  return [
    400,
    401,
    403,
    ...(names.some((name) => bearsNumber.has(name)) ? ([404] as const) : []),
    ...(scope === 'read' ? [] : ([409] as const)),
    ...(bodyFields.length > 0 ? ([413, 415] as const) : []),
    421,
    429,
    ...(scope === 'read' ? [] : ([503] as const)),
  ];
}

export function errorResponses(route: ListedRoute): Readonly<Record<string, JsonSchema>> {
  return {
    ...Object.fromEntries(
      errorsOf(route).map((status) => [status, { $ref: `#/components/responses/Error${status}` }]),
    ),
    default: { $ref: '#/components/responses/Error' },
  };
}

export function answerResponses(
  route: ListedRoute,
  documents: ApiDocuments,
): Readonly<Record<string, JsonSchema>> {
  const { answer, facts, name } = route;
  const headers = headersOf(['X-Request-Id', ...(facts.scope === null ? [] : limits)]);
  if (answer.kind === 'text') {
    const content = { [answer.type]: { schema: textSchemas[answer.holds] } };
    return { 200: { description: sentence(answer.what), headers, content } };
  }
  const schema = { $ref: `#/components/schemas/${documents.answerName(route) ?? ''}` };
  const described = { headers, content: { 'application/json': { schema } } };
  const good = { [answer.status]: { description: sentence(facts.summary), ...described } };
  return name === 'readyz'
    ? { ...good, 503: { description: 'It cannot scan, and why.', ...described } }
    : good;
}

const textSchemas: Readonly<Record<TextContent, JsonSchema>> = {
  events: {
    type: 'string',
    contentMediaType: 'application/json',
    contentSchema: { $ref: '#/components/schemas/FeedEvent' },
  },
  text: { type: 'string' },
  document: { type: 'object' },
};

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
