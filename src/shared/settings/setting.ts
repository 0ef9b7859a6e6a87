// How one key is written down: its range in zod, and beside it, as metadata, what people want to know of it.
import { z } from 'zod';

export const settingFactsSchema = z.object({
  /** What a number counts. */
  unit: z.string().optional(),
  /** `live`: a running Vedette applies it as soon as the file is saved. */
  effect: z.enum(['live', 'restart']),
  /** What it sets is not in this version; the name is kept free for it. */
  pending: z.boolean().default(false),
  /** The list holds paths or patterns of paths: in a variable it is separated as PATH is, others by commas. */
  paths: z.boolean().default(false),
});
export type SettingFacts = z.input<typeof settingFactsSchema>;

export const kib = 1024;
export const mib = 1024 * kib;
export const gib = 1024 * mib;

export function setting<T extends z.ZodType>(
  schema: T,
  fallback: z.core.util.NoUndefined<z.output<T>>,
  explanation: string,
  facts: SettingFacts,
) {
  return schema.default(fallback).meta({ description: explanation, ...facts });
}

export const flag = z.boolean();
export const text = z.string();
export const texts = z.array(z.string());

export function wholeNumber(minimum: number, maximum: number) {
  return z.number().int().min(minimum).max(maximum);
}

/** Fractions are allowed. */
export function amount(minimum: number, maximum: number) {
  return z.number().min(minimum).max(maximum);
}

/** A length of time, fractions included, that is not nothing. */
export function duration(maximum: number) {
  return z.number().positive().max(maximum);
}

export const sizeBytes = z.number().int().positive();
