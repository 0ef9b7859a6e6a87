// What a test sees of the desktop the app believes in, and what it says of it: read and written by the stand-in's objects.
import type {
  LoginItemSettings,
  MessageBoxReturnValue,
  OpenDialogReturnValue,
  SaveDialogReturnValue,
} from 'electron';
import type { Menu } from '../main/menu.ts';
import type { NativeImage } from '../main/native-image.ts';
import type { Notification } from '../main/notification.ts';

export interface ApiCall {
  /** Such as `shell.openExternal`. */
  readonly api: string;
  readonly args: readonly unknown[];
}

/** A menu entry as the desktop shows it: made when the menu was set, not when it was changed. */
export interface ShownItem {
  readonly label: string;
  readonly type: string;
  readonly isEnabled: boolean;
  readonly isChecked: boolean;
  readonly items: readonly ShownItem[];
  readonly click: () => void;
}

export interface ShownTray {
  image: NativeImage | string;
  toolTip: string;
  menu: Menu | null;
  items: readonly ShownItem[];
  /** The tray's own events: on Linux `click` alone. */
  readonly emit: (event: string) => void;
}

export interface ControlState {
  /** The latest calls that would have changed something outside the app. */
  readonly calls: ApiCall[];
  readonly trays: ShownTray[];
  /** Shown and not closed; the newest last. */
  readonly notifications: Notification[];
  /** Answers to the next dialogs, in order; without one a dialog is cancelled. */
  readonly dialogs: {
    readonly showOpenDialog: OpenDialogReturnValue[];
    readonly showSaveDialog: SaveDialogReturnValue[];
    readonly showMessageBox: MessageBoxReturnValue[];
  };
  /** Linux has no login items: `isSupported` plays another system. */
  readonly loginItem: { isSupported: boolean; settings: Partial<LoginItemSettings> };
  readonly power: { isOnBattery: boolean; idleSeconds: number };
  readonly theme: { isSystemDark: boolean };
  readonly storage: { isAvailable: boolean; backend: string; shouldReEncrypt: boolean };
}

const keptCalls = 1000;

export const controlState: ControlState = {
  calls: [],
  trays: [],
  notifications: [],
  dialogs: { showOpenDialog: [], showSaveDialog: [], showMessageBox: [] },
  loginItem: { isSupported: process.platform !== 'linux', settings: {} },
  power: { isOnBattery: false, idleSeconds: 0 },
  theme: { isSystemDark: false },
  storage: { isAvailable: true, backend: 'basic_text', shouldReEncrypt: false },
};

export function recordCall(api: string, ...args: readonly unknown[]): void {
  controlState.calls.push({ api, args });
  if (controlState.calls.length > keptCalls) controlState.calls.shift();
}
