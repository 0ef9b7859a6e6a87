// One token as it is kept: never the token itself.
import { z } from 'zod';
import { scopes } from '../../../shared/api-routes.ts';
import { unixSecondsSchema } from '../../../shared/file-place.ts';

/** Each look at a token compares it with all of them. */
export const maxTokens = 100;

/** The token of the person whose Vedette it is. */
export const ownerName = 'owner';

export const tokenNameSchema = z.string().regex(/^[\w.@-]{1,64}$/);

const tokenEntrySchema = z.strictObject({
  name: tokenNameSchema,
  scopes: z.array(z.enum(scopes)).min(1),
  sha256: z.string().regex(/^[\da-f]{64}$/),
  created_at: unixSecondsSchema,
  rotated_at: unixSecondsSchema.nullable(),
});
export type TokenEntry = Readonly<z.infer<typeof tokenEntrySchema>>;

export const tokenFileSchema = z
  .strictObject({
    format: z.literal('vedette.api-tokens/1'),
    tokens: z.array(tokenEntrySchema).max(maxTokens),
  })
  .refine(
    ({ tokens }) => new Set(tokens.map(({ name }) => name)).size === tokens.length,
    'a name is there twice',
  );
