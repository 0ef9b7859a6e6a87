// `shell`: what the desktop would have opened, written down.
import { recordCall } from '../control/control-state.ts';

export const shell = {
  async openExternal(url: string): Promise<void> {
    recordCall('shell.openExternal', url);
  },
  async openPath(path: string): Promise<string> {
    recordCall('shell.openPath', path);
    return '';
  },
  showItemInFolder(path: string): void {
    recordCall('shell.showItemInFolder', path);
  },
  async trashItem(path: string): Promise<void> {
    recordCall('shell.trashItem', path);
  },
  beep(): void {},
};
