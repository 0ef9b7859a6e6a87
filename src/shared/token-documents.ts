// What `vedette token` prints with `--json`; a token itself only where it was just made, or asked for.
import { z } from 'zod';
import { scopes } from './api-routes.ts';
import { filePlace, unixSecondsSchema } from './file-place.ts';

const tokenFacts = {
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  created_at: unixSecondsSchema,
  rotated_at: unixSecondsSchema.nullable().describe('when it got a new content; null for never'),
};

const tokensDocumentSchema = z.object({
  format: z.literal('vedette.tokens/1'),
  tokens: z.array(z.object(tokenFacts)),
});

const tokenDocumentSchema = z.object({
  format: z.literal('vedette.token/1'),
  ...tokenFacts,
  token: z.string().nullable().describe('shown this once; null where it was written to a file'),
  ...filePlace,
});

const tokenRevokeDocumentSchema = z.object({
  format: z.literal('vedette.token-revoke/1'),
  name: z.string(),
});

const tokenShowDocumentSchema = z.object({
  format: z.literal('vedette.token-show/1'),
  token: z.string().nullable().describe('with `--reveal`'),
  ...filePlace,
});

export const tokenDocumentSchemas = {
  'vedette.tokens/1': tokensDocumentSchema,
  'vedette.token/1': tokenDocumentSchema,
  'vedette.token-revoke/1': tokenRevokeDocumentSchema,
  'vedette.token-show/1': tokenShowDocumentSchema,
} as const;
