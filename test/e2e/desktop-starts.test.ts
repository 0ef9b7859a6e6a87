// How the desktop app starts and ends: beside another, as a package, with a bad configuration, by a signal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { controlAddress } from '../../src/core/control/control-address.ts';
import { connectControl } from '../../src/core/control/control-client.ts';
import { frameMessages } from '../../src/renderer/messages/frame.ts';
import { eicar, eicarSignature } from '../helpers/eicar.ts';
import { processesNaming } from '../helpers/processes.ts';
import { startVedette, type RunningVedette } from '../helpers/run-vedette.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import {
  commandLineOf,
  DesktopScene,
  makeHome,
  pathOf,
  placesIn,
  quickConfiguration,
  until,
} from './desktop-scene.ts';
import { environmentOf, launchApp, repository, standIn, usesRealElectron } from './launch-app.ts';

const executable = join(standIn, 'electron');

/** Without Playwright, whose switches an installed app refuses. */
function startProgram(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  switches: readonly string[] = [],
) {
  buildIfStale();
  const child = spawn(executable, [...switches, repository, ...args], {
    cwd: home,
    env: { ...environmentOf(home), PATH: pathOf(home), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const said = text(child.stderr);
  const ended = once(child, 'exit').then(([code]: unknown[]) => code);
  return { child, said, ended };
}

async function isRunning(dataDir: string): Promise<boolean> {
  try {
    using client = await connectControl(controlAddress(dataDir));
    return (await client.call('protection', {})).evidence !== null;
  } catch {
    return false;
  }
}

describe.skipIf(usesRealElectron)('an installed app', () => {
  const home = temporaryFolder();
  const places = placesIn(home.path);
  afterAll(() => home[Symbol.dispose]());

  test('does not start with switches that would open it to others', async () => {
    const { said, ended } = startProgram(
      home.path,
      ['--inspect=0', '--remote-debugging-port=0', '--js-flags=x'],
      {
        STAND_IN_PACKAGED: '1',
      },
    );
    expect(await ended).toBe(3);
    expect(await said).toContain(
      'vedette: Vedette does not start with --inspect=0, --remote-debugging-port=0, --js-flags=x.\n',
    );
    expect(existsSync(places.dataDir)).toBe(false);
  });

  test('starts at login, hidden, with a clamd of its own, hands no variables down, and is gone after SIGTERM', async () => {
    const signatures = join(home.path, 'signatures');
    mkdirSync(signatures);
    writeFileSync(join(signatures, 'test.ndb'), eicarSignature());
    const managed = `clamd = "managed"\nsignature_dir = ${JSON.stringify(signatures)}`;
    makeHome(home.path, quickConfiguration.replace('clamd = "none"', managed));
    const { child, said, ended } = startProgram(home.path, ['--hidden'], {
      STAND_IN_PACKAGED: '1',
      NODE_OPTIONS: '--title=somebody',
    });
    const autostart = join(home.path, '.config/autostart/vedette.desktop');
    await until('the autostart entry', () => existsSync(autostart));
    expect(readFileSync(autostart, 'utf8')).toBe(
      [
        '[Desktop Entry]',
        'Type=Application',
        'Version=1.5',
        'Name=Vedette',
        'Comment=Protects this computer against malware',
        `Exec="${executable}" "--hidden"`,
        'Icon=vedette',
        'Terminal=false',
        'StartupNotify=false',
        'X-GNOME-Autostart-enabled=true',
        '',
      ].join('\n'),
    );

    await until('it to answer', () => isRunning(places.dataDir));
    using client = await connectControl(controlAddress(places.dataDir));
    await until('the folder to be watched', async () => {
      const { evidence } = await client.call('protection', {});
      return evidence?.watcher.folders[0]?.state === 'watching' && evidence.sweep.started_at !== null;
    });
    // Longer than the rule for the test file allows: only clamd finds it.
    const path = join(places.files, 'long-test-file.txt');
    writeFileSync(path, Buffer.concat([eicar(), Buffer.alloc(200, 'x')]));
    const finding = await until(
      'the finding',
      async () =>
        (await client.call('findings.list', { states: [], job: null, before: null })).findings[0] ?? null,
    );
    expect(finding).toMatchObject({ path, detections: [{ engine: 'clamav' }] });
    const { outcomes } = await client.call('findings.act', {
      ids: [finding.id],
      action: 'quarantine',
      reason: '',
      confirmed: false,
      actor: 'user test',
    });
    expect(outcomes).toMatchObject([{ ok: true }]);

    const pids = processesNaming(home.path);
    const names = pids.map(commandLineOf);
    expect(names.some((name) => name.includes('clamd'))).toBe(true);
    const workers = pids.filter((_, index) => names[index]?.includes('-worker.') === true);
    expect(workers.length).toBeGreaterThan(1);
    for (const pid of workers)
      expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).not.toContain('NODE_OPTIONS=');

    const startMs = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(8000);
    await until('all of its processes to be gone', () => processesNaming(home.path).length === 0);
    expect(await said).not.toContain('"level":50');
    const objects = readdirSync(join(places.dataDir, 'vault'), { recursive: true, encoding: 'utf8' });
    expect(objects.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe.skipIf(usesRealElectron)('beside a Vedette without a window', () => {
  test('the app says so in a dialog and ends with code 3', async () => {
    const owners: RunningVedette[] = [];
    onTestFinished(() => owners.forEach((owner) => void owner.kill('SIGKILL')));
    await using launched = await launchApp({
      async prepare(home) {
        const { files, dataDir } = makeHome(home, quickConfiguration);
        const owner = startVedette(['watch', '--clamd', 'none', files], {
          home,
          env: { VEDETTE_DATA_DIR: dataDir, XDG_CONFIG_HOME: join(home, '.config') },
        });
        owners.push(owner);
        await until('the one without a window', () => isRunning(dataDir));
        return { PATH: pathOf(home) };
      },
      async whenLaunched(app) {
        await app.evaluate(({ dialog }) => {
          const question = Promise.withResolvers<{ response: number; checkboxChecked: boolean }>();
          const noted: { said: unknown; answer: () => void } = {
            said: null,
            answer: () => question.resolve({ response: 0, checkboxChecked: false }),
          };
          Object.assign(globalThis, { noted });
          Reflect.set(dialog, 'showMessageBox', (said: unknown) => {
            noted.said = said;
            return question.promise;
          });
        });
      },
    });
    const { app } = launched;
    const said = await until('the dialog', () =>
      app.evaluate(() => Reflect.get(Object(Reflect.get(globalThis, 'noted')), 'said')),
    );
    expect(said).toMatchObject({ type: 'error', title: 'Vedette is already running', buttons: ['Close'] });
    const child = app.process();
    await app.evaluate(() => {
      setTimeout(() => Reflect.get(Object(Reflect.get(globalThis, 'noted')), 'answer')());
    });
    await until('the end', () => child.exitCode !== null);
    expect(child.exitCode).toBe(3);
    await until('its last words', () =>
      launched.output().includes('Another Vedette protects this computer already'),
    );
    const [owner] = owners;
    expect(owner?.exitCode).toBe(null);
    const gone = owner === undefined ? null : once(owner, 'exit');
    owner?.kill('SIGTERM');
    await gone;
  });
});

/** As macOS does when the app is started by opening files with it: one after the other, before it is ready. */
const opensFilesEarly = `
const { app } = require('electron');
app.on('newListener', (name, listener) => {
  if (name !== 'open-file') return;
  process.nextTick(() => {
    for (const path of JSON.parse(process.env.TEST_OPENED)) listener({ preventDefault() {} }, path);
  });
});
`;

describe.skipIf(usesRealElectron)('files that it is started with', () => {
  test('one event for each, before it is ready, are one scan, and none is lost', async () => {
    using home = temporaryFolder();
    const places = makeHome(home.path, quickConfiguration);
    const hook = join(home.path, 'early.cjs');
    writeFileSync(hook, opensFilesEarly);
    const opened = ['a', 'b', 'c', 'd'].map((name) => {
      const path = join(home.path, `${name}.txt`);
      writeFileSync(path, name);
      return path;
    });
    const { child, ended } = startProgram(home.path, ['--hidden'], { TEST_OPENED: JSON.stringify(opened) }, [
      '-r',
      hook,
    ]);
    await until('it to answer', () => isRunning(places.dataDir));
    using client = await connectControl(controlAddress(places.dataDir));
    const jobs = await until('the scan', async () => {
      const answer = await client.call('jobs.list', {});
      return answer.jobs[0]?.state === 'done' ? answer.jobs : null;
    });
    expect(jobs).toMatchObject([{ kind: 'custom', roots: opened, progress: { files: 4 } }]);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

describe.skipIf(usesRealElectron)('with a configuration that cannot be used', () => {
  const broken = '# Mine.\nconfig_version = 1\n\n[watch]\nsettle_ms = "soon"\nenabled = false\n';
  let scene: DesktopScene;

  beforeAll(async () => {
    scene = await DesktopScene.launch({
      configuration: broken,
      prepare({ home }) {
        mkdirSync(join(home, 'Downloads'));
        // The defaults would have /tmp watched, which the tests share with everybody.
        return {
          VEDETTE_SCANNING_CLAMD: 'none',
          VEDETTE_WATCH_FOLDERS: join(home, 'Downloads'),
          VEDETTE_WATCH_WATCH_REMOVABLE: 'false',
        };
      },
    });
    await scene.watched();
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('protection is on with the defaults, the page says what is wrong, and the file is kept', async () => {
    const { evidence } = await scene.protection();
    expect(evidence?.enabled).toBe(true);
    expect((await scene.call('app.state', {})).settings.problem).toContain('watch.settle_ms');
    await scene.show('scan');
    await scene.page.getByText(frameMessages.settingsProblem).waitFor();
    await scene.show('settings');
    await scene.page
      .getByText(/settle_ms: expected/)
      .first()
      .waitFor();
    expect(scene.configuration).toBe(broken);
    const folder = dirname(scene.configurationFile);
    const kept = readdirSync(folder).filter((name) => name.includes('.bad'));
    expect(kept.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([broken]);
    const path = scene.writeThreat('eicar.com', 0, join(scene.home, 'Downloads'));
    expect((await scene.findingOf(path)).state).toBe('open');
  });

  test('a second start shows the window of the first, hands over what it was given, and ends', async () => {
    await scene.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    expect(await scene.isWindowSeen()).toBe(false);
    const paths = Array.from({ length: 20 }, (_, index) =>
      scene.writeFile(`given ${index}.txt`, `text ${index}`, join(scene.home, 'given')),
    );
    const { ended } = startProgram(scene.home, [
      '--',
      ...paths.map((path) => path.replace(`${scene.home}/`, '')),
    ]);
    expect(await ended).toBe(0);
    await until('the window', () => scene.isWindowSeen());
    const job = await until('the scan', async () => {
      const { jobs } = await scene.call('jobs.list', {});
      return jobs.find(({ state }) => state === 'done') ?? null;
    });
    expect(job).toMatchObject({ kind: 'custom', roots: paths, progress: { files: 20, clean: 20 } });
    await scene.page.getByRole('heading', { level: 1 }).first().waitFor();
    await scene.page.waitForURL(/#\/scan$/);
  });

  test('a shutdown of the system waits for it to end in order', async () => {
    const { code } = await scene.end(() =>
      scene.app.evaluate(({ powerMonitor }) => {
        powerMonitor.emit('shutdown', {
          preventDefault: () => process.stderr.write('the shutdown waits\n'),
        });
      }),
    );
    expect(code).toBe(0);
    await until('its last words', () => scene.output.includes('the shutdown waits\n'));
  });
});
