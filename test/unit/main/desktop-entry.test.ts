import { describe, expect, test } from 'vitest';
import { desktopEntry, isSwitchedOff } from '../../../src/main/desktop-entry.ts';

function execOf(command: readonly string[]): string | undefined {
  return /^Exec=(.*)$/m.exec(desktopEntry(command) ?? '')?.[1];
}

describe('an autostart entry', () => {
  test.each([
    { path: '/opt/vedette/vedette', line: '"/opt/vedette/vedette"' },
    { path: '/home/a b/Vedette.AppImage', line: '"/home/a b/Vedette.AppImage"' },
    { path: '/a"b', line: '"/a\\\\"b"' },
    { path: '/a$HOME', line: '"/a\\\\$HOME"' },
    { path: '/a`id`', line: '"/a\\\\`id\\\\`"' },
    { path: '/a\\b', line: '"/a\\\\\\\\b"' },
    { path: '/100%u', line: '"/100%%u"' },
    { path: '/a; rm -rf ~', line: '"/a; rm -rf ~"' },
  ])('holds $path as one argument', ({ path, line }) => {
    expect(execOf([path, '--hidden'])).toBe(`${line} "--hidden"`);
  });

  test.each(['/a\nExec=evil', '/a\rb', '/a\0b'])('is not written for %j', (path) => {
    expect(desktopEntry([path])).toBeNull();
  });

  test('that somebody switched off in the desktop is recognized', () => {
    const entry = desktopEntry(['/a']) ?? '';
    expect(isSwitchedOff(entry)).toBe(false);
    expect(isSwitchedOff(`${entry}Hidden=true\n`)).toBe(true);
    expect(isSwitchedOff(entry.replace('enabled=true', 'enabled=false'))).toBe(true);
  });
});
