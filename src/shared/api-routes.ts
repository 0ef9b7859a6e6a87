// Every route of the HTTP API: method, path, who may, and what goes in and comes out. Server, client, OpenAPI and docs are made from it.
import { z } from 'zod';
import { calls, type CallName } from './contract.ts';
import { dashboardDataSchema } from './metrics.ts';
import {
  batchLookupAnswerSchema,
  batchLookupInput,
  batchScanAnswerSchema,
  batchScanInput,
  healthSchema,
  lookupResultSchema,
  readinessSchema,
  recentDetectionsInput,
  recentDetectionsSchema,
  scanAnswerSchema,
  scanFileInput,
  statisticsSchema,
  warmInput,
  warmJobSchema,
  warmStartedSchema,
} from './service-documents.ts';

/** What a token is good for. None holds another: a token that may scan need not see what was found elsewhere. */
export const scopes = ['read', 'scan', 'manage'] as const;
export type Scope = (typeof scopes)[number];

export interface RouteFacts {
  readonly method: 'GET' | 'POST';
  /** `{name}` stands for a field of the input. */
  readonly path: string;
  /** null: for everybody, without a token. */
  readonly scope: Scope | null;
  readonly summary: string;
}

export const apiPrefix = '/api/v1';

/** Calls of the contract: their handlers answer, and who acts is the token. */
export const callRoutes = {
  status: read('/status', 'How this installation is protected, and what it has seen and found'),
  protection: read('/protection', 'How well it protects at the moment, with the evidence'),
  'protection.pause': manage('/protection/pause', 'Switch real-time protection off for a while'),
  'protection.resume': manage('/protection/resume', 'Switch it on again'),
  brake: read('/brake', 'Whether automatic quarantine is stopped, and why'),
  'brake.release': manage('/brake/release', 'Let findings be quarantined again'),
  'sweep.start': scan('/sweep', 'Look through the watched folders now'),

  'jobs.list': read('/jobs', 'Scans: running, waiting and past, and schedules'),
  'jobs.show': read('/jobs/{id}', 'One scan with its progress'),
  'jobs.start': scan('/jobs', 'Start a scan of folders; quick and full ones need `manage` too'),
  'jobs.pause': manage('/jobs/{id}/pause', 'Pause a scan'),
  'jobs.resume': manage('/jobs/{id}/resume', 'Go on with a scan'),
  'jobs.cancel': manage('/jobs/{id}/cancel', 'End a scan'),

  'findings.list': read('/findings', 'What was found, newest first'),
  'findings.act': manage('/findings/actions', 'Quarantine, allow or leave alone what was found'),

  'quarantine.list': read('/quarantine', 'What is in the vault'),
  'quarantine.restore': manage('/quarantine/restore', 'Put files back'),
  'quarantine.delete': manage('/quarantine/delete', 'Delete files from the vault for good'),
  'quarantine.export': manage(
    '/quarantine/export',
    'Write files of the vault into a password-protected zip, in the folder for exports',
  ),

  'allow.list': read('/allow', 'What is never acted upon'),
  'allow.add': manage('/allow', 'Allow a hash, a path or a signature'),
  'allow.remove': manage('/allow/remove', 'Take entries off the allow-list'),

  'history.list': read('/history', 'What happened, newest first'),
  'history.verify': read('/history/verification', 'Whether the history is as it was written'),

  'engines.show': read('/engines', 'Engines, their signatures and rules'),
  'signatures.update': manage('/signatures/update', 'Fetch new signatures for the managed clamd'),
  'metrics.series': read('/metrics/series', 'Points of the charts'),
  'metrics.costs': read('/metrics/costs', 'What scanning costs, by folder and by type'),
  'metrics.export': manage('/metrics/export', 'Write an export of the metrics now, and answer it'),
  'coverage.files': read('/coverage/{reason}', 'Files that were not wholly looked at for one reason'),
  'selftest.run': manage('/selftest', 'Let protection find a test file'),
} as const satisfies { readonly [Name in CallName]?: RouteFacts };
export type RoutedCall = keyof typeof callRoutes;

interface Documents {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** Where it is not 200. */
  readonly status?: number;
}

const nothing = z.strictObject({});

/** What only the API has. */
export const serviceRoutes = {
  'scan.file': {
    ...scan('/scan', 'Scan one file by its path, or the body of the request'),
    input: scanFileInput,
    output: scanAnswerSchema,
  },
  lookup: {
    ...read('/lookup/{sha256}', 'What is known of one content'),
    input: z.strictObject({ sha256: batchLookupInput.shape.sha256.element }),
    output: lookupResultSchema,
  },
  'batch.scan': {
    ...scan('/batch/scan', 'Scan up to 1000 files by their paths'),
    input: batchScanInput,
    output: batchScanAnswerSchema,
  },
  'batch.lookup': {
    ...read('/batch/lookup', 'What is known of up to 1000 contents', 'POST'),
    input: batchLookupInput,
    output: batchLookupAnswerSchema,
  },
  'batch.detections': {
    ...read('/batch/detections/recent', 'Recent detections, page by page'),
    input: recentDetectionsInput,
    output: recentDetectionsSchema,
  },
  'batch.warm': {
    ...scan('/batch/cache/warm', 'Load what is known of files and contents, in the background'),
    input: warmInput,
    output: warmStartedSchema,
    status: 202,
  },
  'batch.warm-job': {
    ...scan('/batch/cache/warm/{job_id}', 'How far the loading is', 'GET'),
    input: z.strictObject({ job_id: z.string().max(100) }),
    output: warmJobSchema,
  },
  'batch.warm-cancel': {
    ...scan('/batch/cache/warm/{job_id}/cancel', 'End the loading'),
    input: z.strictObject({ job_id: z.string().max(100) }),
    output: warmJobSchema,
  },
  statistics: {
    ...read('/statistics', 'Figures since the start of the service'),
    input: nothing,
    output: statisticsSchema,
  },
  dashboard: {
    ...read('/dashboard', 'Figures for a dashboard'),
    input: nothing,
    output: dashboardDataSchema,
  },
  healthz: {
    ...open('/healthz', 'Whether the service answers'),
    input: nothing,
    output: healthSchema,
  },
  readyz: {
    ...open('/readyz', 'Whether it can scan: 503 when not'),
    input: nothing,
    output: readinessSchema,
  },
} as const satisfies Record<string, RouteFacts & Documents>;
export type ServiceRoute = keyof typeof serviceRoutes;

/** Answers that are no JSON. */
export const textRoutes = {
  events: read('/events', 'What happens, as server-sent events'),
  metrics: { ...read('', 'Figures in the text format of Prometheus'), path: '/metrics' },
  openapi: read('/openapi.json', 'This description'),
} as const satisfies Record<string, RouteFacts>;

/** What a caller of the API writes: who acts is known from the token. */
export function routedInput(name: RoutedCall): z.ZodObject {
  const { input } = calls[name];
  const { actor: _actor, ...fields } = input.shape as z.core.$ZodShape;
  return z.strictObject(fields);
}

function read(path: string, summary: string, method: RouteFacts['method'] = 'GET') {
  return { method, path: `${apiPrefix}${path}`, scope: 'read', summary } as const;
}

function scan(path: string, summary: string, method: RouteFacts['method'] = 'POST') {
  return { method, path: `${apiPrefix}${path}`, scope: 'scan', summary } as const;
}

function manage(path: string, summary: string) {
  return { method: 'POST', path: `${apiPrefix}${path}`, scope: 'manage', summary } as const;
}

function open(path: string, summary: string) {
  return { method: 'GET', path, scope: null, summary } as const;
}
