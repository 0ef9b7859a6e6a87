// `app`: the order of its end is Electron's: before-quit, every window's close, will-quit, quit; anyone may refuse.
import { EventEmitter } from 'node:events';
import type { LoginItemSettings, Settings } from 'electron';
import { controlState, recordCall } from '../control/control-state.ts';
import { appPath } from './app-paths.ts';
import { CommandLine } from './command-line-switches.ts';
import { lifecycle } from './lifecycle.ts';
import { openWindows } from './open-windows.ts';
import { preventableEvent } from './preventable-event.ts';
import { runningUtilities } from './running-utilities.ts';
import { SingleInstance, type InstanceNotice } from './single-instance.ts';

const ready = Promise.withResolvers<void>();
const singleInstance = new SingleInstance();
const changedPaths = new Map<string, string>();
let chosenName: string | null = null;

class App extends EventEmitter {
  readonly commandLine = new CommandLine();
  /** macOS only. */
  readonly dock = undefined;

  get name(): string {
    return this.getName();
  }

  set name(name: string) {
    this.setName(name);
  }

  get isPackaged(): boolean {
    return lifecycle.identity.isPackaged;
  }

  isReady(): boolean {
    return lifecycle.isReady;
  }

  whenReady(): Promise<void> {
    return ready.promise;
  }

  getName(): string {
    return chosenName ?? lifecycle.identity.name;
  }

  setName(name: string): void {
    chosenName = name;
  }

  getVersion(): string {
    return lifecycle.identity.version;
  }

  getAppPath(): string {
    return lifecycle.identity.appPath;
  }

  getLocale(): string {
    return 'en-US';
  }

  getSystemLocale(): string {
    return 'en-US';
  }

  getPreferredSystemLanguages(): string[] {
    return ['en-US'];
  }

  getPath(name: string): string {
    return appPath(name, {
      name: this.getName(),
      executable: process.execPath,
      userDataSwitch: this.commandLine.getSwitchValue('user-data-dir'),
      changed: changedPaths,
    });
  }

  setPath(name: string, path: string): void {
    changedPaths.set(name, path);
  }

  setAppLogsPath(path?: string): void {
    if (path !== undefined) changedPaths.set('logs', path);
  }

  requestSingleInstanceLock(data: unknown = {}): boolean {
    const notice: InstanceNotice = { argv: process.argv, cwd: process.cwd(), data };
    return singleInstance.tryToHold(this.getPath('userData'), notice, (later) => {
      void ready.promise.then(() => this.emit('second-instance', {}, later.argv, later.cwd, later.data));
    });
  }

  hasSingleInstanceLock(): boolean {
    return singleInstance.isHeld;
  }

  releaseSingleInstanceLock(): void {
    singleInstance[Symbol.dispose]();
  }

  quit(): void {
    if (lifecycle.isQuitting || lifecycle.isEnding) return;
    const beforeQuit = preventableEvent();
    this.emit('before-quit', beforeQuit);
    if (beforeQuit.defaultPrevented) return;
    lifecycle.isQuitting = true;
    for (const window of openWindows.values()) {
      if (!window.askToClose()) {
        lifecycle.isQuitting = false;
        return;
      }
      window.destroy();
    }
    const willQuit = preventableEvent();
    this.emit('will-quit', willQuit);
    if (willQuit.defaultPrevented) lifecycle.isQuitting = false;
    else this.exit(0);
  }

  /** Asks nobody. */
  exit(code = 0): void {
    if (lifecycle.isEnding) return;
    lifecycle.isEnding = true;
    for (const window of openWindows.values()) window.destroy();
    this.emit('quit', {}, code);
    singleInstance[Symbol.dispose]();
    for (const utility of runningUtilities) utility.kill();
    lifecycle.chromium?.[Symbol.dispose]();
    if (lifecycle.isReady) setImmediate(() => process.exit(code));
    else process.exit(code);
  }

  relaunch(options: object = {}): void {
    recordCall('app.relaunch', options);
  }

  setLoginItemSettings(settings: Settings): void {
    recordCall('app.setLoginItemSettings', settings);
    if (controlState.loginItem.isSupported) Object.assign(controlState.loginItem.settings, settings);
  }

  getLoginItemSettings(): LoginItemSettings {
    return {
      openAtLogin: false,
      wasOpenedAtLogin: false,
      status: 'not-registered',
      executableWillLaunchAtLogin: false,
      launchItems: [],
      ...controlState.loginItem.settings,
    };
  }

  enableSandbox(): void {
    if (lifecycle.isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
    recordCall('app.enableSandbox');
  }

  setAppUserModelId(id: string): void {
    recordCall('app.setAppUserModelId', id);
  }

  setDesktopName(name: string): void {
    recordCall('app.setDesktopName', name);
  }

  setBadgeCount(count: number): boolean {
    recordCall('app.setBadgeCount', count);
    return true;
  }

  setAboutPanelOptions(): void {}

  disableHardwareAcceleration(): void {}

  focus(): void {}
}

export const app = new App();

/** Once, when Chromium runs. */
export function announceReady(): void {
  lifecycle.isReady = true;
  ready.resolve();
  app.emit('ready', preventableEvent(), {});
}
