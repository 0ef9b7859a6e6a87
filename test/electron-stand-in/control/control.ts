// `electron.__standIn`: the hands and eyes of a test on the desktop that the app believes in.
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { WebPreferences } from 'electron';
import { BrowserWindow } from '../main/browser-window.ts';
import { callHandler, handledChannels } from '../main/ipc-main.ts';
import { nativeTheme } from '../main/native-theme.ts';
import { powerMonitor } from '../main/power-monitor.ts';
import { sessionRules } from '../main/session-rules.ts';
import { pageOf, preferencesOf } from '../main/web-contents.ts';
import type { KnownFile } from '../page/page-messages.ts';
import { controlState, type ShownItem, type ShownTray } from './control-state.ts';

declare global {
  namespace Electron {
    namespace CrossProcessExports {
      /** Not in real Electron: for `app.evaluate(({ __standIn }) => …)` in tests alone. */
      const __standIn: typeof control;
    }
  }
}

export const control = {
  ...controlState,
  handledChannels,

  /** What the desktop shows of the tray menu now, as labels; a submenu is a list after its label. */
  trayLabels(): readonly unknown[] {
    return labelsOf(firstTray().items);
  },

  /** Presses an entry as a person would: what is not shown, or greyed out, cannot be pressed. */
  pressTrayItem(...labels: readonly string[]): void {
    let items = firstTray().items;
    let item: ShownItem | undefined;
    for (const label of labels) {
      item = items.find((entry) => entry.label === label);
      if (item === undefined)
        throw new Error(`The tray menu shows no "${label}": ${labelsOf(items).join(', ')}`);
      if (!item.isEnabled) throw new Error(`"${label}" is greyed out`);
      items = item.items;
    }
    item?.click();
  },

  clickTray(): void {
    firstTray().emit('click');
  },

  /** @param index in the list of shown notifications; negative from its end */
  clickNotification(index = -1): void {
    notificationAt(index).emit('click', {});
  },

  pressNotificationAction(actionIndex: number, index = -1): void {
    const notification = notificationAt(index);
    if (notification.actions[actionIndex] === undefined) throw new Error(`There is no action ${actionIndex}`);
    notification.emit('action', { actionIndex, selectionIndex: -1 }, actionIndex, -1);
  },

  closeNotification(index = -1): void {
    const notification = notificationAt(index);
    controlState.notifications.splice(controlState.notifications.indexOf(notification), 1);
    notification.emit('close', { reason: 'userCanceled' });
  },

  setOnBattery(isOnBattery: boolean): void {
    controlState.power.isOnBattery = isOnBattery;
    powerMonitor.emit(isOnBattery ? 'on-battery' : 'on-ac');
  },

  setSystemDark(isDark: boolean): void {
    controlState.theme.isSystemDark = isDark;
    nativeTheme.emit('updated');
  },

  /** Drags files in and drops them: the page's own drop event, with real files. */
  async dropFiles(
    paths: readonly string[],
    point: { x: number; y: number } = { x: 100, y: 100 },
  ): Promise<void> {
    const page = await pageOf(firstWindow().webContents);
    page.knowFiles(paths.map(knownFile));
    await page.dropFiles(paths, point);
  },

  /** For files that come to the page in another way, such as a file input. */
  async knowFiles(paths: readonly string[]): Promise<void> {
    (await pageOf(firstWindow().webContents)).knowFiles(paths.map(knownFile));
  },

  /** What the app's handlers say; without a handler Electron gives every permission. */
  async askPermission(permission: string): Promise<{ request: boolean; check: boolean; device: boolean }> {
    const { webContents } = firstWindow();
    const { permissionRequest, permissionCheck, devicePermission } = sessionRules;
    const details = { isMainFrame: true, requestingUrl: webContents.getURL() };
    const request = Promise.withResolvers<boolean>();
    if (permissionRequest === null) request.resolve(true);
    else permissionRequest(webContents, permission, request.resolve, details);
    return {
      request: await request.promise,
      check: permissionCheck?.(webContents, permission, webContents.mainFrame.origin, details) ?? true,
      device: devicePermission?.({ deviceType: permission, origin: webContents.mainFrame.origin }) ?? true,
    };
  },

  /** Calls what the app handles as if a frame at `frameUrl` had; null for a frame that is gone. */
  async invokeFrom(frameUrl: string | null, channel: string, ...args: readonly unknown[]): Promise<unknown> {
    const { webContents } = firstWindow();
    const origin = frameUrl === null ? 'null' : new URL(frameUrl).origin;
    const frame = { url: frameUrl, origin, parent: webContents.mainFrame, top: webContents.mainFrame };
    const senderFrame = frameUrl === null ? null : frame;
    return callHandler(channel, { type: 'frame', sender: webContents, senderFrame }, args);
  },

  /** As the page's own frame could if its preload were taken over: any channel, anything in it. */
  async invokeFromPage(channel: string, ...args: readonly unknown[]): Promise<unknown> {
    const { webContents } = firstWindow();
    return callHandler(
      channel,
      { type: 'frame', sender: webContents, senderFrame: webContents.mainFrame },
      args,
    );
  },

  /** What the app answers for an address of its own scheme. */
  async answerOfScheme(url: string, method = 'GET'): Promise<{ status: number; text: string }> {
    const handler = sessionRules.schemes.get(new URL(url).protocol.slice(0, -1));
    if (handler === undefined) throw new Error(`There is no handler for ${url}`);
    const response = await handler(new Request(url, { method }));
    return { status: response.status, text: await response.text() };
  },

  /** What the first window was made with. */
  webPreferences(): WebPreferences {
    return preferencesOf(firstWindow().webContents);
  },
};

function firstTray(): ShownTray {
  const [tray] = controlState.trays;
  if (tray === undefined) throw new Error('There is no tray');
  return tray;
}

function firstWindow(): BrowserWindow {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) throw new Error('There is no window');
  return window;
}

function notificationAt(index: number): (typeof controlState.notifications)[number] {
  const notification = controlState.notifications.at(index);
  if (notification === undefined) throw new Error('There is no such notification');
  return notification;
}

function labelsOf(items: readonly ShownItem[]): readonly unknown[] {
  return items.flatMap(({ label, type, items: inner }) => {
    if (type === 'separator') return [];
    return inner.length === 0 ? [label] : [label, labelsOf(inner)];
  });
}

function knownFile(path: string): KnownFile {
  return { name: basename(path), sizeBytes: statSync(path).size, path: resolve(path) };
}
