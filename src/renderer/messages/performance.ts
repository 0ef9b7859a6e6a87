// What the Performance page says.
import { counted } from '../format/numbers.ts';
import { chartMessages } from './charts.ts';

export const performanceMessages = {
  title: 'Performance',
  description: 'Is it keeping up, what does it cost, and is it worth it?',
  range: {
    label: 'Time range',
    options: [
      { value: '5m', label: '5 min' },
      { value: '1h', label: '1 h' },
      { value: '24h', label: '24 h' },
      { value: '30d', label: '30 d' },
    ],
  },
  stale: 'These figures are not new',

  sections: {
    keepingUp: 'Is it keeping up?',
    cost: 'What does it cost?',
    worth: 'Is it worth it?',
    coverage: 'What was not looked at?',
  },
  questions: chartMessages.questions,

  export: {
    button: 'Export',
    hint: 'Writes all figures to a JSON file',
    /** The file is already there; the path is safe to show. */
    done: (path: string) => `Exported to ${path}`,
    show: 'Show in folder',
    failed: (message: string) => `Nothing was exported: ${message}`,
  },

  costs: {
    folders: 'Which folders cost the most?',
    types: 'Which file types cost the most?',
    answer: (share: string, what: string, seconds: string) =>
      `${share} of the scanning time went into ${what}: ${seconds}.`,
    basis: (scans: number, since: string) =>
      `From the last ${counted(scans, 'scan', 'scans')}, since ${since}`,
    noExtension: 'no extension',
    noExtensionInSentence: 'files without an extension',
    typeInSentence: (extension: string) => `${extension} files`,
    row: (scans: number, bytes: string) => `${counted(scans, 'file', 'files')}, ${bytes}`,
    share: (percent: string) => `${percent} of the time`,
    leaveOut: 'Leave out for 7 days',
    leaveOutName: (what: string) => `Leave out for 7 days: ${what}`,
    leftOut: (left: string) => `Left out for another ${left}`,
    unknownPattern: 'Files without an extension cannot be named by a pattern.',
    patternLike: 'Its name holds characters that mean something else in a pattern.',
    rootPattern: 'That would leave out everything.',
    empty: 'No file was scanned yet that the cache did not know',
    emptyText: 'What costs time is told from the last 1,000 scans.',
    reason: 'Left out on the Performance page because scanning it takes long',
    done: (what: string) => `${what} is left out for 7 days. Nothing in it is checked until then.`,
    undone: (what: string) => `${what} is scanned again.`,
    failed: (message: string) => `Nothing was left out: ${message}`,
  },

  exclusions: {
    title: 'Left out at the moment',
    explanation: 'Nothing in these places is checked. Each ends by itself.',
    none: 'Nothing is left out for a time',
    left: (left: string) => `${left} left`,
    end: 'End now',
    endName: (pattern: string) => `End now: ${pattern}`,
    by: (author: string) => `by ${author.replace(/^user /, '')}`,
    ended: (pattern: string) => `${pattern} is scanned again.`,
    failed: (message: string) => `It is still left out: ${message}`,
  },

  coverage: {
    answer: (percent: string, scans: string) => `${percent} of ${scans} were checked completely.`,
    none: 'Nothing was scanned yet.',
    noneText: 'As soon as files are scanned, this says how many got an answer, and why others did not.',
    all: 'Every file was checked completely.',
    basis: 'Of all scans since Vedette was started',
    bar: 'Scans by their outcome',
    outcomes: {
      clean: 'Clean',
      found: 'Found',
      partial: 'Checked in part',
      unscannable: 'Could not be checked',
    },
    because: (reason: string) => reason.charAt(0).toUpperCase() + reason.slice(1),
    hints: {
      too_large: 'A larger limit can be set under [scanning] max_file_size.',
      stream_limit: 'ClamAV sets this limit itself: StreamMaxLength in its clamd.conf.',
      encrypted: 'Nobody can look into these without their password.',
      permission: 'Vedette runs as you: what you may not read, it may not either.',
    },
    copyAll: 'Copy the paths',
    copyPath: 'Copy the path',
    showing: (shown: string, all: string) => `The newest ${shown} of ${all}`,
    noneKept: 'None of these files is remembered by name any more.',
  },
} as const;
