// `dialog`: answers what a test has put in the queue; nobody presses anything else, so the rest is cancelled.
import type { MessageBoxReturnValue, OpenDialogReturnValue, SaveDialogReturnValue } from 'electron';
import { controlState, recordCall } from '../control/control-state.ts';
import { BrowserWindow } from './browser-window.ts';

export const dialog = {
  async showOpenDialog(...args: readonly unknown[]): Promise<OpenDialogReturnValue> {
    recordCall('dialog.showOpenDialog', optionsOf(args));
    return controlState.dialogs.showOpenDialog.shift() ?? { canceled: true, filePaths: [] };
  },
  async showSaveDialog(...args: readonly unknown[]): Promise<SaveDialogReturnValue> {
    recordCall('dialog.showSaveDialog', optionsOf(args));
    return controlState.dialogs.showSaveDialog.shift() ?? { canceled: true, filePath: '' };
  },
  async showMessageBox(...args: readonly unknown[]): Promise<MessageBoxReturnValue> {
    const options = optionsOf(args);
    recordCall('dialog.showMessageBox', options);
    const cancelId = 'cancelId' in options ? Number(options.cancelId) : 0;
    return controlState.dialogs.showMessageBox.shift() ?? { response: cancelId, checkboxChecked: false };
  },
  showErrorBox(title: string, content: string): void {
    recordCall('dialog.showErrorBox', title, content);
    console.error(`${title}: ${content}`);
  },
};

/** The window a dialog belongs to may come first. */
function optionsOf(args: readonly unknown[]): object {
  const options = args.find(
    (argument) => typeof argument === 'object' && !(argument instanceof BrowserWindow),
  );
  return options ?? {};
}
