// What was looked at and decided, one JSON object a line: written while it happens, read again to be replayed.
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import {
  scalingKinds,
  scalingReasons,
  type ScalingDecision,
  type ScalingSample,
} from './scaling-decision.ts';

const count = z.number().int().nonnegative();
const percent = z.number().min(0).max(100);

const traceEntrySchema = z.object({
  t: z.number().nonnegative(),
  sample: z.object({
    queueDepth: count,
    currentTarget: count,
    cpuPercent: percent,
    memoryPercent: percent,
    onBattery: z.boolean(),
    engineSaturated: z.boolean(),
    sinceLastActionMs: z.number().nonnegative().nullable(),
  }),
  decision: z.object({
    target: count,
    kind: z.enum(scalingKinds),
    reason: z.enum(scalingReasons),
    explanation: z.string(),
  }),
});

export interface ScalingTraceEntry {
  /** Unix seconds. */
  readonly t: number;
  readonly sample: ScalingSample;
  readonly decision: ScalingDecision;
}

/** With its newline. */
export function traceLine(entry: ScalingTraceEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** @throws AppError BAD_USAGE with the number of the first line that is no entry; empty lines are left out. */
export function parseTrace(text: string): readonly ScalingTraceEntry[] {
  const entries: ScalingTraceEntry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = traceEntrySchema.safeParse(parseJson(line));
    if (!parsed.success) {
      throw new AppError(
        'BAD_USAGE',
        `line ${index + 1} is no entry of a scaling trace: ${why(parsed.error)}`,
      );
    }
    entries.push(parsed.data);
  }
  return entries;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function why({ issues }: z.ZodError): string {
  const [first] = issues;
  if (first === undefined || first.path.length === 0) return 'not a JSON object with t, sample and decision';
  return `${first.path.join('.')}: ${first.message}`;
}
