// `screen`: one display that never changes.
import { EventEmitter } from 'node:events';

export const workArea = { x: 0, y: 0, width: 1280, height: 800 };
const display = {
  id: 1,
  scaleFactor: 1,
  bounds: workArea,
  size: { width: workArea.width, height: workArea.height },
  workArea,
  workAreaSize: { width: workArea.width, height: workArea.height },
};

class Screen extends EventEmitter {
  getPrimaryDisplay(): typeof display {
    return display;
  }

  getAllDisplays(): (typeof display)[] {
    return [display];
  }

  getDisplayMatching(): typeof display {
    return display;
  }

  getDisplayNearestPoint(): typeof display {
    return display;
  }

  getCursorScreenPoint(): { x: number; y: number } {
    return { x: 0, y: 0 };
  }
}

export const screen = new Screen();
