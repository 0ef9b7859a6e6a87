// One request of every route as a client would send it: shown in docs/api.md and in the description, and sent by a test.
import type { RouteName } from './route-list.ts';

export interface Example {
  /** Fields of the path and of the query. */
  readonly address?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The body is a file of this name, and not JSON. */
  readonly file?: string;
}

/** Of the file that holds `hello` and nothing else. */
const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const other = '9a271f2a916b0b6ee6cecb2426f0b3206ef074578be55d9bc94f6f3fe3ab86aa';
const vaultId = '0123456789abcdef0123456789abcdef';
const job = { address: { id: 3 } } as const;
const warmJob = { address: { job_id: 'warm-1' } } as const;

export const examples: { readonly [Name in RouteName]: Example } = {
  status: {},
  protection: {},
  'protection.pause': { body: { seconds: 900 } },
  'protection.resume': {},
  brake: {},
  'brake.release': {},
  'sweep.start': {},
  'jobs.list': { address: { limit: 10 } },
  'jobs.show': job,
  'jobs.start': { body: { kind: 'custom', roots: ['/srv/uploads/new'] } },
  'jobs.pause': job,
  'jobs.resume': job,
  'jobs.cancel': job,
  'findings.list': { address: { states: ['open', 'quarantined'], limit: 50 } },
  'findings.act': { body: { ids: [12, 13], action: 'quarantine', reason: 'seen by the mail gateway' } },
  'quarantine.list': {},
  'quarantine.restore': { body: { ids: [vaultId], to: '/srv/uploads/restored', reason: 'a false alarm' } },
  'quarantine.delete': { body: { ids: [vaultId] } },
  'quarantine.export': { body: { ids: [vaultId], file: 'samples.zip', password: 'infected' } },
  'allow.list': {},
  'allow.add': { body: { kind: 'hash', value: sha256, reason: 'our own installer' } },
  'allow.remove': { body: { ids: [4] } },
  'history.list': { address: { kinds: ['quarantined', 'restored'], limit: 20 } },
  'history.verify': {},
  'engines.show': {},
  'signatures.update': {},
  'metrics.series': { address: { range: '1h' } },
  'metrics.costs': {},
  'metrics.export': {},
  'coverage.files': { address: { reason: 'permission', limit: 20 } },
  'selftest.run': {},
  'scan.file': { address: { name: 'invoice.pdf' }, file: 'invoice.pdf' },
  lookup: { address: { sha256 } },
  'batch.scan': { body: { paths: ['/srv/uploads/a.pdf', '/srv/uploads/b.zip'] } },
  'batch.lookup': { body: { sha256: [sha256, other] } },
  'batch.detections': { address: { severity: ['high', 'critical'], limit: 100 } },
  'batch.warm': { body: { sha256: [sha256, other] } },
  'batch.warm-job': warmJob,
  'batch.warm-cancel': warmJob,
  statistics: {},
  dashboard: {},
  healthz: {},
  readyz: {},
  events: { address: { all: true } },
  metrics: {},
  openapi: {},
};

export interface ExampleRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly target: string;
  readonly body: string | null;
}

/** As it goes over the line; a list in the query is separated by commas. */
export function requestOf(
  { method, path }: { readonly method: 'GET' | 'POST'; readonly path: string },
  { address = {}, body }: Example,
): ExampleRequest {
  const query: string[] = [];
  let target = path;
  for (const [name, value] of Object.entries(address)) {
    const text = encodeURIComponent(String(value)).replaceAll('%2C', ',');
    if (path.includes(`{${name}}`)) target = target.replace(`{${name}}`, text);
    else query.push(`${name}=${text}`);
  }
  return {
    method,
    target: query.length === 0 ? target : `${target}?${query.join('&')}`,
    body: body === undefined ? null : JSON.stringify(body),
  };
}
