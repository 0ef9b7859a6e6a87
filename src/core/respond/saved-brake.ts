// The brake as it is kept between two starts, so that ending Vedette is no way to let it go.
import { z } from 'zod';

const milliseconds = z.number().nonnegative();

export const stoppedSchema = z.object({
  /** What happened, as the second half of "it has stopped because …". */
  cause: z.string(),
  sinceMs: milliseconds.describe('Unix milliseconds'),
  signature: z.string().nullable().describe('null when it is not about one signature'),
  files: z.number().int().nonnegative(),
  /** What a person answers for by letting it go: signatures and protected files. */
  questions: z.array(z.string()),
});
export type Stopped = Readonly<z.infer<typeof stoppedSchema>>;

export const savedBrakeSchema = z.object({
  stopped: stoppedSchema.nullable(),
  answered: z.array(z.object({ question: z.string(), untilMs: milliseconds })),
});
export type SavedBrake = Readonly<z.infer<typeof savedBrakeSchema>>;
