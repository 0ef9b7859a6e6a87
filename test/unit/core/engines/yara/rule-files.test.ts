import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collectRuleFiles, ruleFileLimits } from '../../../../../src/core/engines/yara/rule-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-rules-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, source = 'rule a { condition: true }'): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, source);
  return path;
}

test('takes rule files at any depth, sorted, named relative to their folder', () => {
  write('b.yar');
  write('a/z.YARA');
  write('a/notes.txt');
  const given = write('given.txt');
  const { files, problems } = collectRuleFiles([folder, given]);
  expect({ files: files.map((file) => file.namespace), problems }).toEqual({
    files: ['a/z.YARA', 'b.yar', 'given.txt'],
    problems: [],
  });
});

test('gives files of the same name in two folders two namespaces', () => {
  write('one/a.yar');
  write('two/a.yar');
  const { files } = collectRuleFiles([join(folder, 'one'), join(folder, 'two')]);
  expect(files.map((file) => file.namespace)).toEqual(['a.yar', 'a.yar#2']);
});

test('reads a file once that is given twice or linked to, and ends in a loop of folders', () => {
  const path = write('a.yar');
  symlinkSync(path, join(folder, 'b.yar'));
  symlinkSync(folder, join(folder, 'loop'));
  expect(collectRuleFiles([folder, path]).files.map((file) => file.path)).toEqual([path]);
});

test('reports a pipe with the name of a rule file and does not wait for it', { timeout: 5000 }, () => {
  execFileSync('mkfifo', [join(folder, 'pipe.yar')]);
  write('z.yar');
  const { files, problems } = collectRuleFiles([folder]);
  expect({ files: files.length, problems }).toEqual({
    files: 1,
    problems: [
      {
        file: join(folder, 'pipe.yar'),
        line: null,
        column: null,
        code: 'unreadable',
        message: 'it is not a regular file',
      },
    ],
  });
});

test('reports what is missing and links that lead nowhere', () => {
  symlinkSync('/nowhere', join(folder, 'gone.yar'));
  const { problems } = collectRuleFiles([folder, '/not/there']);
  expect(problems.map(({ file, code }) => ({ file, code }))).toEqual([
    { file: join(folder, 'gone.yar'), code: 'unreadable' },
    { file: '/not/there', code: 'unreadable' },
  ]);
});

test('refuses a file at one byte over the limit and takes it at the limit', () => {
  const path = write('a.yar', 'x'.repeat(100));
  const at = collectRuleFiles([path], { ...ruleFileLimits, maxFileBytes: 100 });
  const over = collectRuleFiles([path], { ...ruleFileLimits, maxFileBytes: 99 });
  expect([at.files.length, over.files.length, over.problems[0]?.code]).toEqual([1, 0, 'too_large']);
});

test('stops at its bounds of files, depth and bytes and says so', () => {
  write('a.yar', 'x'.repeat(10));
  write('b/b.yar', 'x'.repeat(10));
  write('b/c/c.yar', 'x'.repeat(10));
  const bounded = [{ maxFiles: 2 }, { maxDepth: 1 }, { maxTotalBytes: 25 }].map((limit) =>
    collectRuleFiles([folder], { ...ruleFileLimits, ...limit }),
  );
  expect(
    bounded.map(({ files, problems }) => [files.length, problems.map((problem) => problem.code)]),
  ).toEqual([
    [2, ['too_many']],
    [2, ['too_many']],
    [2, ['too_large']],
  ]);
});

test('reads a file whose name is not UTF-8', { skip: process.platform !== 'linux' }, () => {
  writeFileSync(
    Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff), Buffer.from('.yar')]),
    'rule a {}',
  );
  const { files } = collectRuleFiles([folder]);
  expect(files).toEqual([{ path: `${folder}/\udcff.yar`, namespace: '\\xff.yar', source: 'rule a {}' }]);
});

test('leaves out the byte order mark, which the engine does not know', () => {
  const path = write('a.yar', '\uFEFFrule a { condition: true }');
  expect(collectRuleFiles([path]).files[0]?.source).toBe('rule a { condition: true }');
});
