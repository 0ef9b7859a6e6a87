// Calls of the contract made to a service over HTTP: where each goes is said by the table of routes, who acts by the token.
import type { z } from 'zod';
import { callRoutes, type RoutedCall, type RouteFacts } from '../../shared/api-routes.ts';
import { calls, type CallInput, type CallName, type CallOutput } from '../../shared/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { Caller } from '../ask-vedette.ts';
import { strangeAnswer } from './answer-error.ts';
import type { OutgoingBody } from './exchange.ts';
import type { ServiceClient } from './service-client.ts';

/** The contract as the compiler can follow it from a name to its answer. */
const outputs: { readonly [Name in CallName]: { readonly output: z.ZodType<CallOutput<Name>> } } = calls;

export interface CallerOptions {
  readonly client: ServiceClient;
  readonly answerMsOf: (name: CallName) => number;
  /** Before each call: the events may not be listened to yet. */
  readonly ready?: () => Promise<void>;
}

/** @returns a caller whose errors are those of the service; BAD_USAGE for a call that no route leads to. */
export function remoteCaller({ client, answerMsOf, ready = () => Promise.resolve() }: CallerOptions): Caller {
  return async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
    const { method, path } = routeOf(name, client);
    await ready();
    const asked = requestFor({ method, path }, input);
    const json = await client.askJson(name, { ...asked, answerMs: answerMsOf(name) });
    const output = outputs[name].output.safeParse(json);
    if (output.success) return output.data;
    throw strangeAnswer(client.url, name, output.error);
  };
}

function routeOf(name: CallName, { url }: ServiceClient): RouteFacts {
  if (isRouted(name)) return callRoutes[name];
  const message = `${name} works only on the machine itself, not through a service: run the command there (${url.shown})`;
  throw new AppError('BAD_USAGE', message);
}

function isRouted(name: CallName): name is RoutedCall & CallName {
  return Object.hasOwn(callRoutes, name);
}

export interface RequestParts {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: OutgoingBody | null;
}

/** Fields of the path from the input, the others as query or body; `actor` is left out: the token says who acts. */
export function requestFor(
  { method, path }: Pick<RouteFacts, 'method' | 'path'>,
  input: object,
): RequestParts {
  const rest = new Map<string, unknown>(Object.entries(input).filter(([key]) => key !== 'actor'));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_place, key: string) => {
    const value = rest.get(key);
    rest.delete(key);
    return encodeURIComponent(String(value));
  });
  if (method === 'GET') return { method, path: filled + queryOf(rest), body: null };
  return { method, path: filled, body: jsonBody(Object.fromEntries(rest)) };
}

/** null and what is missing is left out: both mean the default. */
function queryOf(fields: ReadonlyMap<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [key, value] of fields) {
    const each: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of each) {
      if (typeof one === 'string') query.append(key, one);
      else if (one !== null && one !== undefined) query.append(key, JSON.stringify(one));
    }
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}

export function jsonBody(value: unknown): OutgoingBody {
  const bytes = Buffer.from(JSON.stringify(value));
  return { contentType: 'application/json', sizeBytes: bytes.length, parts: () => [bytes] };
}
