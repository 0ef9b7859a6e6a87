// What the frame around the pages says.
import type { PageName } from '../client/page-names.ts';
import { counted, formatCount } from '../format/numbers.ts';

export const pageTitles: Readonly<Record<PageName, string>> = {
  overview: 'Overview',
  scan: 'Scan',
  threats: 'Threats',
  quarantine: 'Quarantine',
  performance: 'Performance',
  engines: 'Engines',
  settings: 'Settings',
  guide: 'Guide',
};

export const frameMessages = {
  product: 'Vedette',
  documentTitle: (page: string, openThreats: number) =>
    `${openThreats === 0 ? '' : `(${openThreats}) `}${page} – Vedette`,
  skipLink: 'Go to the page',
  pagesLabel: 'Pages',
  stateLabel: 'Protection',
  openThreats: (count: number) => counted(count, 'open threat', 'open threats'),
  version: (version: string) => `Version ${version}`,
  shortcuts: 'Keyboard shortcuts',

  connecting: 'Asking Vedette',
  connectingText: 'The state comes in a moment.',
  lost: (since: string) => `Vedette stopped answering; what you see is from ${since}. Trying again.`,
  lostWord: 'Not answering',
  lostBefore: 'Vedette does not answer. Trying again.',
  settingsProblem: 'The settings file has a problem; the settings before it hold.',
  openSettings: 'Open Settings',
  demo: 'Demo: a throw-away folder',

  protectionSwitch: 'Real-time protection',
  protectionOn: 'On',
  protectionOff: 'Off',
  pauseMenu: 'Pause protection',
  pauseFifteen: 'Pause for 15 minutes',
  pauseHour: 'Pause for an hour',
  pauseUntilStart: 'Pause until Vedette is started again',
  resume: 'Resume now',
  turnOff: 'Turn off',
  turnOn: 'Turn on',
  turnOffTitle: 'Turn protection off?',
  turnOffText:
    'New and changed files are then not scanned until you turn it on again, also after a restart. A pause ends by itself. Scans that you start still work.',
  turnedOff: 'Protection is off.',
  turnedOn: 'Protection is on.',
  resumed: 'Protection goes on.',
  paused: 'Protection is paused.',
  pausedFor: (left: string) => `For another ${left}; new and changed files are not scanned.`,
  pausedUntilStart: 'Until Vedette is started again; new and changed files are not scanned.',

  dropTitle: 'Drop to scan',
  dropText: 'Files and folders are looked at where they are; nothing is moved.',
  dropStarted: 'The scan has started.',
  dropTooMany: (most: number) =>
    `At most ${formatCount(most)} files can be dropped at once. Drop their folder instead.`,
  dropEmpty: 'What was dropped is no file or folder of this computer.',
  dropInBrowser: 'A browser does not tell where a dropped file is. Choose it from the folders instead.',
  chooseFolder: 'Choose what to scan',

  pageBroken: (page: string) => `${page} could not be shown`,
  pageBrokenText: 'Protection goes on; only this page has a problem.',
  pageLostText: 'Vedette does not answer. As soon as it does, this page is loaded again.',
  reload: 'Load it again',

  linkUsedTitle: 'This link was used already, or is too old',
  linkUsedText: 'Each link opens Vedette once, in one browser, within five minutes.',
  noSessionTitle: 'This browser is not signed in to Vedette',
  noSessionText: 'A session ends after a time without use, and when Vedette is started again.',
  newLinkText:
    'For a new link, press Enter in the terminal where Vedette runs, or start it again; it prints one.',
  newLinkCommand: 'vedette serve',

  shortcutsTitle: 'Keyboard shortcuts',
  shortcutPage: (page: string) => `Open ${page}`,
  shortcutSearch: 'Search this page',
  shortcutHelp: 'Show these shortcuts',
  shortcutRows: 'In a table: the row above or below',
  shortcutAll: 'In a table: select all rows',
  shortcutRange: 'In a table: select all rows up to this one',
} as const;

/** What a state rests on: each a part of one line. */
export const evidenceMessages = {
  label: 'What this rests on',
  folders: (watched: number, all: number, within: number) =>
    `${watched === all ? '' : `${formatCount(watched)} of `}${counted(all, 'folder', 'folders')} with ${counted(within, 'subfolder', 'subfolders')} watched`,
  proof: (when: string) => `proof ${when}`,
  proofTook: (latency: string) => `It took ${latency}.`,
  proofHint:
    'From time to time Vedette writes a harmless file into every watched folder and waits for its verdict. This is how long the slowest one took.',
  noProof: 'no proof yet',
  proofMissed: 'last proof missed',
  signatures: (age: string) => `signatures ${age} old`,
  sweep: (when: string) => `swept ${when}`,
  sweeping: 'a sweep is running',
} as const;
