import { describe, expect, test } from 'vitest';
import { placeWindow, readWindowState } from '../../../src/main/window-state.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const second = { x: 1920, y: 0, width: 1280, height: 1000 };

function stateAt(x: number, y: number, width = 800, height = 600) {
  return { bounds: { x, y, width, height }, isMaximized: false };
}

describe('the place of the window', () => {
  test('is in the middle of the first screen at the first start', () => {
    expect(placeWindow(null, [screen])).toEqual({
      width: 1120,
      height: 780,
      position: null,
      isMaximized: false,
    });
  });

  test('is where it was, as long as a screen shows its upper edge', () => {
    expect(placeWindow(stateAt(2000, 50), [screen, second]).position).toEqual({ x: 2000, y: 50 });
    expect(placeWindow(stateAt(-600, 50), [screen]).position).toEqual({ x: -600, y: 50 });
  });

  test.each([
    ['on a screen that is gone', stateAt(2000, 50)],
    ['above the screen', stateAt(10, -300)],
    ['below the screen', stateAt(10, 1030)],
    ['left of the screen but for a sliver', stateAt(-750, 10)],
  ])('is left to the system when it was %s', (_where, state) => {
    expect(placeWindow(state, [screen]).position).toBeNull();
  });

  test('never is larger than the screen or smaller than the page can be', () => {
    expect(placeWindow(stateAt(0, 0, 9000, 9000), [screen])).toMatchObject({ width: 1920, height: 1040 });
    expect(placeWindow(stateAt(0, 0, 10, 10), [screen])).toMatchObject({ width: 360, height: 480 });
    expect(placeWindow(null, [{ ...screen, width: 300, height: 200 }])).toMatchObject({
      width: 360,
      height: 480,
    });
  });

  test.each([
    null,
    '',
    'no json',
    '5',
    'null',
    '{}',
    '{"bounds": 5}',
    '{"bounds": {"x": 1, "y": 2, "width": "3", "height": 4}}',
    '{"bounds": {"x": 1, "y": 2, "width": 1e99, "height": 4}}',
  ])('%j is not the state of a window', (text) => {
    expect(readWindowState(text)).toBeNull();
  });

  test('is read as it was written', () => {
    const state = { bounds: { x: -5, y: 6, width: 700, height: 800 }, isMaximized: true };
    expect(readWindowState(JSON.stringify(state))).toEqual(state);
  });
});
