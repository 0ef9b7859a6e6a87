// How a file travels in a contract or a report: readable text, and the bytes beside it where text would lose some.
import { z } from 'zod';

/** Inside Vedette a path is one string in which a byte that is not UTF-8 is a lone surrogate; JSON keeps those. */
export const innerPathSchema = z
  .string()
  .min(1)
  .describe('bytes that are not UTF-8 stand as lone surrogates');

/** Where a printed document names one file. */
export const filePlace = {
  file: z.string().nullable().describe('with U+FFFD for bytes that are not UTF-8; null for none'),
  file_base64: z.string().optional().describe('the bytes, where the name is not UTF-8'),
};

/** Unix seconds, fractions included. */
export const unixSecondsSchema = z.number().nonnegative().describe('Unix seconds');

export const sha256Schema = z.string().regex(/^[\da-f]{64}$/);
