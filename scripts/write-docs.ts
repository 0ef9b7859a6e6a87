// Writes the pages that are made from the code; a test keeps them in step (`npm run docs` mends it).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCodes } from '../src/shared/errors.ts';
import { settingsSchema } from '../src/shared/settings.ts';

const docs = join(import.meta.dirname, '..', 'docs');

export const pages: Readonly<Record<string, () => string>> = {
  'errors.md': errorsPage,
  'configuration.md': configurationPage,
};

function errorsPage(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { httpStatus, retry, meaning }]) =>
      `| \`${code}\` | ${httpStatus} | ${retry ? 'yes' : 'no'} | ${meaning} |`,
  );
  return [
    '# Error codes',
    '',
    'Every error that crosses a border of Vedette has one of these codes. A program looks at the code, never at the message.',
    '',
    '| code | HTTP status | retry | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const propertySchema = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  default: z.unknown(),
  description: z.string(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
});
const sectionSchema = z.object({ properties: z.record(z.string(), propertySchema) });

function configurationPage(): string {
  const { properties } = z
    .object({ properties: z.record(z.string(), z.unknown()) })
    .parse(z.toJSONSchema(settingsSchema, { io: 'input' }));
  const sections = Object.entries(properties).flatMap(([name, schema]) => {
    const section = sectionSchema.safeParse(schema);
    return section.success ? [sectionText(name, section.data)] : [];
  });
  return [
    '# Configuration',
    '',
    'A TOML file, `rt_protection_config.toml`, in the configuration folder of the platform, or wherever `--config` says.',
    'A key `k` of section `s` is also read from the environment variable `VEDETTE_S_K`; a list there is separated as `PATH` is.',
    'A table `[env.dev.s]`, `[env.staging.s]` or `[env.prod.s]` lies over `[s]` when `--env` or `VEDETTE_ENV` names it.',
    'One wrong value refuses the whole file, with file, line, key and what was expected.',
    '',
    ...sections,
  ].join('\n');
}

function sectionText(name: string, { properties }: z.infer<typeof sectionSchema>): string {
  const rows = Object.entries(properties).map(([key, property]) => {
    const { type, description } = property;
    const kind = property.enum === undefined ? (type ?? '') : property.enum.join(', ');
    return `| \`${key}\` | ${kind} | \`${JSON.stringify(property.default)}\` | ${range(property)} | ${description} |`;
  });
  return [
    `## [${name}]`,
    '',
    '| key | type | default | range | what it does |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function range({ minimum, exclusiveMinimum, maximum }: z.infer<typeof propertySchema>): string {
  const low = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (low === undefined && !bounded) return '';
  return `${low ?? ''} … ${bounded ? maximum : ''}`.trim();
}

if (import.meta.main) {
  for (const [name, page] of Object.entries(pages)) writeFileSync(join(docs, name), page());
}
