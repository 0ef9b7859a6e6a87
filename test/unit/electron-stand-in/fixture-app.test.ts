// What the stand-in promises, proved with the smallest app; one launch for all but its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchApp, usesRealElectron, type LaunchedApp } from '../../e2e/launch-app.ts';
import { isAlive, processesNaming, until } from '../../helpers/processes.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporary-folder.ts';

const standIn = join(import.meta.dirname, '../../electron-stand-in');
const appFolder = join(standIn, 'fixture-app');

/** What the functions below find in the fixture's page. */
declare const seen: {
  readonly visibility: readonly string[];
  readonly dropped: readonly string[];
  readonly worker: readonly Readonly<Record<string, unknown>>[];
};
declare const fixture: {
  readonly nodeModule: string;
  readonly sandboxed: boolean;
  invoke(channel: string, ...args: readonly unknown[]): Promise<Readonly<Record<string, unknown>>>;
  echo(value: unknown): void;
  add(left: number, right: number): number;
  on(channel: string, listener: (value: unknown) => void): () => void;
};
declare const window: object;
declare const document: { readonly visibilityState: string; readonly hidden: boolean };
declare function matchMedia(query: string): { readonly matches: boolean };

/** In the page. */
function isDark(): boolean {
  return matchMedia('(prefers-color-scheme: dark)').matches;
}

