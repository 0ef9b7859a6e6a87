// The menu of the app: on macOS what everybody expects there, elsewhere hidden until Alt is pressed; its keys work all the same.
import { Menu, type MenuItemConstructorOptions } from 'electron';

export function setAppMenu(quit: () => void): void {
  const isMac = process.platform === 'darwin';
  const app: MenuItemConstructorOptions = isMac
    ? {
        role: 'appMenu',
        submenu: [
          { role: 'about' },
          { type: 'separator' },
          { role: 'hide' },
          { role: 'hideOthers' },
          { role: 'unhide' },
          { type: 'separator' },
          { id: 'quit', label: 'Quit Vedette', accelerator: 'Command+Q', click: quit },
        ],
      }
    : {
        label: '&Vedette',
        submenu: [
          { role: 'close', label: '&Close the window' },
          { type: 'separator' },
          { id: 'quit', label: '&Quit Vedette', accelerator: 'Control+Q', click: quit },
        ],
      };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  Menu.setApplicationMenu(Menu.buildFromTemplate([app, { role: 'editMenu' }, view]));
}
