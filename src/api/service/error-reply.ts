// Every error of the HTTP API in its one form; what only the log may know (a stack, a path of ours) is never in it.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../core/logger.ts';
import { AppError, errorCodes, messageOf, type ErrorCode } from '../../shared/errors.ts';
import type { ErrorReply } from '../../shared/service-documents.ts';
import { layerStatus } from '../page-replies.ts';
import { untilSent } from './unread-body.ts';

export const jsonType = 'application/json; charset=utf-8';

export interface RequestProblem {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Nobody foresaw it: the log has the whole story. */
  readonly isBug: boolean;
}

/** The client did it, and is told why in the words of whoever refused. With others the reason is one of this installation. */
const ofTheClient: ReadonlySet<ErrorCode> = new Set([
  'BAD_USAGE',
  'NOT_FOUND',
  'CALL_REFUSED',
  'CALL_INVALID',
  'NOT_ADMITTED',
  'NOT_ALLOWED',
  'TOO_LARGE',
  'RATE_LIMITED',
  'VAULT_REFUSED',
  'SHUTTING_DOWN',
] as const);

/** Names that a client made up stand in some of them. */
const maxMessageLength = 2000;
const failed = 'The request failed; the log of Vedette says why.';
const notUnderstood = 'The request could not be understood.';

/** What the HTTP layer itself refuses. */
const layerProblems: ReadonlyMap<number, { readonly code: ErrorCode; readonly message: string }> = new Map([
  [400, { code: 'CALL_INVALID', message: notUnderstood }],
  [413, { code: 'TOO_LARGE', message: 'The body of the request is too large.' }],
  [415, { code: 'CALL_INVALID', message: 'The body of the request must be application/json.' }],
]);

/** A refusal with a status of its own where the code says another. */
export class HttpRefusal extends AppError {
  readonly status: number;

  constructor(status: number, code: ErrorCode, message: string) {
    super(code, message);
    this.status = status;
  }
}

export function problemOf(error: unknown): RequestProblem {
  if (error instanceof AppError) {
    const { code, details } = error;
    const status = error instanceof HttpRefusal ? error.status : errorCodes[code].httpStatus;
    if (ofTheClient.has(code)) {
      const message = error.message.slice(0, maxMessageLength).toWellFormed();
      return { status, code, message, details, isBug: false };
    }
    const message = code === 'CALL_FAILED' ? failed : errorCodes[code].meaning;
    return { status, code, message, details: {}, isBug: true };
  }
  const status = layerStatus(error);
  if (status !== null) {
    const { code, message } = layerProblems.get(status) ?? {
      code: 'CALL_INVALID' as const,
      message: notUnderstood,
    };
    return { status, code, message, details: {}, isBug: false };
  }
  const code = 'CALL_FAILED';
  return { status: errorCodes[code].httpStatus, code, message: failed, details: {}, isBug: true };
}

/** The text of `errorReplySchema`. */
export function errorText(
  { code, message, details }: Omit<RequestProblem, 'status' | 'isBug'>,
  requestId: string,
): string {
  const body: ErrorReply = { error: { code, message, details: { ...details }, request_id: requestId } };
  return JSON.stringify(body);
}

export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const problem = problemOf(error);
  // A client that went away ends what it asked for: nothing is wrong then, and nobody reads the answer.
  if (problem.isBug && !reply.raw.destroyed) {
    const { method } = request;
    const { url: route = 'unmatched' } = request.routeOptions;
    logger.error(
      { request_id: request.id, method, route, code: problem.code, cause: causesOf(error) },
      'a request failed',
    );
  }
  const { retry_after_seconds: retryAfter } = problem.details;
  if (typeof retryAfter === 'number') reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfter))));
  // Nobody shall send the rest of a body that nobody reads.
  const isWhole = request.raw.complete || request.raw.destroyed;
  if (!isWhole) reply.header('connection', 'close');
  reply.code(problem.status).header('content-type', jsonType).header('cache-control', 'no-store');
  const text = errorText(problem, request.id);
  if (isWhole) return reply.send(text);
  void sendOnceSent(request, reply, text);
  return reply;
}

async function sendOnceSent({ raw }: FastifyRequest, reply: FastifyReply, text: string): Promise<void> {
  await untilSent(raw);
  void reply.send(text);
}

/** Message of the error and of what was behind it. */
function causesOf(error: unknown): string {
  const messages: string[] = [];
  for (let cause = error; cause !== undefined && messages.length < 5;) {
    messages.push(messageOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return messages.join(': ');
}

/** For all routes of this scope. */
export function setErrorReplies(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, logger));
}
