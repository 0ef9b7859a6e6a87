// What the Overview says.
import { counted, formatCount } from '../format/numbers.ts';

export const overviewMessages = {
  waiting: 'Asking Vedette how things are',
  lost: 'Vedette does not answer.',
  lastKnown: (sentence: string) => `The last it said: ${sentence}`,
  needsYou: (count: number) =>
    count === 1 ? 'One thing needs you' : `${formatCount(count)} things need you`,

  tiles: {
    label: 'Figures of this moment',
    scanned: 'Files scanned',
    scannedUnit: 'last minute',
    cache: 'From the cache',
    cacheUnit: 'last 5 min',
    queue: 'Queue',
    queueUnit: (count: number) => (count === 1 ? 'file' : 'files'),
    workers: 'Workers',
    workersUnit: (most: number, busy: number) => `of ${formatCount(most)}, ${formatCount(busy)} busy`,
    workersReplaced: (count: number) => `, ${formatCount(count)} replaced`,
    unknown: '–',
  },

  throughput: { title: 'Throughput, last 5 minutes' },

  needs: {
    title: 'Needs you',
    none: 'Nothing needs you',
    noneText: 'Vedette goes on by itself, and tells you here when it cannot.',
    quarantine: 'Quarantine',
    allow: 'Allow…',
    show: 'Show',
    showName: (name: string) => `Show ${name}`,
    more: (count: number) => `${counted(count, 'more finding', 'more findings')} to decide`,

    brakeTitle: 'Automatic quarantine has stopped',
    brakeQuestion: 'Are these findings right? Then it may go on; what was found until now waits for you.',
    brakeRelease: 'Let it go on',
    brakeLook: 'Look at the findings',
    brakeReleased: 'Findings are quarantined automatically again.',

    off: 'Protection is off',
    offText: 'New and changed files are not scanned.',
    turnOn: 'Turn on',
    turnedOn: 'Protection is on.',
    notRunning: 'No Vedette is watching',
    lost: 'Vedette does not answer',
    lostText:
      'If it was ended, nothing is watched until it is started again. This page notices by itself when it is back.',

    engineUnavailable: (engine: string) => `${engine} is not available`,
    engineReduced: (engine: string) => `${engine} works, but not with all it should have`,
    stillProtects: (engines: string) => `${engines} still looks at every file.`,
    nobodyLooks: 'No engine can look into files at the moment.',
    engines: 'Open Engines',

    folderGone: 'is not there',
    folderDegraded: 'is not watched as a whole',
    noCause: 'It is looked through by sweeps meanwhile.',

    watcherRestarting: 'The watcher is being restarted',
    watcherOff: 'The watcher does not run',
    watcherText: 'Until it runs again, new files are found by sweeps only.',

    canaryTitle: 'A test file was not scanned in time',
    canaryText: (folders: string) =>
      `In ${folders}. New files there may be scanned late; the next sweep looks for what was missed.`,

    signaturesTitle: (days: string) => `The signatures are ${days} old`,
    signaturesText: 'Newer malware may not be recognized.',
    update: 'Update now',

    settingsTitle: 'The settings file has a problem',
    settingsText: 'The settings before it hold.',
    settings: 'Open Settings',

    putOffTitle: (count: number) => `${counted(count, 'file', 'files')} put off`,
    putOffText: 'Too many came at once. The next sweep scans them.',
    sweepNow: 'Sweep now',
    sweepStarted: 'The sweep has started.',
    sweepRunning: 'A sweep is running already.',
  },

  coverage: {
    title: 'Coverage',
    unit: 'checked completely',
    whyNot: 'Why not all of it',
  },

  detections: {
    title: 'Last detections',
    none: 'Nothing was found',
    noneText: 'When something is, it stands here with what became of it.',
    all: 'All findings',
    names: (first: string, others: number) => `${first} +${formatCount(others)}`,
  },
} as const;

export const signaturesOldAfterDays = 7;
