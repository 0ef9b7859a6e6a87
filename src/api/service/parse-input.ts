// Input and output of the routes that are not calls of the contract: what the schema says, or an error.
import { z } from 'zod';
import { firstIssue } from '../../core/control/control-message.ts';
import { plainIssue } from '../../core/control/plain-issue.ts';
import { AppError } from '../../shared/errors.ts';
import { addressReader } from './query-input.ts';

const noAddress = addressReader(z.strictObject({}), []);

/** @throws AppError CALL_INVALID with the first thing that does not fit. */
export function parseInput<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const parsed = schema.safeParse(input, { error: plainIssue });
  if (parsed.success) return parsed.data;
  throw new AppError('CALL_INVALID', `the request does not fit: ${firstIssue(parsed.error)}`);
}

/** @throws AppError CALL_FAILED: a bug of ours. */
export function checkOutput<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('CALL_FAILED', 'the answer is not what the description of the API says', {
    cause: parsed.error,
  });
}

/** Where nothing is asked for in the address, a key there is a mistake that shall not pass unseen. @throws AppError CALL_INVALID */
export function refuseQuery(target: string): void {
  noAddress.query(target);
}

/**
 * The fields of a JSON body, not yet checked.
 * @param taken fields that stand elsewhere.
 * @throws AppError CALL_INVALID
 */
export function bodyFields(body: unknown, taken: readonly string[]): object {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw new AppError('CALL_INVALID', 'the body of the request must be a JSON object');
  }
  const wrong = taken.find((name) => Object.hasOwn(body, name));
  if (wrong !== undefined) {
    const why = wrong === 'actor' ? 'who acts is known from the token' : 'it stands in the path';
    throw new AppError('CALL_INVALID', `${wrong}: not in the body: ${why}`);
  }
  return body;
}