describe.skipIf(usesRealElectron)('an app on the stand-in', () => {
  let launched: LaunchedApp;
  let files: TemporaryFolder;

  beforeAll(async () => {
    files = temporaryFolder();
    launched = await launchApp({ appFolder });
    await launched.page.waitForFunction(() => 'seen' in window);
  });

  afterAll(async () => {
    await launched[Symbol.asyncDispose]();
    files[Symbol.dispose]();
  });

  /** What the main process of the fixture has noted; waits until it holds `line`. */
  async function saidWith(line: string): Promise<void> {
    await launched.page.waitForFunction(
      async (wanted) => Object.values(await fixture.invoke('said')).includes(wanted),
      line,
    );
  }

  test('the app knows itself, and its page by its own address', async () => {
    const known = await launched.app.evaluate(({ app, BrowserWindow }) => ({
      name: app.getName(),
      version: app.getVersion(),
      userData: app.getPath('userData'),
      isPackaged: app.isPackaged,
      urls: BrowserWindow.getAllWindows().map(({ webContents }) => webContents.getURL()),
      dock: typeof app.dock,
    }));
    expect(known).toEqual({
      name: 'stand-in-fixture',
      version: '1.2.3',
      userData: join(launched.home, '.config/stand-in-fixture'),
      isPackaged: false,
      urls: ['app://bundle/index.html'],
      dock: 'undefined',
    });
    // That of the page, which comes after it.
    await expect
      .poll(() =>
        launched.app.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows().map((shown) => shown.getTitle()),
        ),
      )
      .toEqual(['Fixture']);
  });

  test('values keep their types over IPC and the bridge, and main knows the frame they go to', async () => {
    const values = await launched.page.evaluate(async () => {
      const { date, map, bytes, big, from, isMainFrame } = await fixture.invoke('values');
      return {
        from,
        isMainFrame,
        big: String(big),
        date: date instanceof Date && date.getTime(),
        map: map instanceof Map && map.get('a'),
        bytes: bytes instanceof Uint8Array && [...bytes],
      };
    });
    expect(values).toEqual({
      from: 'app://bundle/index.html',
      isMainFrame: true,
      big: '10',
      date: 0,
      map: 1,
      bytes: [1, 2, 3],
    });
  });

  test('main sends to the page, in order, until the page stops listening', async () => {
    const echoes = await launched.page.evaluate(async () => {
      const heard: unknown[] = [];
      const stop = fixture.on('echoed', (value) => heard.push(value));
      for (const value of [1, { deep: [2] }, null]) fixture.echo(value);
      // An answer comes after everything that was sent before it.
      await fixture.invoke('said');
      stop();
      fixture.echo('unheard');
      await fixture.invoke('said');
      return heard;
    });
    expect(echoes).toEqual([1, { deep: [2] }, null]);
  });

  test('a handler that throws, or is not there, rejects as in Electron; what cannot be cloned is refused', async () => {
    const messages = await launched.page.evaluate(() => {
      const calls = [fixture.invoke('fail'), fixture.invoke('nothing'), fixture.invoke('said', () => 1)];
      return Promise.all(calls.map((call) => call.then(String, (error: Error) => error.message)));
    });
    expect(messages).toEqual([
      "Error invoking remote method 'fail': TypeError: no",
      "Error invoking remote method 'nothing': Error: No handler registered for 'nothing'",
      'An object could not be cloned.',
    ]);
  });

  test('the page has what preload exposed, frozen, and nothing of Node or Electron', async () => {
    const found = await launched.page.evaluate(() => ({
      leaks: [
        'require',
        'process',
        'module',
        'Buffer',
        'ipcRenderer',
        '__standInSend',
        '__standInReceive',
      ].filter((name) => name in window),
      isFrozen: Object.isFrozen(fixture),
      sum: fixture.add(2, 3),
      sandboxed: fixture.sandboxed,
      nodeModule: fixture.nodeModule,
    }));
    expect(found).toEqual({
      leaks: [],
      isFrozen: true,
      sum: 5,
      sandboxed: true,
      nodeModule: 'module not found: node:fs',
    });
  });

  test("the app's content security policy holds", async () => {
    const outcome = await launched.page.evaluate(async () => ({
      inlineRan: 'inlineRan' in window,
      fetched: await fetch('https://example.com/').then(
        () => 'answered',
        () => 'blocked',
      ),
      own: (await fetch('page.js')).status,
      missing: (await fetch('missing.js')).status,
    }));
    expect(outcome).toEqual({ inlineRan: false, fetched: 'blocked', own: 200, missing: 404 });
    const network = await launched.app.evaluate(({ __standIn }) =>
      __standIn.calls.filter(({ api }) => api === 'network'),
    );
    expect(network).toEqual([]);
  });

  test('a page cannot leave, and opens no window', async () => {
    const address = launched.page.url();
    await launched.page.click('#away');
    await saidWith('will-navigate: https://example.com/away');
    // In this order, as in Electron: a navigation that is refused has begun.
    const navigations = Object.values(await launched.page.evaluate(() => fixture.invoke('said')));
    expect(navigations.slice(-2)).toEqual([
      'did-start-navigation: https://example.com/away',
      'will-navigate: https://example.com/away',
    ]);
    await launched.page.click('#blank');
    await expect
      .poll(() => launched.app.evaluate(({ __standIn }) => __standIn.calls))
      .toContainEqual({ api: 'shell.openExternal', args: ['https://example.com/help'] });
    expect(launched.page.url()).toBe(address);
    expect(await launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test('closing hides, which the page sees; starting again shows, and the second instance ends', async () => {
    await launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await launched.page.waitForFunction(() => document.hidden);
    const hidden = await launched.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.isVisible(),
    );
    expect(hidden).toBe(false);

    const env = { ...process.env, HOME: launched.home, XDG_CONFIG_HOME: join(launched.home, '.config') };
    const second = spawn(join(standIn, 'electron'), [appFolder], { env, stdio: 'ignore' });
    const [exitCode] = await once(second, 'exit');
    expect(exitCode).toBe(0);
    await saidWith('second instance: {"started":"again"}');
    await launched.page.waitForFunction(() => document.visibilityState === 'visible');
    expect(await launched.page.evaluate(() => seen.visibility)).toEqual(['hidden', 'visible']);
  });

  test('minimizing hides the page too', async () => {
    await launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
    await launched.page.waitForFunction(() => document.visibilityState === 'hidden');
    await launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.restore());
    await launched.page.waitForFunction(() => document.visibilityState === 'visible');
    expect(await launched.page.evaluate(() => seen.visibility.slice(-2))).toEqual(['hidden', 'visible']);
  });

  test('a tray entry is pressed as it was shown when the menu was set', async () => {
    const labels = await launched.app.evaluate(({ __standIn }) => {
      __standIn.pressTrayItem('Pause', '15 minutes');
      __standIn.clickTray();
      return __standIn.trayLabels();
    });
    expect(labels).toEqual(['Open', 'Pause', ['15 minutes'], 'Late']);
    await saidWith('tray: pause 15');
    await saidWith('tray: click');
    await expect(launched.app.evaluate(({ __standIn }) => __standIn.pressTrayItem('Late'))).rejects.toThrow(
      '"Late" is greyed out',
    );
    await launched.page.evaluate(() => fixture.invoke('set menu'));
    await launched.app.evaluate(({ __standIn }) => __standIn.pressTrayItem('Late'));
    await saidWith('tray: late');
  });

  test('a notification is shown; its button, itself and its cross can be pressed', async () => {
    await launched.page.evaluate(() => fixture.invoke('notify'));
    const shown = await launched.app.evaluate(({ __standIn }) => {
      const found = __standIn.notifications.map(({ title, body }) => ({ title, body }));
      __standIn.pressNotificationAction(0);
      __standIn.clickNotification();
      __standIn.closeNotification();
      return [found, __standIn.notifications.length];
    });
    expect(shown).toEqual([[{ title: 'Moved', body: 'one file' }], 0]);
    await saidWith('notification: action 0');
    await saidWith('notification: click');
    await saidWith('notification: close');
  });

  test('a dialog gives the answer that was put there, and is cancelled without one', async () => {
    await launched.app.evaluate(({ __standIn }) =>
      __standIn.dialogs.showOpenDialog.push({ canceled: false, filePaths: ['/chosen'] }),
    );
    expect(await launched.page.evaluate(() => fixture.invoke('choose'))).toEqual(['/chosen']);
    expect(await launched.page.evaluate(() => fixture.invoke('choose'))).toEqual([]);
  });

  test('dropped files have the paths they were dropped with', async () => {
    const paths = [files.write('a b.txt', 'one'), files.write('other/é.txt', 'four')];
    await launched.app.evaluate(({ __standIn }, dropped) => __standIn.dropFiles(dropped), paths);
    await launched.page.waitForFunction((count) => seen.dropped.length >= count, paths.length);
    expect(await launched.page.evaluate(() => seen.dropped)).toEqual(paths);
  });

  test('permissions are what the handlers say', async () => {
    const answers = await launched.app.evaluate(({ __standIn }) => __standIn.askPermission('media'));
    expect(answers).toEqual({ request: false, check: false, device: true });
  });

  test('the page follows the theme', async () => {
    expect(await launched.page.evaluate(isDark)).toBe(false);
    await launched.app.evaluate(({ __standIn }) => __standIn.setSystemDark(true));
    await launched.page.waitForFunction(isDark);
    await launched.app.evaluate(({ nativeTheme }) => {
      nativeTheme.themeSource = 'light';
    });
    await launched.page.waitForFunction(() => !matchMedia('(prefers-color-scheme: dark)').matches);
  });

  test('insecure windows are refused', async () => {
    const refusals = await launched.app.evaluate(({ BrowserWindow }) =>
      [
        { contextIsolation: false },
        { nodeIntegration: true },
        { sandbox: false },
        { webSecurity: false },
      ].map((webPreferences) => {
        try {
          return `made ${new BrowserWindow({ webPreferences }).id}`;
        } catch (error) {
          return error instanceof Error ? error.message : '';
        }
      }),
    );
    expect(refusals).toEqual(
      ['contextIsolation: false', 'nodeIntegration: true', 'sandbox: false', 'webSecurity: false'].map(
        (name) => `stand-in: refused web preferences: ${name}`,
      ),
    );
  });

  test('text is stored and read back', async () => {
    const stored = await launched.app.evaluate(async ({ safeStorage }) => {
      const sealed = await safeStorage.encryptStringAsync('tåken');
      return { holdsText: sealed.includes('tåken'), ...(await safeStorage.decryptStringAsync(sealed)) };
    });
    expect(stored).toEqual({ holdsText: false, result: 'tåken', shouldReEncrypt: false });
  });

  test('a utility process is talked to, and its death is heard of with its last words', async () => {
    await launched.page.evaluate(() => fixture.invoke('ask worker', { deep: 1n }));
    await launched.page.waitForFunction(() => seen.worker.length === 1);
    await launched.page.evaluate(() => fixture.invoke('ask worker', 'die'));
    await launched.page.waitForFunction(() => seen.worker.length === 2);
    expect(await launched.page.evaluate(() => seen.worker)).toEqual([
      {
        kind: 'answer',
        data: { deep: 1n },
        args: ['--given'],
        variable: 'yes',
        execArgv: true,
        type: 'utility',
        send: 'undefined',
      },
      { kind: 'exit', code: 7, words: 'last words\n' },
    ]);
    await saidWith('gone: fixture worker abnormal-exit');
  });

  test('a page that crashes is reported', async () => {
    const reason = await launched.app.evaluate(async ({ app, BrowserWindow }) => {
      const gone = new Promise<string>((resolve) => {
        app.once('render-process-gone', (_event, _contents, details) => resolve(details.reason));
      });
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
      return gone;
    });
    expect(reason).toBe('crashed');
  });
});

test.skipIf(usesRealElectron)(
  'a packaged app runs outside the repository, and leaves no process behind',
  async () => {
    using outside = temporaryFolder();
    const packagedFolder = join(outside.path, 'resources/app');
    cpSync(appFolder, packagedFolder, { recursive: true });
    const env = { STAND_IN_PACKAGED: '1' };
    const launched = await launchApp({ appFolder: packagedFolder, args: ['--hidden'], env });
    const known = await launched.app.evaluate(({ app, BrowserWindow }) => ({
      isPackaged: app.isPackaged,
      appPath: app.getAppPath(),
      args: process.argv.slice(1),
      resources: process.resourcesPath,
      isRun: process.execPath === app.getPath('exe'),
      windows: BrowserWindow.getAllWindows().length,
    }));
    const before = processesNaming(launched.home);
    await launched[Symbol.asyncDispose]();
    expect(known).toEqual({
      isPackaged: true,
      appPath: packagedFolder,
      args: ['--hidden'],
      resources: join(outside.path, 'resources'),
      isRun: true,
      windows: 1,
    });
    // The app itself, the utility process, Chromium and its helpers.
    expect(before.length).toBeGreaterThan(3);
    await until(() => !before.some(isAlive));
  },
);
