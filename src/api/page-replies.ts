// How the page server answers: always the reply that the pages know, with the HTTP status of its code.
import type { FastifyReply } from 'fastify';
import { AppError, errorCodes, type ErrorCode } from '../shared/errors.ts';
import type { PageReply } from '../shared/page-transport.ts';

export const maxBodyBytes = 1024 * 1024;
export const notRead = 'The request could not be understood.';
export const notJson = 'The body of a request must be JSON.';

const problems: ReadonlyMap<number, string> = new Map([
  [400, notJson],
  [413, `The body of a request may have ${maxBodyBytes} bytes.`],
  [415, 'The body of a request must be application/json.'],
]);

export interface RequestFailure {
  readonly status: number;
  readonly message: string;
}

/** What the HTTP layer refuses, and a body that is not JSON; null for a bug. */
export function problemOfError(error: unknown): RequestFailure | null {
  const status = error instanceof AppError ? errorCodes[error.code].httpStatus : layerStatus(error);
  return status === null ? null : { status, message: problems.get(status) ?? notRead };
}

/** With which the HTTP layer refuses a request; null for any other error. */
export function layerStatus(error: unknown): number | null {
  if (!(error instanceof Error) || !('statusCode' in error)) return null;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : null;
}

export function refusal(code: ErrorCode, message: string): PageReply {
  return { ok: false, error: { code, message, details: {} } };
}

/** @param status where it is not the one of the code. */
export function send(reply: FastifyReply, body: PageReply, status?: number): FastifyReply {
  return reply
    .code(status ?? (body.ok ? 200 : errorCodes[body.error.code].httpStatus))
    .headers({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .send(JSON.stringify(body));
}
