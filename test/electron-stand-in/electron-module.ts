// The `electron` module of the main process, for `import` and for `require`; a name it lacks fails when the app is linked.
import { control } from './control/control.ts';
import { app } from './main/app.ts';
import { BrowserWindow } from './main/browser-window.ts';
import { clipboard } from './main/clipboard.ts';
import { dialog } from './main/dialog.ts';
import { ipcMain } from './main/ipc-main.ts';
import { Menu, MenuItem } from './main/menu.ts';
import { nativeImage } from './main/native-image.ts';
import { nativeTheme } from './main/native-theme.ts';
import { net } from './main/net.ts';
import { Notification } from './main/notification.ts';
import { powerMonitor } from './main/power-monitor.ts';
import { protocol } from './main/protocol.ts';
import { safeStorage } from './main/safe-storage.ts';
import { screen } from './main/screen.ts';
import { session } from './main/session.ts';
import { shell } from './main/shell.ts';
import { Tray } from './main/tray.ts';
import { utilityProcess } from './main/utility-process.ts';
import { webContents } from './main/web-contents.ts';

const electron = {
  __standIn: control,
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
  webContents,
};

export { control as __standIn, electron as default };
export { app, BrowserWindow, clipboard, dialog, ipcMain, Menu, MenuItem, nativeImage, nativeTheme, net };
export {
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
  webContents,
};
