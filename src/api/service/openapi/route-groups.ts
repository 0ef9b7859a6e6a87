// The routes in the order in which a reader looks for them; each stands in one group.
import type { RouteName } from './route-list.ts';

export interface RouteGroup {
  readonly name: string;
  readonly description: string;
  readonly routes: readonly RouteName[];
}

export const routeGroups: readonly RouteGroup[] = [
  {
    name: 'Scans and look-ups',
    description: 'Files by their path or as bytes, and what is known of a content, one at a time or many.',
    routes: [
      'lookup',
      'batch.lookup',
      'scan.file',
      'batch.scan',
      'batch.detections',
      'batch.warm',
      'batch.warm-job',
      'batch.warm-cancel',
    ],
  },
  {
    name: 'Protection',
    description: 'Real-time protection, and whether automatic quarantine is stopped.',
    routes: [
      'status',
      'protection',
      'protection.pause',
      'protection.resume',
      'brake',
      'brake.release',
      'sweep.start',
      'selftest.run',
    ],
  },
  {
    name: 'Jobs',
    description: 'Scans of whole folders.',
    routes: ['jobs.list', 'jobs.show', 'jobs.start', 'jobs.pause', 'jobs.resume', 'jobs.cancel'],
  },
  {
    name: 'Findings',
    description: 'What was found, and what is done about it.',
    routes: ['findings.list', 'findings.act'],
  },
  {
    name: 'Quarantine',
    description: 'The vault.',
    routes: ['quarantine.list', 'quarantine.restore', 'quarantine.delete', 'quarantine.export'],
  },
  {
    name: 'Allow-list',
    description: 'What is never acted upon.',
    routes: ['allow.list', 'allow.add', 'allow.remove'],
  },
  {
    name: 'History',
    description: 'What happened, in a chain that shows whether it was changed.',
    routes: ['history.list', 'history.verify', 'events'],
  },
  {
    name: 'Engines and figures',
    description: 'Engines with their signatures, and what scanning costs and saves.',
    routes: [
      'engines.show',
      'signatures.update',
      'statistics',
      'dashboard',
      'metrics.series',
      'metrics.costs',
      'metrics.export',
      'coverage.files',
      'metrics',
    ],
  },
  {
    name: 'Service',
    description: 'Whether it is there, and how it is spoken to.',
    routes: ['healthz', 'readyz', 'openapi'],
  },
];

export function groupOf(name: RouteName): RouteGroup {
  const group = routeGroups.find(({ routes }) => routes.includes(name));
  if (group === undefined) throw new TypeError(`the route ${name} stands in no group`);
  return group;
}
