// What a service said no with, as an error of ours: its code and message, and what to do about those a person can do something about.
import { displayText } from '../../shared/display-path.ts';
import { AppError, errorCodes, type ErrorCode } from '../../shared/errors.ts';
import { errorReplySchema } from '../../shared/service-documents.ts';
import type { Answer } from './exchange.ts';
import type { ServiceUrl } from './service-url.ts';

const maxMessageLength = 1000;

/** JSON of any kind; undefined for what is none, such as a page of another program. */
export function jsonOf({ body }: Pick<Answer, 'body'>): unknown {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    return json;
  } catch {
    return undefined;
  }
}

export function isAnswered({ status }: Pick<Answer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/** @param answer any but 2xx */
export function answerError(url: ServiceUrl, answer: Answer): AppError {
  const { status } = answer;
  const reply = errorReplySchema.safeParse(jsonOf(answer)).data?.error;
  if (reply === undefined) return foreignAnswer(url, answer);
  const told = displayText(reply.message.slice(0, maxMessageLength)).replace(/\.$/, '');
  const code = isErrorCode(reply.code) ? reply.code : 'CALL_FAILED';
  const remedy = remedyFor(status);
  const message = remedy === null ? `${url.shown}: ${told}` : `${url.shown}: ${told}; ${remedy}`;
  return new AppError(code, message, { details: { ...reply.details, request_id: reply.request_id } });
}

/** A 2xx that is not what was asked for. */
export function strangeAnswer(url: ServiceUrl, what: string, cause?: unknown): AppError {
  const message = `what answers at ${url.shown} is no service of Vedette, or one of another version: the answer to ${what} is not what the contract says`;
  return new AppError('CALL_FAILED', message, { cause });
}

function foreignAnswer(url: ServiceUrl, { status, headers }: Answer): AppError {
  const { location } = headers;
  if (status >= 300 && status < 400 && location !== undefined) {
    const to = displayText(location.slice(0, maxMessageLength));
    const message = `${url.shown} sends on to ${to}: a token is not sent on, so name the service by its own address`;
    return new AppError('CALL_FAILED', message);
  }
  if (status === 502 || status === 503 || status === 504) {
    const message = `what stands before ${url.shown} answers ${status}: the service behind it does not answer`;
    return new AppError('CALL_FAILED', message);
  }
  const type = displayText((headers['content-type'] ?? 'no type').slice(0, 100));
  const message = `what answers at ${url.shown} is no service of Vedette (${status}, ${type}): look at the address and the port`;
  return new AppError('CALL_FAILED', message);
}

function remedyFor(status: number): string | null {
  switch (status) {
    case 401:
      return 'look at the token (--token-file, VEDETTE_TOKEN); there, vedette token list names those it knows';
    case 429:
      return 'it takes so many requests a minute ([api] rate_limit_rpm there); try again later';
    default:
      return null;
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
