// The shipped dashboard as tests need it: its panels and every PromQL expression in it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const file = join(import.meta.dirname, '..', '..', '..', 'assets', 'grafana', 'vedette.json');

const datasourceSchema = z.object({ type: z.string(), uid: z.string() });

const placeSchema = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });

/** A heading over the panels that follow it. */
const rowSchema = z.strictObject({
  id: z.number().int().positive(),
  type: z.literal('row'),
  title: z.string().min(1),
  collapsed: z.literal(false),
  gridPos: placeSchema,
  panels: z.tuple([]),
});

const panelSchema = z.object({
  id: z.number().int().positive(),
  type: z.enum(['stat', 'gauge', 'bargauge', 'timeseries']),
  title: z.string().min(1),
  description: z.string().min(1),
  datasource: datasourceSchema,
  gridPos: placeSchema,
  targets: z
    .array(
      z.object({
        refId: z.string(),
        datasource: datasourceSchema,
        expr: z.string().min(1),
        legendFormat: z.string(),
      }),
    )
    .min(1),
});

const dashboardSchema = z.looseObject({
  id: z.null(),
  uid: z.string().max(40),
  title: z.string(),
  schemaVersion: z.number().int(),
  templating: z.object({
    list: z.array(z.looseObject({ name: z.string(), type: z.string(), definition: z.string().optional() })),
  }),
  annotations: z.object({
    list: z.array(
      z.looseObject({ name: z.string(), datasource: datasourceSchema, expr: z.string().optional() }),
    ),
  }),
  panels: z.array(z.union([rowSchema, panelSchema])),
});

const parsed = dashboardSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

export const rows = parsed.panels.filter((panel) => panel.type === 'row');

/** Checked: the parts that are read here are there. Its rows stand apart. */
export const dashboard = { ...parsed, panels: parsed.panels.filter((panel) => panel.type !== 'row') };

/** With what it is shown in. */
export const expressions: readonly { readonly where: string; readonly expr: string }[] = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: title, expr }))),
  ...dashboard.annotations.list.flatMap(({ name, expr }) =>
    expr === undefined ? [] : [{ where: name, expr }],
  ),
];
