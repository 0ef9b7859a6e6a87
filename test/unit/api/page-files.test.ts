import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PageFiles } from '../../../src/api/page-files.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporary-folder.ts';

function pages(): TemporaryFolder & { readonly root: string } {
  const folder = temporaryFolder();
  folder.write('root/index.html', '<!doctype html>');
  folder.write('root/assets/main-AbCd1234.js', 'let a;');
  folder.write('secret.html', 'secret');
  return { ...folder, root: join(folder.path, 'root') };
}

describe('the files of the pages', () => {
  test('are found by the path in the address, with their type and how long they may be kept', () => {
    using folder = pages();
    folder.write('root/assets/style-0123abcd.css', 'a {}');
    folder.write('root/assets/icon.svg', '<svg/>');
    const files = new PageFiles(folder.root);
    expect(files.read('/')).toEqual(files.read('/index.html'));
    expect(
      ['/', '/assets/main-AbCd1234.js', '/assets/style-0123abcd.css', '/assets/icon.svg'].map((path) => {
        const file = files.read(path);
        return [file?.bytes.toString(), file?.type, file?.headers['cache-control']];
      }),
    ).toEqual([
      ['<!doctype html>', 'text/html; charset=utf-8', 'no-store'],
      ['let a;', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['a {}', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['<svg/>', 'image/svg+xml', 'no-store'],
    ]);
  });

  test.each([
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/%252e%252e/secret.html',
    '/assets/../index.html',
    '/./index.html',
    '//index.html',
    '/index.html/',
    '/assets',
    '/assets/',
    '/index.html%00.js',
    '/index.html\0',
    '/%69ndex.html',
    '/..\\secret.html',
    '/assets\\main-AbCd1234.js',
    '/INDEX.HTML',
    'index.html',
    '',
    '/__proto__',
    '/constructor',
    '/index.html?x',
    '/index.html#x',
    'http://127.0.0.1/index.html',
  ])('are not found as %j', (path) => {
    using folder = pages();
    expect(new PageFiles(folder.root).read(path)).toBeNull();
  });

  test('have no links among them, to files or to folders, also when one comes later', () => {
    using folder = pages();
    symlinkSync(join(folder.path, 'secret.html'), join(folder.root, 'link.html'));
    mkdirSync(join(folder.path, 'outside'));
    folder.write('outside/page.html', 'secret');
    symlinkSync(join(folder.path, 'outside'), join(folder.root, 'linked'));
    folder.write('root/later.html', 'mine');
    const files = new PageFiles(folder.root);
    rmSync(join(folder.root, 'later.html'));
    symlinkSync(join(folder.path, 'secret.html'), join(folder.root, 'later.html'));
    expect(['/link.html', '/linked/page.html', '/later.html'].map((path) => files.read(path))).toEqual([
      null,
      null,
      null,
    ]);
  });

  test('have only kinds that pages are made of', () => {
    using folder = pages();
    for (const name of ['main.js.map', 'main.ts', '.env', '.hidden.html', 'noextension', 'a b.html'])
      folder.write(`root/${name}`, 'x');
    const files = new PageFiles(folder.root);
    expect(
      ['/main.js.map', '/main.ts', '/.env', '/.hidden.html', '/noextension', '/a%20b.html', '/a b.html'].map(
        (path) => files.read(path),
      ),
    ).toEqual(Array.from({ length: 7 }, () => null));
  });

  test('do not wait for a FIFO', () => {
    using folder = pages();
    execFileSync('mkfifo', [join(folder.root, 'fifo.html')]);
    expect(new PageFiles(folder.root).read('/fifo.html')).toBeNull();
  });

  test('are read once', () => {
    using folder = pages();
    const files = new PageFiles(folder.root);
    const first = files.read('/');
    writeFileSync(join(folder.root, 'index.html'), 'changed');
    expect(files.read('/')).toBe(first);
  });

  test('are missed with the way to make them', () => {
    using folder = temporaryFolder();
    for (const place of [folder.path, join(folder.path, 'nowhere')])
      expect(() => new PageFiles(place)).toThrow(
        expect.objectContaining({
          code: 'FILE_UNREADABLE',
          message: expect.stringContaining('npm run build'),
        }),
      );
  });
});
