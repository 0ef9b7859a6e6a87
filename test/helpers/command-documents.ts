// Commands of a user's home that print one JSON document: read, and held against the form that is published for it.
import { z } from 'zod';
import {
  allowAddDocumentSchema,
  historyDocumentSchema,
  jobDocumentSchema,
  jobsDocumentSchema,
  outcomesDocumentSchema,
  quarantineDocumentSchema,
  threatsDocumentSchema,
  type ReportedEvent,
  type ReportedFinding,
  type ReportedRecord,
} from '../../src/shared/report-documents.ts';
import { scanReportSchema } from '../../src/shared/scan-report.ts';
import type { Run } from './run-vedette.ts';

/** Who runs the commands. */
export interface Commander {
  run(...args: readonly string[]): Promise<Run>;
}

export interface Answer<T> {
  readonly code: number | null;
  readonly document: T;
}

/** @throws when it printed anything else, or also said something on standard error. */
export async function ask<Schema extends z.ZodObject>(
  home: Commander,
  schema: Schema,
  ...args: readonly string[]
): Promise<Answer<z.output<Schema>>> {
  const { code, stdout, stderr } = await home.run(...args, '--json');
  if (stderr !== '') throw new Error(`${args.join(' ')} said on standard error: ${stderr}`);
  const json: unknown = JSON.parse(stdout);
  z.strictObject(schema.shape).parse(json);
  return { code, document: schema.parse(json) };
}

/** A scan of `path` without clamd. */
export async function scan(home: Commander, path: string, ...options: readonly string[]) {
  const { code, document } = await ask(home, scanReportSchema, 'scan', '--clamd', 'none', ...options, path);
  return { code, ...document };
}

export async function act(home: Commander, ...args: readonly string[]) {
  const { code, document } = await ask(home, outcomesDocumentSchema, ...args);
  return { code, outcomes: document.outcomes };
}

/** What is in the vault, the newest first. */
export async function records(home: Commander): Promise<readonly ReportedRecord[]> {
  return (await ask(home, quarantineDocumentSchema, 'quarantine', 'list')).document.records;
}

/** The one thing in the vault. */
export async function onlyRecord(home: Commander): Promise<ReportedRecord> {
  const [record, ...more] = await records(home);
  if (record === undefined || more.length > 0) throw new Error('not exactly one file is in the vault');
  return record;
}

export async function threats(
  home: Commander,
  ...options: readonly string[]
): Promise<readonly ReportedFinding[]> {
  return (await ask(home, threatsDocumentSchema, 'threats', 'list', ...options)).document.findings;
}

export async function history(
  home: Commander,
  ...kinds: readonly string[]
): Promise<readonly ReportedEvent[]> {
  const filter = kinds.length === 0 ? [] : ['--kind', ...kinds];
  const { document } = await ask(
    home,
    historyDocumentSchema,
    'history',
    'list',
    '--limit',
    '1000',
    ...filter,
  );
  return document.events;
}

/** The number of the new entry. */
export async function allow(home: Commander, kind: string, value: string): Promise<string> {
  const { document } = await ask(
    home,
    allowAddDocumentSchema,
    'allow',
    'add',
    kind,
    value,
    '--reason',
    'drill',
  );
  return String(document.entry.id);
}

export async function jobs(home: Commander) {
  return (await ask(home, jobsDocumentSchema, 'jobs', 'list')).document;
}

export async function job(home: Commander, ...args: readonly string[]) {
  return (await ask(home, jobDocumentSchema, 'jobs', ...args)).document;
}
