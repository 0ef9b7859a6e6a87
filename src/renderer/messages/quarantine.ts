// What the quarantine page says; of what cannot be undone it says so before, not after.
import { formatBytes } from '../format/bytes.ts';
import { counted, formatCount } from '../format/numbers.ts';

export const quarantineTexts = {
  title: 'Quarantine',
  description: (count: number, sizeBytes: number): string =>
    count === 0
      ? 'Files that were moved here cannot run, and can be restored.'
      : `${counted(count, 'file', 'files')}, ${formatBytes(sizeBytes)}, encrypted. They cannot run from here.`,
  search: 'Search quarantine',
  empty: {
    title: 'Quarantine is empty',
    text: 'When you or the settings move a finding here, it is encrypted and cannot run. From here it is restored, exported for analysis, or deleted for good.',
  },
  noMatch: { title: 'No file matches', text: 'The search looks at names, folders, signatures and SHA-256.' },
  toThreats: 'Show findings',
  columns: {
    file: 'File',
    found: 'Found',
    size: 'Size',
    when: 'Quarantined',
    who: 'Decided by',
    state: 'State',
  },
  chosen: (count: number, sizeBytes: number): string =>
    `${formatCount(count)} chosen, ${formatBytes(sizeBytes)}`,
  unchoose: 'Choose none',
  storedLong: 'In quarantine, intact',
  about: 'Details',
  damaged: 'Damaged',
  damagedTitle: (count: number): string =>
    count === 1 ? 'One object is damaged' : `${formatCount(count)} objects are damaged`,
  damagedText:
    'They cannot be read, or were changed since. They are kept and shown, but never restored or exported: nobody can say what is in them.',
  damagedOne:
    'It cannot be read, or was changed since. It is kept, but never restored or exported: nobody can say what is in it.',
  linksTitle: (count: number): string =>
    count === 1
      ? 'Another name of the same file was left'
      : `${formatCount(count)} other names of the same file were left`,
  linksText: 'Hard links: the same bytes under another name. Scan those places to find them.',
  linksUnknown: (count: number): string => `${formatCount(count)} of them could not be found.`,
  close: 'Close details',
  back: 'All of quarantine',
  notFound: 'It is no longer in quarantine: it was restored, deleted or removed by age.',
  facts: {
    where: 'Where it was',
    size: 'Size',
    sha256: 'SHA-256',
    mode: 'Permissions it had',
    owner: 'Owner',
    when: 'Quarantined',
    who: 'Decided by',
    id: 'Number in the vault',
  },
  ownerText: (uid: number, gid: number): string => `user ${uid}, group ${gid}`,
  detections: 'What was found in it',
  noDetections: 'It is no longer known.',
  restore: {
    label: 'Restore…',
    title: (count: number): string =>
      count === 1 ? 'Restore this file?' : `Restore ${counted(count, 'file', 'files')}?`,
    text: (count: number): string =>
      count === 1
        ? 'It is put back with the bytes it had; nothing is overwritten. It may be found again.'
        : 'They are put back with the bytes they had; nothing is overwritten. They may be found again.',
    where: 'Where to',
    original: 'Where it was',
    elsewhere: 'Another folder',
    dialog: 'Restore into which folder?',
    chooseFolder: 'Choose a folder…',
    changeFolder: 'Another folder…',
    nothingChosen: 'No folder chosen yet',
    allow: 'Also allow what is in it',
    allowHint: 'By its SHA-256: the same bytes count as harmless in every place.',
    reason: 'Why is it harmless?',
    mode: 'With its permission bits',
    modeHint: 'A program can be started again. Without, it can only be read by you.',
    confirm: 'Restore',
    done: (count: number): string =>
      count === 1 ? 'Restored.' : `${counted(count, 'file', 'files')} restored.`,
  },
  remove: {
    label: 'Delete for good…',
    title: (count: number): string =>
      count === 1 ? 'Delete this file for good?' : `Delete ${counted(count, 'file', 'files')} for good?`,
    text: (sizeBytes: number): string =>
      `${formatBytes(sizeBytes)} are erased from the vault. This cannot be undone, and there is no copy elsewhere.`,
    confirm: 'Delete for good',
    done: (count: number): string =>
      count === 1 ? 'Deleted for good.' : `${counted(count, 'file', 'files')} deleted for good.`,
  },
  export: {
    label: 'Export…',
    title: (count: number): string =>
      count === 1
        ? 'Export this file for analysis?'
        : `Export ${counted(count, 'file', 'files')} for analysis?`,
    text: 'The zip holds what was quarantined as it is: live malware. It stays in quarantine too.',
    password: 'The password of the zip is',
    copyPassword: 'Copy the password',
    passwordHint:
      'What everybody who exchanges malware uses. It keeps the zip from being opened by accident; it is no secret.',
    name: 'Name of the zip',
    nameHint: 'It is written into the exports folder of Vedette.',
    badName: 'A plain file name, without a folder.',
    confirm: 'Export',
    confirmDesktop: 'Choose where to…',
    done: (path: string): string => `Exported to ${path}`,
  },
} as const;
