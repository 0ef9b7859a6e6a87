import { describe, expect, test } from 'vitest';
import { shortcutOf, type KeyPress } from '../../../../src/renderer/frame/shortcut-of.ts';

const none: KeyPress = { key: '', code: '', altKey: false, ctrlKey: false, metaKey: false, isTyping: false };

describe('the keys of the frame', () => {
  test.each([
    [
      { code: 'Digit1', altKey: true },
      { kind: 'page', page: 'overview' },
    ],
    // Alt and 3 type another character on some keyboards.
    [
      { key: '£', code: 'Digit3', altKey: true },
      { kind: 'page', page: 'threats' },
    ],
    [
      { code: 'Digit7', altKey: true, isTyping: true },
      { kind: 'page', page: 'settings' },
    ],
    [{ code: 'Digit8', altKey: true }, null],
    [{ key: '1', code: 'Digit1' }, null],
    [{ key: '/' }, { kind: 'search' }],
    [{ key: '?' }, { kind: 'help' }],
    [{ key: '/', isTyping: true }, null],
    [{ key: '?', isTyping: true }, null],
    [{ key: '/', ctrlKey: true }, null],
    [{ code: 'Digit1', altKey: true, metaKey: true }, null],
  ] as const)('%o', (press, shortcut) => {
    expect(shortcutOf({ ...none, ...press })).toEqual(shortcut);
  });
});
