// What stands in a line between a caller and a running Vedette; whatever is not exactly that is refused.
import type { Buffer } from 'node:buffer';
import { z } from 'zod';
import { calls, feedEventSchema, type CallName } from '../../shared/contract.ts';
import { errorCodes, type AppError, type ErrorCode } from '../../shared/errors.ts';

/** A call with a thousand file names of ordinary length is a tenth of this. */
export const maxRequestBytes = 1024 * 1024;
/** Answers are ours: a list of all that is in a vault may be long. */
export const maxReplyBytes = 64 * 1024 * 1024;
export const maxCallsInFlight = 32;
export const maxConnections = 64;
/** A subscriber that has not read this much is cut off. */
export const maxUnreadBytes = 4 * 1024 * 1024;

/** Numbered by the caller, who may ask again before the answer. */
const requestId = z.number().int().nonnegative();

const requestSchema = z.strictObject({ id: requestId, call: z.string().max(64), input: z.unknown() });
export type Request = Readonly<z.infer<typeof requestSchema>>;

/** The one call that is not in the contract: its answer is followed by events until the connection ends. */
export const subscribeCall = 'subscribe';
export const subscribeInput = z.strictObject({
  /** Also the verdicts `clean`. */
  all: z.boolean(),
});

/** A newer Vedette may know errors that this one does not. */
const errorCodeSchema = z.string().transform((code) => (isErrorCode(code) ? code : 'CALL_FAILED'));

const replySchema = z.union([
  z.object({ id: requestId, ok: z.literal(true), value: z.unknown() }),
  z.object({
    /** null: the line could not be read, so nobody knows which call it was. */
    id: requestId.nullable(),
    ok: z.literal(false),
    error: z.object({
      code: errorCodeSchema,
      message: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  }),
]);
export type Reply = Readonly<z.infer<typeof replySchema>>;

const messageSchema = z.union([replySchema, z.object({ event: feedEventSchema })]);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws when it is not JSON in UTF-8, or nested deeper than can be read. */
function jsonOf(line: Buffer): unknown {
  return JSON.parse(utf8.decode(line));
}

export type ReadRequest =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'invalid'; readonly problem: string };

export function readRequest(line: Buffer): ReadRequest {
  try {
    const parsed = requestSchema.safeParse(jsonOf(line));
    if (parsed.success) return { kind: 'request', request: parsed.data };
    return { kind: 'invalid', problem: `a message must be {id, call, input}: ${firstIssue(parsed.error)}` };
  } catch {
    return { kind: 'invalid', problem: 'a message must be one line of JSON in UTF-8' };
  }
}

/** Undefined for what this version does not know: a newer Vedette may tell of more. */
export function readMessage(line: Buffer): z.infer<typeof messageSchema> | undefined {
  try {
    return messageSchema.safeParse(jsonOf(line)).data;
  } catch {
    return undefined;
  }
}

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

export function refusal(id: number | null, error: AppError): Reply {
  const { code, message, details } = error;
  return { id, ok: false, error: { code, message, details: { ...details } } };
}

export function lineOf(message: Reply | Request): string {
  return `${JSON.stringify(message)}\n`;
}

/** `input.ids.0: it must be a number`; never the value itself. */
export function firstIssue({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (issue === undefined) return 'it does not fit';
  const place = issue.path.map(String).join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}
