// The table of routes as one list with the schemas of each, for what is made from all of them: the description and the page.
import { z } from 'zod';
import {
  callRoutes,
  routedInput,
  serviceRoutes,
  textRoutes,
  type RoutedCall,
  type RouteFacts,
  type ServiceRoute,
} from '../../../shared/api-routes.ts';
import { calls } from '../../../shared/contract.ts';
import { pathFieldsOf } from '../add-route.ts';
import { uploadInput } from '../scan-route.ts';
import { eventsInput } from '../service-events.ts';

export type TextRoute = keyof typeof textRoutes;
export type RouteName = RoutedCall | ServiceRoute | TextRoute;

export interface ListedRoute {
  readonly name: RouteName;
  readonly facts: RouteFacts;
  readonly input: z.ZodObject;
  readonly pathFields: readonly string[];
  /** In the query of the address; in the order of the schema. */
  readonly queryFields: readonly string[];
  /** In the JSON body; empty: there is no body. */
  readonly bodyFields: readonly string[];
  /** Fields of the address when the body is the bytes of a file; null where it cannot be. */
  readonly upload: z.ZodObject | null;
  readonly answer: Answer;
}

export type Answer =
  | { readonly kind: 'json'; readonly schema: z.ZodType; readonly status: number }
  | {
      readonly kind: 'text';
      readonly type: string;
      readonly holds: TextContent;
      readonly what: string;
    };
export type TextContent = 'events' | 'text' | 'document';

const nothing = z.strictObject({});

const textAnswers: {
  readonly [Name in TextRoute]: { readonly input: z.ZodObject; readonly answer: Answer };
} = {
  events: {
    input: eventsInput,
    answer: {
      kind: 'text',
      type: 'text/event-stream',
      holds: 'events',
      what: 'each `data:` line holds a `FeedEvent`',
    },
  },
  metrics: {
    input: nothing,
    answer: { kind: 'text', type: 'text/plain', holds: 'text', what: 'the text format of Prometheus' },
  },
  openapi: {
    input: nothing,
    answer: { kind: 'text', type: 'application/json', holds: 'document', what: 'OpenAPI 3.1' },
  },
};

export function listRoutes(): readonly ListedRoute[] {
  return [
    ...namesOf(callRoutes).map((name) =>
      listed(name, callRoutes[name], routedInput(name), json(calls[name].output)),
    ),
    ...namesOf(serviceRoutes).map((name) => {
      const route: (typeof serviceRoutes)[ServiceRoute] & { readonly status?: number } = serviceRoutes[name];
      return listed(name, route, route.input, json(route.output, route.status));
    }),
    ...namesOf(textRoutes).map((name) =>
      listed(name, textRoutes[name], textAnswers[name].input, textAnswers[name].answer),
    ),
  ];
}

function json(schema: z.ZodType, status = 200): Answer {
  return { kind: 'json', schema, status };
}

function listed(
  name: RouteName,
  { method, path, scope, summary }: RouteFacts,
  input: z.ZodObject,
  answer: Answer,
): ListedRoute {
  const pathFields = pathFieldsOf(path);
  const others = Object.keys(input.shape).filter((field) => !pathFields.includes(field));
  return {
    name,
    facts: { method, path, scope, summary },
    input,
    pathFields,
    queryFields: method === 'GET' ? others : [],
    bodyFields: method === 'POST' ? others : [],
    upload: name === 'scan.file' ? uploadInput : null,
    answer,
  };
}

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(table).filter((name): name is Name => Object.hasOwn(table, name));
}
