import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPrivateFile, writePrivateFile } from '../../../../src/core/files/private-file.ts';
import { runProgram } from '../../../helpers/run-program.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

describe('a private file', () => {
  test('is replaced whole, for the user alone, and nothing is left beside it', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'owner.json');
    writeFileSync(file, 'x'.repeat(1000), { mode: 0o644 });
    writePrivateFile(file, 'né');
    expect([readPrivateFile(file), statSync(file).mode & 0o777]).toEqual(['né', 0o600]);
    expect(readdirSync(folder.path)).toEqual(['owner.json']);
  });

  test('takes the place of a link, not of what it leads to; what a killed process left is in nobody’s way', () => {
    using folder = temporaryFolder();
    const [file, target] = [join(folder.path, 'owner.json'), folder.write('target', 'precious')];
    symlinkSync(target, file);
    symlinkSync(target, `${file}.new-${process.pid}`);
    expect(readPrivateFile(file)).toBeNull();
    writePrivateFile(file, 'text');
    expect([readFileSync(target, 'utf8'), readPrivateFile(file)]).toEqual(['precious', 'text']);
  });

  test('that cannot be replaced stays, and nothing is left beside it', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'owner.json');
    mkdirSync(file);
    expect(() => writePrivateFile(file, 'text')).toThrow(expect.objectContaining({ syscall: 'rename' }));
    expect(readdirSync(folder.path)).toEqual(['owner.json']);
  });

  test('is not read when it is missing, too large or no file; and nothing waits for a writer', async () => {
    using folder = temporaryFolder();
    const fifo = join(folder.path, 'fifo');
    await runProgram('mkfifo', [fifo], { timeoutMs: 10_000 });
    const large = folder.write('large', 'x'.repeat(64 * 1024 + 1));
    expect([fifo, large, folder.path, `${fifo}-missing`].map(readPrivateFile)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
