// One call, whoever carries it: input and output are what the contract says, or it is an error.
import type { z } from 'zod';
import {
  calls,
  type CallArguments,
  type CallName,
  type CallOutput,
  type Handlers,
} from '../../shared/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { firstIssue } from './control-message.ts';
import { plainIssue } from './plain-issue.ts';

const ownNames = /^\W*(?:policy|system|settings)\b/iu;

/** The contract as the compiler can follow it from a name to its schemas. */
const schemas: {
  readonly [Name in CallName]: {
    readonly input: z.ZodType<CallArguments<Name>>;
    readonly output: z.ZodType<CallOutput<Name>>;
  };
} = calls;

/**
 * @throws AppError CALL_INVALID for an input the contract does not know; what the handler throws; AppError CALL_FAILED
 * with the reason as its cause for an answer that is not what the contract says.
 */
export async function answerCall<Name extends CallName>(
  handlers: Handlers,
  name: Name,
  input: unknown,
): Promise<CallOutput<Name>> {
  const given = schemas[name].input.safeParse(input, { error: plainIssue });
  if (!given.success) {
    throw new AppError('CALL_INVALID', `the input of ${name} does not fit: ${firstIssue(given.error)}`);
  }
  if (speaksAsVedette(given.data)) {
    throw new AppError('CALL_INVALID', `the input of ${name} does not fit: actor: nobody who asks is that`);
  }
  return outputOf(name, await handlers[name](given.data));
}

/** What Vedette does by itself has these names in the history: an act of somebody else shall not hide among them. */
function speaksAsVedette(input: object): boolean {
  return 'actor' in input && typeof input.actor === 'string' && ownNames.test(input.actor);
}

/** @throws AppError CALL_FAILED */
export function outputOf<Name extends CallName>(name: Name, value: unknown): CallOutput<Name> {
  const output = schemas[name].output.safeParse(value);
  if (output.success) return output.data;
  throw new AppError('CALL_FAILED', `the answer to ${name} is not what the contract says`, {
    cause: output.error,
  });
}
