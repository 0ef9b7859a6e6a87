// What the threats page says: why a file was flagged, what each answer does, and what came of it.
import type { AllowKind } from '../../shared/allow-entry.ts';
import type { FindingState } from '../../shared/finding.ts';
import type { HistoryKind } from '../../shared/history-event.ts';
import type { Detection } from '../../shared/verdict.ts';
import { counted, formatCount } from '../format/numbers.ts';

export const threatTexts = {
  title: 'Threats',
  description: 'What was found, why, and what became of it.',
  tabs: { label: 'View', findings: 'Findings', allowed: 'Allow-list' },
  filter: { label: 'Which findings', open: 'Needs you', settled: 'Settled', all: 'All' },
  search: 'Search findings',
  searchIsPartial: (count: number): string =>
    `The search looks through the ${formatCount(count)} findings that are shown.`,
  columns: {
    severity: 'Severity',
    file: 'File',
    found: 'Found by',
    when: 'When',
    state: 'State',
    actions: 'Actions',
  },
  shown: (shown: number, total: number): string =>
    shown === total
      ? counted(total, 'finding', 'findings')
      : `${formatCount(shown)} of ${formatCount(total)} findings`,
  older: 'Show older findings',
  chosen: (count: number): string => `${formatCount(count)} chosen`,
  unchoose: 'Choose none',
  empty: {
    open: {
      title: 'Nothing needs you',
      text: 'Every finding is settled. What was found before is under “All”.',
    },
    settled: { title: 'Nothing is settled yet', text: 'Findings come here when they were decided.' },
    all: {
      title: 'Nothing was ever found',
      text: 'When something is, you see here what it is, why it was flagged, and what you can do.',
    },
    search: {
      title: 'No finding matches',
      text: 'The search looks at names, folders, signatures and SHA-256.',
    },
  },
  scanNow: 'Scan now',
  showAll: 'Show all',
  close: 'Close details',
  back: 'All findings',
  notFound: 'There is no such finding.',
  menu: (name: string): string => `Actions for ${name}`,
  copyPath: 'Copy the path',
  inQuarantine: 'Show it in quarantine',
  why: 'Why was this flagged?',
  doubts: 'What speaks for a false alarm',
  noDoubts: 'Nothing that is known here.',
  elsewhere: 'The same content elsewhere',
  places: { finding: 'also found', quarantine: 'in quarantine', hard_link: 'another name of this file' },
  allowedBy: 'Allowed by',
  removeAllow: 'Allow it no longer',
  facts: {
    title: 'File',
    size: 'Size',
    sha256: 'SHA-256',
    noSha256: 'not known: it was not read to its end',
    found: 'First seen',
    seen: 'Last seen',
    engines: 'Engines that could look',
  },
  history: {
    title: 'History of this finding',
    empty: 'Nothing is written down about it.',
    by: (actor: string): string => `, by ${actorText(actor)}`,
    older: 'Older records were not looked through.',
  },
  rule: {
    metadata: 'What the rule says of itself',
    moreMatches: (count: number): string => counted(count, 'more match', 'more matches'),
    match: (pattern: string, length: number): string =>
      `${pattern} · ${counted(length, 'byte', 'bytes')} at offset `,
    matchedBytes: (text: string): string => `Matched bytes as text: ${text}`,
    cut: (rows: number): string => `${counted(rows, 'row', 'rows')} left out`,
    keptOnly: 'Only the bytes kept at the time of the finding can be shown.',
  },
  actions: {
    title: 'What can be done',
    quarantine: {
      label: 'Quarantine',
      text: 'Moves it where it cannot run. You can restore it.',
    },
    restore: { label: 'Restore…', text: 'Puts it back where it was, or elsewhere.' },
    allow: {
      label: 'Allow…',
      text: 'Its content counts as harmless from now on, wherever it is. You say why.',
      textByPath: 'What is at this place counts as harmless from now on. You say why.',
    },
    dismiss: { label: 'Leave it', text: 'It stays where it is, and is told of again only when it changes.' },
    reopen: { label: 'Decide again', text: 'It waits for your decision again, as if you had not left it.' },
    reveal: { label: 'Show in file manager', text: 'Opens its folder; the file itself is not opened.' },
  },
  outcome: {
    quarantined: (count: number): string =>
      count === 1 ? 'Moved into quarantine.' : `${counted(count, 'file', 'files')} moved into quarantine.`,
    allowed: (count: number): string =>
      count === 1 ? 'Allowed from now on.' : `${counted(count, 'finding', 'findings')} allowed from now on.`,
    dismissed: (count: number): string =>
      count === 1 ? 'Left where it is.' : `${counted(count, 'file', 'files')} left where they are.`,
    reopened: (count: number): string =>
      count === 1
        ? 'It waits for you again.'
        : `${counted(count, 'finding', 'findings')} wait for you again.`,
    backAgain: (count: number): string =>
      count === 1 ? 'Back where it was.' : `${counted(count, 'file', 'files')} back where they were.`,
    notAllowed: 'No longer allowed.',
    allowedAgain: 'Allowed again.',
    added: 'Added to the allow-list.',
    wasThere: 'It was on the allow-list already.',
    undo: 'Undo',
    failedTitle: (failed: number, all: number): string =>
      all === 1 ? 'It was not done' : `${formatCount(failed)} of ${formatCount(all)} could not be done`,
    stopped: 'It stopped before the end',
    othersDone: (count: number): string =>
      count === 1 ? 'The other one was done.' : `The other ${formatCount(count)} were done.`,
  },
  confirm: {
    title: (count: number): string =>
      count === 1 ? 'This file needs a second look' : `${formatCount(count)} files need a second look`,
    text: 'It may belong to the operating system or to Vedette. Moving it can keep programs from starting; a false alarm is more likely than usual.',
    label: (count: number): string => (count === 1 ? 'Move it all the same' : 'Move them all the same'),
  },
  allowDialog: {
    title: (count: number): string =>
      count === 1 ? 'Allow this file?' : `Allow ${counted(count, 'file', 'files')}?`,
    byHash: 'It is allowed by its content: the same bytes count as harmless in every place.',
    byHashMany: 'They are allowed by their content: the same bytes count as harmless in every place.',
    byPath: 'Its content is not known, so it is allowed by its place: whatever is there counts as harmless.',
    reason: 'Why?',
    reasonHint: 'For you and others, later. For example: our own installer.',
    confirm: 'Allow',
  },
  brake: {
    title: 'Automatic quarantine has stopped',
    question:
      'Too much was found at once: a false alarm, or an outbreak? Look at the findings below. Nothing is moved by itself until you answer.',
    release: 'They are right: go on',
    confirmTitle: 'Let automatic quarantine go on?',
    confirmText: (open: number): string =>
      open === 0
        ? 'From now on findings are quarantined again as the settings say.'
        : `${counted(open, 'finding that is', 'findings that are')} waiting will be looked at again and quarantined as the settings say. Each can be restored.`,
    confirm: 'Go on',
    released: 'Automatic quarantine goes on.',
  },
  allowList: {
    title: 'Allow-list',
    text: 'What you have decided is harmless. It is still recognised and written down, but nothing is done about it.',
    add: 'Add an entry…',
    empty: {
      title: 'Nothing is allowed',
      text: 'When a finding is wrong, allow it: here you see who did, when and why.',
    },
    columns: { what: 'What', why: 'Why', who: 'Who', when: 'When', actions: 'Actions' },
    noReason: 'no reason given',
    remove: 'Remove',
    removeLabel: (value: string): string => `Remove ${value} from the allow-list`,
    removed: 'No longer allowed.',
    addTitle: 'Add to the allow-list',
    kind: 'Allow by',
    valueLabels: { hash: 'SHA-256', path: 'File or folder', signature: 'Name of the signature or rule' },
    valueHints: {
      hash: '64 hexadecimal digits. The safest way: only these exact bytes.',
      path: 'A folder allows all in it, also what comes later.',
      signature: 'Exactly as the engine gives it. Every file it flags is allowed.',
    },
    chooseFile: 'Choose a file…',
    chooseFolder: 'Choose a folder…',
    choose: 'Choose…',
    nothingChosen: 'Nothing chosen yet',
    badHash: 'A SHA-256 has 64 hexadecimal digits.',
    confirm: 'Allow',
  },
} as const;

