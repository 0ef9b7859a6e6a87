import { describe, expect, test } from 'vitest';
import { pathParts } from '../../../../src/renderer/format/paths.ts';

describe('the parts of a path', () => {
  test('a short name is not divided', () => {
    expect(pathParts('/home/ada/a.txt', 'linux')).toEqual({
      folder: '/home/ada',
      name: 'a.txt',
      head: 'a.txt',
      tail: '',
      full: '/home/ada/a.txt',
    });
  });

  test('of a long name the end is kept, where its true extension stands', () => {
    const { head, tail } = pathParts('/tmp/annual-report-of-the-department.docx.exe', 'linux');
    expect([head, tail]).toEqual(['annual-report-of-the-departm', 'ent.docx.exe']);
  });

  test('nothing in it can turn the text around or fake a line', () => {
    expect(pathParts('/tmp/\u202efdp.exe\n', 'linux')).toMatchObject({
      name: '\\u{202e}fdp.exe\\n',
      full: '/tmp/\\u{202e}fdp.exe\\n',
    });
  });

  test('a backslash divides folders on Windows and belongs to the name elsewhere', () => {
    expect(pathParts('C:\\Users\\ada\\a.txt', 'win32')).toMatchObject({
      folder: 'C:\\Users\\ada',
      name: 'a.txt',
    });
    expect(pathParts('/tmp/a\\b', 'linux')).toMatchObject({ folder: '/tmp', name: 'a\\\\b' });
  });

  test('a folder is called by its last name, the root by its path', () => {
    expect(pathParts('/srv/files/', 'linux')).toMatchObject({ folder: '/srv', name: 'files' });
    expect(pathParts('/etc', 'linux')).toMatchObject({ folder: '/', name: 'etc' });
    expect(pathParts('/', 'linux')).toMatchObject({ name: '', full: '/' });
  });
});
