// What the Engines page says: who looks at files, how fresh what they know is, and what to do when one does not.
import { counted, formatCount } from '../format/numbers.ts';

export const engineMessages = {
  title: 'Engines',

  headline: {
    all: (count: number) => `All ${count} engines look at every file.`,
    some: (ready: number, count: number) =>
      `${ready} of ${count} engines ${ready === 1 ? 'looks' : 'look'} at every file.`,
    none: 'No engine looks at files at the moment: nothing can be checked.',
  },

  hashListsInSentence: 'the hash lists',
  states: {
    ready: 'Ready',
    reduced: 'Reduced',
    unavailable: 'Not available',
    missing: 'Not installed',
    off: 'Switched off',
  },

  meanings: {
    clamav: {
      ready: 'Recognizes known malware by its signatures, also inside archives, documents and mail.',
      reduced: 'Looks at every file, but not with all it should have.',
      unavailableWithOthers: (others: string, areMany: boolean) =>
        `${others} still ${areMany ? 'look' : 'looks'} at every file. Fewer known threats are recognized, and archives are not unpacked.`,
      unavailable: 'Known threats are not recognized.',
      off: 'It is switched off in the settings, so files are judged without it.',
    },
    yara: {
      ready:
        'Recognizes what malicious files have in common: script droppers, suspicious macros, and whatever your rules describe.',
      reduced: 'Looks at every file with the rules that loaded; some rules have errors and do not count.',
      unavailableWithOthers: (others: string, areMany: boolean) =>
        `${others} still ${areMany ? 'look' : 'looks'} at every file. What only a rule would notice is not found.`,
      unavailable: 'What rules describe is not recognized.',
      off: 'It is switched off in the settings, so rules do not count.',
    },
    hash: {
      ready:
        'Recognizes files by their exact content: a known bad one is found at once, a known good one spares the engines.',
      reduced: 'Works, but not with all lists.',
      unavailableWithOthers: (others: string, areMany: boolean) =>
        `${others} still ${areMany ? 'look' : 'looks'} at every file.`,
      unavailable: 'Files are not compared with lists.',
      off: 'There are no lists.',
    },
  },

  facts: {
    version: 'Version',
    signatures: 'Signatures',
    rules: 'Rules',
    runs: 'Runs',
    binding: 'Runs as',
    unknown: 'unknown',
  },
  clamd: {
    managed: 'Started and watched by Vedette',
    managedAt: (address: string) => `Started and watched by Vedette, at ${address}`,
    found: (address: string) => `Found on this machine, at ${address}`,
    none: 'Nowhere',
    withDatabase: (program: string, database: string) => `${program}, database ${database}`,
  },
  binding: {
    native: 'native code',
    wasm: 'WebAssembly: several milliseconds more for every file',
    by: (runsAs: string, by: string) => `${runsAs} (${by})`,
  },

  age: {
    label: 'Age of the signatures',
    unknown: 'How old the signatures are is not known: the database does not say when it was made.',
    fresh: (age: string) => `The signatures are ${age} old.`,
    old: (age: string) => `The signatures are ${age} old: newer malware may not be recognized.`,
    limit: (days: number) => `A warning is given after ${counted(days, 'day', 'days')}.`,
  },

  /** Of a Vedette that is shown and not used. */
  demo: 'The demo brings a few signatures of its own, without the gigabyte of memory that the usual ones take.',

  updates: {
    now: 'Update now',
    running: 'Fetching new signatures',
    last: 'Last update',
    next: 'Next update',
    none: 'Not updated by Vedette yet',
  },

  install: {
    title: 'How to install ClamAV',
    text: 'Run this in a terminal. Vedette notices by itself when ClamAV is there.',
    copy: 'Copy the command',
    more: 'Other ways to install it',
    browse: 'The installation guide is at docs.clamav.net.',
  },

  rules: {
    title: 'Rule folders',
    builtIn: 'Built in',
    contents: (files: number, rules: number) =>
      `${counted(rules, 'rule', 'rules')} in ${counted(files, 'file', 'files')}`,
    none: 'There are no rule folders.',
    add: 'Add a rule folder',
    problems: (count: number) => `${counted(count, 'problem', 'problems')} in rule files`,
    problemsText: 'These rules do not count until they are corrected. All other rules do.',
    line: (line: number) => `line ${line}`,
    check: 'Check again after a correction with',
    checkCommand: 'vedette rules check',
    others: (count: number) => `and ${formatCount(count)} more`,
  },

  lists: { change: 'Change the lists' },

  merge: {
    title: 'How findings are put together',
    intro: 'Every engine that is on gets the same bytes of a file, read once.',
    cases: [
      {
        label: 'One engine finds something',
        text: 'The file is infected, or suspicious when the finding is weak.',
      },
      {
        label: 'ClamAV and YARA-X both find something',
        text: 'A hybrid detection. Two engines that work differently agree, so a false alarm is unlikely.',
      },
      {
        label: 'Every engine finds nothing',
        text: 'The file is clean, for as long as the signatures stay the same.',
      },
      {
        label: 'An engine gives no proper answer',
        text: 'The file counts as not fully checked, never as clean, and it is said why.',
      },
    ],
    generation: 'Signature generation',
    generationText: 'When this changes, files that were clean are looked at again.',
  },
} as const;
