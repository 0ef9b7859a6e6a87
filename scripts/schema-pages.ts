// The published JSON Schemas (draft 2020-12), made from the schemas that check the real documents.
import { z } from 'zod';
import { overlayNames } from '../src/core/config/migrations.ts';
import { metricsExportSchema } from '../src/shared/metrics.ts';
import { scanReportSchema } from '../src/shared/scan-report.ts';
import { reportDocumentSchemas, reportedFeedEventSchema } from '../src/shared/report-documents.ts';
import { settingsSchema } from '../src/shared/settings.ts';
import { statusReportSchema } from '../src/shared/status-report.ts';

/** From the path below the root of the repository to the text of the file. */
export const schemaPages: Readonly<Record<string, () => string>> = {
  'assets/schema/vedette.metrics-1.schema.json': metricsPage,
  'assets/schema/vedette.scan-1.schema.json': scanPage,
  'assets/schema/rt_protection_config.schema.json': configPage,
  'assets/schema/vedette.status-1.schema.json': statusPage,
  'assets/schema/vedette.events-1.schema.json': eventsPage,
  ...Object.fromEntries(
    Object.entries(reportDocumentSchemas).map(([format, schema]) => {
      const name = format.replace('/', '-');
      return [`assets/schema/${name}.schema.json`, () => documentPage(name, format, schema)];
    }),
  ),
};

const mayGrow =
  'A later release may add fields; none of these is removed or changes its meaning while the format is called this.';

function metricsPage(): string {
  return page({
    name: 'vedette.metrics-1',
    title: 'Metrics export of Vedette, format vedette.metrics/1',
    description: `What \`vedette metrics export\` writes. Timestamps are Unix seconds. ${mayGrow}`,
    schema: published(metricsExportSchema),
  });
}

function scanPage(): string {
  return page({
    name: 'vedette.scan-1',
    title: 'Scan report of Vedette, format vedette.scan/1',
    description: `What \`vedette scan --json\` prints. ${mayGrow}`,
    schema: published(scanReportSchema),
  });
}

function statusPage(): string {
  return documentPage('vedette.status-1', 'vedette.status/1', statusReportSchema);
}

function eventsPage(): string {
  return page({
    name: 'vedette.events-1',
    title: 'An event of a running Vedette',
    description: `One line of \`vedette watch --ndjson\`. ${mayGrow}`,
    schema: published(reportedFeedEventSchema),
  });
}

function documentPage(name: string, format: string, schema: z.ZodType): string {
  return page({
    name,
    title: `Output of Vedette, format ${format}`,
    description: `What a command prints with \`--json\`. Times are Unix seconds. ${mayGrow}`,
    schema: published(schema),
  });
}

const sectionsSchema = z.object({ properties: z.record(z.string(), z.record(z.string(), z.unknown())) });

function configPage(): string {
  const schema = published(settingsSchema);
  const { properties } = sectionsSchema.parse(schema);
  const sections = Object.entries(properties).filter(([, { type }]) => type === 'object');
  const overlay = Object.fromEntries(sections.map(([name]) => [name, { $ref: `#/properties/${name}` }]));
  return page({
    name: 'rt_protection_config',
    title: 'Configuration of Vedette, rt_protection_config.toml',
    description:
      'The same names, ranges and defaults that Vedette checks the file with; every key may be left out.',
    schema: {
      ...schema,
      properties: {
        ...properties,
        env: {
          description: 'Overlays: what lies over the sections when --env or VEDETTE_ENV names it.',
          type: 'object',
          properties: Object.fromEntries(overlayNames.map((name) => [name, { $ref: '#/$defs/overlay' }])),
          additionalProperties: false,
        },
      },
      $defs: { overlay: { type: 'object', properties: overlay, additionalProperties: false } },
    },
  });
}

function page({
  name,
  title,
  description,
  schema,
}: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}): string {
  const { $schema, ...rest } = schema;
  return `${jsonText({ $schema, $id: `urn:vedette:schema:${name}`, title, description, ...rest })}\n`;
}

/** As the writer of a document sees it: what has a default may be left out, and fields may be added. */
function published(schema: z.ZodType): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      // The bound of every whole number in JavaScript is no limit of ours.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      const description = describe(jsonSchema);
      if (description !== '') jsonSchema.description = description;
      for (const fact of ['unit', 'effect', 'pending', 'paths']) delete jsonSchema[fact];
    },
  });
}

const factsSchema = z.object({
  description: z.string().default(''),
  unit: z.string().optional(),
  effect: z.string().optional(),
  pending: z.boolean().optional(),
});

/** What JSON Schema has no keyword for is told in words. */
function describe(jsonSchema: object): string {
  const { description, unit, effect, pending } = factsSchema.parse(jsonSchema);
  return [
    description,
    unit === undefined ? '' : `In ${unit}.`,
    effect === 'restart' ? 'Takes effect at the next start.' : '',
    pending === true ? 'Not in this version yet.' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

const printWidth = 110;

/** JSON as oxfmt lays it out, so that what is written here is also what the format check wants. */
export function jsonText(value: unknown, column = 0, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const flat = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const isFlat = value.every((item) => typeof item !== 'object' || item === null);
    // One more for the comma behind it.
    if (isFlat && column + flat.length + 1 <= printWidth) return flat;
    return `[\n${value.map((item) => deeper + jsonText(item, deeper.length, deeper)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, item]) => {
    const start = `${deeper}${JSON.stringify(key)}: `;
    return start + jsonText(item, start.length, deeper);
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
