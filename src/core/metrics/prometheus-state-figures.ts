// How protection stands at this moment, in the Prometheus text; without a Vedette that watches there are no samples.
import { protectionStateSchema, type ProtectionEvidence } from '../../shared/protection.ts';
import { gauge, labelled, type Figure, type PrometheusView, type Sample } from './prometheus-figure.ts';

const daySeconds = 86_400;
const engineStates = ['ready', 'reduced', 'unavailable'] as const;
const folderStates = ['watching', 'starting', 'degraded', 'gone'] as const;

export const stateFigures: readonly Figure[] = [
  labelled(
    'gauge',
    'rt_protection_state',
    'How this machine is protected: 1 for the state it is in, 0 for the others.',
    ['state'],
    ({ protection }) =>
      protection == null
        ? []
        : protectionStateSchema.options.map((state) => oneOf({ state }, protection.state === state)),
  ),
  labelled(
    'gauge',
    'rt_protection_engine_state',
    'What each engine is able to do: 1 for the state it is in, 0 for the others.',
    ['engine', 'state'],
    (view) =>
      (evidenceIn(view)?.engines ?? []).flatMap(({ name, state: current }) =>
        engineStates.map((state) => oneOf({ engine: name, state }, current === state)),
      ),
  ),
  gauge('rt_protection_signature_age_seconds', 'Age of the newest signatures.', (view) => {
    const days = evidenceIn(view)?.signature_age_days ?? null;
    return days === null ? null : days * daySeconds;
  }),
  gauge(
    'rt_protection_open_findings',
    'Findings that nobody has decided on.',
    (view) => evidenceIn(view)?.open_findings ?? null,
  ),
  labelled(
    'gauge',
    'rt_protection_watched_folders',
    'Folders to watch, by how they are watched.',
    ['state'],
    (view) => {
      const folders = evidenceIn(view)?.watcher.folders;
      if (folders === undefined) return [];
      return folderStates.map((state) => ({
        labels: { state },
        value: folders.filter((folder) => folder.state === state).length,
      }));
    },
  ),
  gauge(
    'rt_protection_canary_latency_seconds',
    'From the write of a test file to its verdict, in the slowest folder at its last test.',
    (view) => {
      const latencies = (evidenceIn(view)?.watcher.folders ?? []).map(({ canary_ms: ms }) => ms ?? -1);
      const slowest = Math.max(-1, ...latencies);
      return slowest < 0 ? null : slowest / 1000;
    },
  ),
  gauge('rt_protection_canaries_missed', 'Folders whose last test file got no verdict in time.', (view) => {
    const folders = evidenceIn(view)?.watcher.folders;
    return folders?.filter(({ canary_missed: isMissed }) => isMissed).length ?? null;
  }),
  gauge(
    'rt_protection_put_off',
    'Files that found the queue full and wait for the sweep.',
    (view) => evidenceIn(view)?.put_off ?? null,
  ),
  gauge('rt_protection_brake', '1 while automatic quarantine is stopped.', (view) => {
    const brake = evidenceIn(view)?.brake;
    return brake === undefined ? null : Number(brake.on);
  }),
];

function evidenceIn({ protection }: PrometheusView): ProtectionEvidence | null {
  return protection?.evidence ?? null;
}

function oneOf(labels: Sample['labels'], isThis: boolean): Sample {
  return { labels, value: Number(isThis) };
}
