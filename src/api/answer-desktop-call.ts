// A call that needs a window system: input and output are what its schemas say, or it is an error, as with any other call.
import type { z } from 'zod';
import { firstIssue } from '../core/control/control-message.ts';
import { AppError } from '../shared/errors.ts';
import {
  desktopCalls,
  type DesktopCallName,
  type DesktopCallOutput,
  type DesktopHandlers,
} from '../shared/page-calls.ts';

/** The calls as the compiler can follow them from a name to its schemas. */
const schemas: {
  readonly [Name in DesktopCallName]: {
    readonly input: z.ZodType<Parameters<DesktopHandlers[Name]>[0]>;
    readonly output: z.ZodType<DesktopCallOutput<Name>>;
  };
} = desktopCalls;

export function isDesktopCallName(name: string): name is DesktopCallName {
  return Object.hasOwn(desktopCalls, name);
}

/**
 * @throws AppError CALL_INVALID for an input that does not fit; what the handler throws; AppError CALL_FAILED with the
 * reason as its cause for an answer that does not fit.
 */
export async function answerDesktopCall<Name extends DesktopCallName>(
  handlers: DesktopHandlers,
  name: Name,
  input: unknown,
): Promise<DesktopCallOutput<Name>> {
  const given = schemas[name].input.safeParse(input);
  if (!given.success)
    throw new AppError('CALL_INVALID', `the input of ${name} does not fit: ${firstIssue(given.error)}`);
  const output = schemas[name].output.safeParse(await handlers[name](given.data));
  if (output.success) return output.data;
  throw new AppError('CALL_FAILED', `the answer to ${name} is not what the contract says`, {
    cause: output.error,
  });
}
