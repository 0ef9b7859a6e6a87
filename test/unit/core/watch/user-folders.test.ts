import { expect, test } from 'vitest';
import { parseUserFolders } from '../../../../src/core/watch/user-folders.ts';

function folders(...lines: readonly string[]) {
  return Object.fromEntries(parseUserFolders(lines.join('\n'), '/home/ann'));
}

test('user-dirs.dirs as a desktop writes it is read', () => {
  expect(
    folders(
      '# This file is written by xdg-user-dirs-update',
      'XDG_DESKTOP_DIR="$HOME/Schreibtisch"',
      'XDG_DOWNLOAD_DIR="$HOME/Heruntergeladene Dateien/"',
      'XDG_TEMPLATES_DIR="$HOME/Vorlagen"',
      '  XDG_DOCUMENTS_DIR = "/data/ann/\\"Texte\\" \\$5" # elsewhere',
    ),
  ).toEqual({
    desktop: '/home/ann/Schreibtisch',
    download: '/home/ann/Heruntergeladene Dateien',
    documents: '/data/ann/"Texte" $5',
  });
});

test.each(['"$HOME"', '"$HOME/"', '"/home/ann"', '"/home/ann/"'])(
  'a folder that is the home folder was turned off: %s',
  (value) => {
    expect(folders(`XDG_DESKTOP_DIR=${value}`)).toEqual({ desktop: null });
  },
);

test.each(['"Downloads"', '"$OTHER/x"', '"$HOMEWORK/x"', '$HOME/x', '"$HOME/x', "'$HOME/x'", ''])(
  'a line that means nothing does not count: %s',
  (value) => {
    expect(folders(`XDG_DOWNLOAD_DIR=${value}`)).toEqual({});
  },
);