export const allowKindWords: Readonly<Record<AllowKind, string>> = {
  hash: 'Content',
  path: 'Place',
  signature: 'Signature',
};

export const detectionKindWords: Readonly<Record<Detection['kind'], string>> = {
  signature: 'Signature',
  pua: 'Signature of an unwanted program',
  heuristic: 'Heuristic',
  rule: 'Rule',
  hash: 'Known content',
};

export const historyWords: Readonly<Partial<Record<HistoryKind, string>>> = {
  detection: 'Found',
  quarantined: 'Quarantined',
  quarantine_failed: 'Could not be quarantined',
  restored: 'Restored',
  restore_failed: 'Could not be restored',
  deleted: 'Deleted for good',
  exported: 'Exported',
  expired: 'Removed by age',
  recovered: 'Recovered',
  allowed: 'Allowed',
  disallowed: 'No longer allowed',
  dismissed: 'Left alone',
  reopened: 'Taken up again',
};

/** `user ada` → `ada`; the policy and the system by what they are. */
export function actorText(actor: string): string {
  if (actor === 'policy') return 'the settings';
  if (actor === 'system') return 'Vedette';
  return actor.replace(/^user /u, '');
}

/** One line for a state that has nothing to say of itself. */
export const stateHints: Readonly<Record<FindingState, string>> = {
  open: 'It is where it was. You decide.',
  quarantined: 'It is in the vault, encrypted, and cannot run.',
  allowed: 'The allow-list names it.',
  dismissed: 'It is where it was, and you have seen it.',
  gone: 'It is no longer there, or no longer the same.',
};
