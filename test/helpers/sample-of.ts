// The plainest value that a schema takes, for a fake that must answer what the contract says.
import { z } from 'zod';

const texts = ['', 'x', '0'.repeat(64), '0'.repeat(32), '2026-01-01', '10:00', '1.2.3', '/x'];

export function sampleOf(schema: unknown): unknown {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, unknown>> = schema.shape;
    const fields = Object.entries(shape).filter(([, field]) => !(field instanceof z.ZodOptional));
    return Object.fromEntries(fields.map(([name, field]) => [name, sampleOf(field)]));
  }
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodReadonly) return sampleOf(schema.unwrap());
  if (schema instanceof z.ZodNullable) return null;
  if (schema instanceof z.ZodArray) return [];
  if (schema instanceof z.ZodRecord) return recordOf(schema);
  if (schema instanceof z.ZodUnion) return sampleOf(schema.options[0]);
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodLiteral) return schema.value;
  if (schema instanceof z.ZodBoolean) return true;
  const candidates = schema instanceof z.ZodNumber ? [0, 1, 2] : texts;
  if (schema instanceof z.ZodType) {
    const fitting = candidates.find((candidate) => schema.safeParse(candidate).success);
    if (fitting !== undefined) return fitting;
  }
  throw new TypeError('this schema has no plain value here');
}

/** Of a record whose keys are an enum, every key. */
function recordOf({ keyType, valueType }: z.ZodRecord): unknown {
  const keys = keyType instanceof z.ZodEnum ? keyType.options : [];
  return Object.fromEntries(keys.map((key) => [key, sampleOf(valueType)]));
}
