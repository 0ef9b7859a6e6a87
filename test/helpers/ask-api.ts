// A request to the API as a client sends it, and what came back.
import { expect } from 'vitest';
import type { ServedRoutes } from './served-routes.ts';

export const json = { 'content-type': 'application/json' };

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

export async function ask(
  { origin }: Pick<ServedRoutes, 'origin'>,
  target: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  const response = await fetch(`${origin}${target}`, { ...init, signal: AbortSignal.timeout(30_000) });
  const { status, headers } = response;
  const type = headers.get('content-type') ?? '';
  const text = await response.text();
  return { status, headers, type, text, body: type.startsWith('application/json') ? JSON.parse(text) : null };
}

export function post(body: unknown): { method: string; headers: Record<string, string>; body: string } {
  return { method: 'POST', headers: json, body: JSON.stringify(body) };
}

export function refused(code: string, message: string): unknown {
  return { error: { code, message: expect.stringContaining(message), details: {}, request_id: 'request-1' } };
}
