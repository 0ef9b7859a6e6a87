// The JSON Schemas of the description: every document has one name and stands there once.
import { z } from 'zod';
import { allowEntrySchema } from '../../../shared/allow-entry.ts';
import { feedEventSchema } from '../../../shared/contract.ts';
import { engineReportSchema } from '../../../shared/engine-report.ts';
import { findingSchema } from '../../../shared/finding.ts';
import { historyEventSchema } from '../../../shared/history-event.ts';
import { jobSchema, scheduleSchema } from '../../../shared/job.ts';
import {
  cacheStatsSchema,
  coverageSchema,
  historyPointSchema,
  metricsSummarySchema,
  performanceSnapshotSchema,
  recentMetricsSchema,
  scalingEventSchema,
  scalingStatsSchema,
} from '../../../shared/metrics.ts';
import { pauseSchema, protectionSchema } from '../../../shared/protection.ts';
import { scanResultSchema } from '../../../shared/scan-report.ts';
import {
  errorReplySchema,
  lookupResultSchema,
  scanAnswerSchema,
  warmJobSchema,
} from '../../../shared/service-documents.ts';
import { vaultRecordSchema } from '../../../shared/vault-record.ts';
import { detectionSchema } from '../../../shared/verdict.ts';
import type { ListedRoute } from './route-list.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Documents that others hold, or that more than one route answers. */
const named = {
  AllowEntry: allowEntrySchema,
  CacheStatistics: cacheStatsSchema,
  Coverage: coverageSchema,
  Detection: detectionSchema,
  EngineReport: engineReportSchema,
  ErrorReply: errorReplySchema,
  FeedEvent: feedEventSchema,
  Finding: findingSchema,
  HistoryEvent: historyEventSchema,
  HistoryPoint: historyPointSchema,
  Job: jobSchema,
  LookupResult: lookupResultSchema,
  MetricsSummary: metricsSummarySchema,
  Pause: pauseSchema,
  PerformanceSnapshot: performanceSnapshotSchema,
  Protection: protectionSchema,
  RecentMetrics: recentMetricsSchema,
  ScalingEvent: scalingEventSchema,
  ScalingStatistics: scalingStatsSchema,
  ScanAnswer: scanAnswerSchema,
  ScanResult: scanResultSchema,
  Schedule: scheduleSchema,
  VaultRecord: vaultRecordSchema,
  WarmJob: warmJobSchema,
} as const satisfies Record<string, z.ZodType>;

export interface ApiDocuments {
  /** For `components.schemas`. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Name of what the route answers; null where that is no JSON. */
  answerName(route: ListedRoute): string | null;
  /** Name of the JSON body it takes; null where there is none. */
  bodyName(route: ListedRoute): string | null;
}

/** `jobs.start` is `JobsStart`, `batch.warm-job` is `BatchWarmJob`. */
export function pascalName(name: string): string {
  return name
    .split(/[.-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

export function apiDocuments(routes: readonly ListedRoute[]): ApiDocuments {
  const answers = new Map<z.ZodType, string>(Object.entries(named).map(([name, schema]) => [schema, name]));
  const bodies = new Map<z.ZodType, string>();
  const bodyNames = new Map<string, string>();
  for (const { name, answer, input, pathFields, bodyFields } of routes) {
    if (answer.kind === 'json' && !answers.has(answer.schema)) {
      answers.set(answer.schema, `${pascalName(name)}Answer`);
    }
    if (bodyFields.length === 0) continue;
    const body = pathFields.length === 0 ? input : withoutFields(input, pathFields);
    bodies.set(body, `${pascalName(name)}Request`);
    bodyNames.set(name, `${pascalName(name)}Request`);
  }
  return {
    schemas: sorted({ ...schemasOf(bodies, 'input'), ...schemasOf(answers, 'output') }),
    answerName: ({ answer }) => (answer.kind === 'json' ? (answers.get(answer.schema) ?? null) : null),
    bodyName: ({ name }) => bodyNames.get(name) ?? null,
  };
}

function withoutFields({ shape }: z.ZodObject, fields: readonly string[]): z.ZodObject {
  return z.strictObject(Object.fromEntries(Object.entries(shape).filter(([name]) => !fields.includes(name))));
}

function schemasOf(
  names: ReadonlyMap<z.ZodType, string>,
  io: 'input' | 'output',
): Record<string, JsonSchema> {
  const registry = z.registry<{ readonly id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-2020-12',
    io,
    uri: (id) => `#/components/schemas/${id}`,
    override: mend,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _schema, $id: _id, ...schema }]) => [name, schema]),
  );
}

/** One field of an address. */
export function fieldSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _schema, ...fields } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    override: mend,
  });
  return fields;
}

function mend({
  zodSchema,
  jsonSchema,
}: {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  // The bound of every whole number in JavaScript is no limit of ours.
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  // An answer may have more fields in a later release; only what clients write is strict.
  const { def } = zodSchema._zod;
  if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
