// What the first-run guide says: calm, short, and honest about what Vedette does not do.
export const guideMessages = {
  progress: (step: number, count: number) => `Step ${step} of ${count}`,
  steps: 'Steps of the guide',
  names: { welcome: 'Welcome', engines: 'Engines', folders: 'Folders', test: 'Self-test' },
  next: 'Continue',
  back: 'Back',
  leave: 'Leave the guide',
  begin: 'Begin',
  finish: 'Finish',
  left: 'You find the guide again in Settings.',

  welcome: {
    title: 'A sentry for your files',
    text: 'Vedette watches the folders where files arrive, and looks at each one as soon as it is there.',
    does: [
      {
        label: 'It looks',
        text: 'Every file that appears or changes in a watched folder is checked, usually within a second.',
      },
      {
        label: 'It asks',
        text: 'Nothing is deleted because of a finding. What is moved into quarantine can be restored.',
      },
      {
        label: 'It does not promise',
        text: 'A file is checked just after it was written, not before. New malware that nobody knows can be missed.',
      },
    ],
    local: 'Your files stay on this machine. The network is used for new signatures only.',
  },

  engines: {
    title: 'Who looks at your files',
    allReady: 'All engines are ready. There is nothing to do here.',
    without: 'You can go on without ClamAV',
    withoutText:
      'YARA-X and the hash lists protect you from the first moment. ClamAV can be added at any time.',
    none: 'Without any engine nothing can be checked. The Engines page says what is wrong.',
  },

  folders: {
    title: 'What is watched, and what happens',
    watched: 'Watched folders',
    response: 'When something serious is found',
  },

  test: {
    title: 'See it work',
    text: 'A harmless test file, known to every virus scanner, is written into a watched folder. Vedette has to find it and clears it away.',
    run: 'Run the self-test',
    again: 'Run it again',
    running: 'The self-test runs',
    passed: 'Protection works',
    failed: 'The test file was not found',
    refused: 'The self-test could not run',
    whatNow: 'Look at the Engines page and at the watched folders, then run it again.',
    steps: {
      write: 'Write the test file',
      find: 'Wait until it is found',
      clear: 'Clear it away',
    },
    states: { waiting: 'waiting', running: 'running', done: 'done', failed: 'failed' },
    foundAfter: (latency: string) => `Found after ${latency}`,
    foundBy: (engines: string) => `by ${engines}`,
    notWhile: {
      paused: 'Protection is paused. Resume it first.',
      off: 'Protection is switched off. Switch it on first.',
      notRunning: 'Protection is not running.',
    },
  },
} as const;
