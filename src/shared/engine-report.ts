// What an engine says of itself; shown on every surface, so that nobody has to guess who looked.
import { z } from 'zod';
import { engineNameSchema } from './verdict.ts';

export const engineReportSchema = z.object({
  name: engineNameSchema,
  /** `ready`: all it can do. `reduced`: it works, but not with all it should have. `unavailable`: it does not look. */
  state: z.enum(['ready', 'reduced', 'unavailable']),
  /** Engine version with its database version where it has one; empty when unknown. */
  version: z.string(),
  /** Signatures, rules or hashes loaded; 0 when unknown. */
  signatures: z.number().int().nonnegative(),
  /** One sentence: cause and remedy when it is not `ready`. */
  detail: z.string(),
});
export type EngineReport = Readonly<z.infer<typeof engineReportSchema>>;
