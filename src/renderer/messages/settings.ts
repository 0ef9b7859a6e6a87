// What the Settings page says around the settings themselves; their names for people are in setting-labels.ts.
import { counted } from '../format/numbers.ts';

export const settingMessages = {
  title: 'Settings',
  description: 'Every change is saved at once, in one file that you can also edit by hand.',
  search: 'Search settings',
  contents: 'On this page',
  everyday: 'Everyday',
  all: 'All settings',
  allText: 'The defaults suit most machines. Nothing here has to be changed for good protection.',
  found: (count: number, text: string) => `${counted(count, 'setting', 'settings')} for “${text}”`,
  nothingFound: (text: string) => `No setting is about “${text}”`,
  nothingFoundText: 'Try a shorter word, or the name of a key in the file.',
  clearSearch: 'Show all settings',
  changedCount: (count: number) => `${count} changed`,
  pendingTitle: 'Not in this version',
  pendingText: 'The file may hold these keys already; they have no effect yet.',

  sections: {
    performance: { title: 'Cache and preparation', text: 'What saves work when files have not changed.' },
    scanning: { title: 'Scanning', text: 'Which engines look, with what, and how far into a file.' },
    scaling: { title: 'Workers', text: 'How many files are looked at side by side, and when that changes.' },
    monitoring: { title: 'Measuring', text: 'What is measured and how long it is kept.' },
    watch: { title: 'Watching', text: 'How changes in the watched folders are noticed.' },
    response: {
      title: 'Findings and quarantine',
      text: 'What is done about a finding, and how long the vault keeps it.',
    },
    updates: { title: 'Updates', text: 'How signatures and rules stay fresh.' },
    api: {
      title: 'HTTP interface',
      text: 'For other programs, each with a token of its own (`vedette token`), and for these pages in a browser.',
    },
    fleet: { title: 'Fleet', text: 'For a worker that takes its files from Kafka.' },
    cache: { title: 'Remembered verdicts', text: 'How long what was learned is believed.' },
  },

  parts: {
    protection: 'Keeping watch',
    folders: 'Watched folders',
    findings: 'When something is found',
    schedules: 'Scheduled scans',
    appearance: 'Start and appearance',
    exclusions: 'Left out for a while',
    checks: 'Test and guide',
    file: 'Settings file',
  },

  row: {
    isDefault: (text: string) => `Default: ${text}`,
    reset: 'Reset to default',
    resetOf: (label: string) => `Reset to default: ${label}`,
    restart: 'Counts from the next start of Vedette.',
    range: (minimum: string, maximum: string) => `${minimum} to ${maximum}`,
    atLeast: (minimum: string) => `${minimum} or more`,
    on: 'on',
    off: 'off',
    emptyText: 'empty',
    emptyList: 'none',
  },

  problems: {
    number: 'A number is needed.',
    whole: 'A whole number is needed.',
    tooSmall: (minimum: string) => `It must be at least ${minimum}.`,
    tooLarge: (maximum: string) => `It must be at most ${maximum}.`,
  },

  list: {
    add: 'Add',
    addFolder: 'Add a folder',
    choose: 'Choose a folder',
    chooseFile: 'Choose a file',
    entry: 'New entry',
    remove: (entry: string) => `Remove ${entry}`,
    up: (entry: string) => `Move ${entry} up`,
    down: (entry: string) => `Move ${entry} down`,
    empty: 'Nothing in this list.',
    twice: 'It is in the list already.',
  },

  bytes: { unit: (label: string) => `Unit of “${label}”` },

  saved: {
    text: (label: string) => `${label}: saved.`,
    restart: (label: string) => `${label}: saved. It counts from the next start of Vedette.`,
    undone: (label: string) => `${label}: as it was before.`,
    undoFailed: (reason: string) => `It could not be undone. ${reason}`,
  },

  schedules: {
    text: 'Scans that start by themselves, besides what is scanned as it appears.',
    none: 'No scan is scheduled.',
    add: 'Add a scheduled scan',
    edit: 'Change',
    editOf: (schedule: string) => `Change: ${schedule}`,
    remove: (schedule: string) => `Remove: ${schedule}`,
    next: 'Next',
    missed: (count: number) => `${counted(count, 'run was', 'runs were')} missed while Vedette was off`,
    titleNew: 'New scheduled scan',
    titleEdit: 'Scheduled scan',
    save: 'Save',
    what: 'What is scanned',
    whatChoices: [
      { value: 'quick', label: 'Usual places' },
      { value: 'full', label: 'Everything' },
      { value: 'custom', label: 'Folders' },
    ],
    when: 'When',
    whenChoices: [
      { value: 'daily', label: 'Every day' },
      { value: 'weekly', label: 'On days' },
      { value: 'monthly', label: 'Every month' },
      { value: 'cron', label: 'Cron' },
    ],
    time: 'At',
    days: 'Days',
    dayOfMonth: 'Day of the month',
    shortMonth: 'In a month without this day there is no scan.',
    cron: 'Five cron fields',
    cronHint:
      'Minute, hour, day of the month, month, day of the week. 30 2 * * 1-5 is Monday to Friday at 02:30.',
    chooseFolders: 'Choose folders',
    noFolders: 'No folder is chosen.',
    removeFolder: (path: string) => `Leave out ${path}`,
    dayNames: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
    dayShort: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
    scanOf: (count: number) => `Scan of ${counted(count, 'folder', 'folders')}`,
    daily: (time: string) => `every day at ${time}`,
    weekdays: (time: string) => `Monday to Friday at ${time}`,
    weekends: (time: string) => `Saturday and Sunday at ${time}`,
    weekly: (days: string, time: string) => `every ${days} at ${time}`,
    monthly: (day: number, time: string) => `on day ${day} of every month at ${time}`,
    atCron: (cron: string) => `at ${cron}`,
  },

  folders: {
    text: 'Every file that appears or changes in them is looked at.',
    usual:
      'These are the usual places. They follow the account: Downloads, Desktop, Documents and the temporary folder.',
    usualAgain: 'Back to the usual places',
    removable: 'Removable volume',
    notYet: 'Not watched yet',
    last: 'One folder has to stay. To stop watching, switch protection off.',
    inside: 'It lies in a folder that is watched already.',
    off: 'Protection is switched off, so none of them is watched.',
  },

  response: {
    label: 'High and critical findings',
    choices: {
      ask: { label: 'Ask me', text: 'You are told and decide. The file stays where it is until then.' },
      quarantine: {
        label: 'Quarantine',
        text: 'The file is moved where it cannot run. You can restore it at any time.',
      },
      notify: { label: 'Only tell me', text: 'You are told. Nothing is moved and nothing is asked.' },
    },
    never: 'None of them deletes a file.',
  },

  appearance: {
    theme: 'Theme',
    themeText: 'Kept in this window only, not in the file.',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  },

  exclusions: {
    none: 'Nothing is left out for a while.',
    noneText: 'A costly folder can be left out from the Performance page.',
    pattern: 'What',
    why: 'Why',
    by: 'By',
    ends: 'Ends',
    end: 'End now',
    endTitle: 'End',
    endOf: (pattern: string) => `End now: ${pattern}`,
    ended: (pattern: string) => `${pattern} is scanned again.`,
    caption: 'Left out of scans for a while',
  },

  file: {
    notThere: 'The file is made with the first change.',
    comments: 'Your comments and the order of the lines are kept.',
    show: 'Show file',
    copy: 'Copy the path',
    problemTitle: 'The settings file has a problem',
    problemHolds: 'The settings from before it hold until it is corrected.',
    line: (line: number) => `Line ${line}`,
  },

  checks: {
    test: 'Test protection',
    testText: 'Writes a harmless test file into a watched folder and waits until it is found.',
    guide: 'First-run guide',
    guideText: 'What Vedette does, its engines and folders, in four steps.',
    openGuide: 'Open the guide',
  },
} as const;
