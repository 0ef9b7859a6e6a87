// What people want to know of each key, read out of the schema, so that no page and no message has a list of its own.
import { z } from 'zod';
import { settingsSchema } from '../settings.ts';
import { settingFactsSchema } from './setting.ts';

export type SettingValue = boolean | number | string | readonly string[];

export interface SettingDescription {
  readonly section: string;
  readonly key: string;
  /** `section.key` */
  readonly name: string;
  readonly type: 'boolean' | 'integer' | 'number' | 'text' | 'choice' | 'list';
  readonly choices: readonly string[];
  readonly minimum: number | null;
  /** The minimum itself is too little. */
  readonly aboveMinimum: boolean;
  readonly maximum: number | null;
  readonly default: SettingValue;
  readonly unit: string | null;
  readonly explanation: string;
  readonly effect: 'live' | 'restart';
  /** Without effect in this version. */
  readonly pending: boolean;
  /** A list of paths or patterns of paths. */
  readonly holdsPaths: boolean;
  /** Environment variable that sets it. */
  readonly variable: string;
  /** Whether the schema of the key alone takes the value. */
  readonly accepts: (value: unknown) => boolean;
}

const propertySchema = settingFactsSchema.extend({
  type: z.enum(['boolean', 'integer', 'number', 'string', 'array']),
  enum: z.array(z.string()).default([]),
  default: z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]),
  description: z.string(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
});

const { config_version: _version, ...sectionSchemas } = settingsSchema.shape;

/** Names of the sections, in the order of the file. */
export const sectionNames: readonly string[] = Object.keys(sectionSchemas);

/** Every key, in the order of the file. */
export const settingDescriptions: readonly SettingDescription[] = Object.entries(sectionSchemas).flatMap(
  ([section, schema]) =>
    Object.entries(schema.unwrap().shape).map(([key, field]) => describeSetting(section, key, field)),
);

/** By `section.key`. */
export const settingsByName: ReadonlyMap<string, SettingDescription> = new Map(
  settingDescriptions.map((description) => [description.name, description]),
);

export function variableName(section: string, key: string): string {
  return `VEDETTE_${section}_${key}`.toUpperCase();
}

function describeSetting(section: string, key: string, field: z.ZodType): SettingDescription {
  const property = propertySchema.parse(z.toJSONSchema(field, { io: 'input' }));
  const { exclusiveMinimum, minimum, maximum } = property;
  const isWhole = property.type === 'integer';
  // More than 0 is at least 1 where there is nothing between.
  const above = exclusiveMinimum !== undefined && !isWhole;
  return {
    section,
    key,
    name: `${section}.${key}`,
    type: typeOf(property),
    choices: property.enum,
    minimum: exclusiveMinimum === undefined ? (minimum ?? null) : exclusiveMinimum + (above ? 0 : 1),
    aboveMinimum: above,
    maximum: maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? null : maximum,
    default: property.default,
    unit: property.unit ?? null,
    explanation: property.description,
    effect: property.effect,
    pending: property.pending,
    holdsPaths: property.paths,
    variable: variableName(section, key),
    accepts: (value) => field.safeParse(value).success,
  };
}

function typeOf({ type, enum: choices }: z.infer<typeof propertySchema>): SettingDescription['type'] {
  if (choices.length > 0) return 'choice';
  if (type === 'string') return 'text';
  return type === 'array' ? 'list' : type;
}

/** `2 … 64`, `more than 0, at most 24`, `1 or more`; empty where there is no range. */
export function rangeText({ minimum, aboveMinimum, maximum, choices }: SettingDescription): string {
  if (choices.length > 0) return choices.join(', ');
  if (minimum === null) return '';
  if (maximum === null) return aboveMinimum ? `more than ${minimum}` : `${minimum} or more`;
  return aboveMinimum ? `more than ${minimum}, at most ${maximum}` : `${minimum} … ${maximum}`;
}

const kinds: Readonly<Record<SettingDescription['type'], string>> = {
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  text: 'text in quotes',
  choice: 'one of',
  list: 'a list of texts',
};

/** What may stand there, for a message: `a whole number, 0 … 64 (workers)`. */
export function expectation(description: SettingDescription): string {
  const { type, unit, choices } = description;
  if (type === 'choice') return `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
  const range = rangeText(description);
  return `${kinds[type]}${range === '' ? '' : `, ${range}`}${unit === null ? '' : ` (${unit})`}`;
}
