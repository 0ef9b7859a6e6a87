// The dialogs and doors of the system, by way of Electron: they belong to the window where there is one.
import { app, dialog, shell, type BrowserWindow, type OpenDialogOptions } from 'electron';
import type { Dialogs } from './desktop-core.ts';

const filters = {
  zip: { name: 'Zip archive', extensions: ['zip'] },
  json: { name: 'JSON', extensions: ['json'] },
};

export function systemDialogs(windowNow: () => BrowserWindow | null): Dialogs {
  return {
    async pick(what) {
      const options: OpenDialogOptions = {
        title: what === 'folders' ? 'Choose folders' : 'Choose files',
        properties: [what === 'folders' ? 'openDirectory' : 'openFile', 'multiSelections', 'showHiddenFiles'],
      };
      const window = windowNow();
      const { canceled, filePaths } = await (window === null
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(window, options));
      return canceled ? [] : filePaths;
    },
    async saveAs(name, extension) {
      const filter = extension === 'zip' ? filters.zip : filters.json;
      const options = {
        title: 'Save as',
        defaultPath: `${app.getPath('downloads')}/${name}`,
        filters: [filter],
      };
      const window = windowNow();
      const { canceled, filePath } = await (window === null
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(window, options));
      return canceled || filePath === '' ? null : filePath;
    },
    showInFolder: (path) => shell.showItemInFolder(path),
    openLink: (address) => shell.openExternal(address),
  };
}
