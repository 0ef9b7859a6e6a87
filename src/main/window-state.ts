// Where the window was: a remembered place counts only as far as a screen of today shows it.

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  readonly bounds: Rectangle;
  readonly isMaximized: boolean;
}

export interface WindowPlace {
  readonly width: number;
  readonly height: number;
  /** null: where the system puts it. */
  readonly position: { readonly x: number; readonly y: number } | null;
  readonly isMaximized: boolean;
}

export const minWindow = { width: 360, height: 480 };
const firstWindow = { width: 1120, height: 780 };
/** Of a title bar, so that it can be taken hold of. */
const visibleAtLeast = { width: 120, height: 40 };

/** null for what is not the state of a window: it is a file in which anything may stand. */
export function readWindowState(text: string | null): WindowState | null {
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || !isRecord(value['bounds'])) return null;
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => value['bounds'][name]);
  if (![x, y, width, height].every((number) => Number.isSafeInteger(number))) return null;
  return {
    bounds: { x: Number(x), y: Number(y), width: Number(width), height: Number(height) },
    isMaximized: value['isMaximized'] === true,
  };
}

/** @param screens work areas, the primary one first; never none where there is a window. */
export function placeWindow(state: WindowState | null, screens: readonly Rectangle[]): WindowPlace {
  const wanted = state?.bounds ?? { ...firstWindow, x: 0, y: 0 };
  const shownOn = state === null ? undefined : screens.find((screen) => showsEnough(screen, wanted));
  const screen = shownOn ?? screens[0] ?? { ...firstWindow, x: 0, y: 0 };
  return {
    width: clamp(wanted.width, minWindow.width, screen.width),
    height: clamp(wanted.height, minWindow.height, screen.height),
    position: shownOn === undefined ? null : { x: wanted.x, y: wanted.y },
    isMaximized: state?.isMaximized ?? false,
  };
}

/** The upper edge must be there, and enough of it beside. */
function showsEnough(screen: Rectangle, { x, y, width }: Rectangle): boolean {
  const visible = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
  const isUnderTop = y >= screen.y && y + visibleAtLeast.height <= screen.y + screen.height;
  return isUnderTop && visible >= Math.min(visibleAtLeast.width, width);
}

/** A screen smaller than the smallest window gets that all the same. */
function clamp(value: number, minimum: number, maximum: number): number {
  return Math.max(minimum, Math.min(value, maximum));
}

function isRecord(value: unknown): value is Record<string, unknown> & { bounds: Record<string, unknown> } {
  return typeof value === 'object' && value !== null;
}
