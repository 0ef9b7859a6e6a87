// A network in an allowed folder of the service that hangs for good: its files are answered, no thread waits, and neither does the end.
import { mkdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { AllowedFolders } from '../../src/core/service/allowed-folders.ts';
import { AnsweringMounts } from '../../src/core/service/answering-mounts.ts';
import { hangingMount } from '../helpers/fuse/fuse-mount.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const never = new AbortController().signal;

describe('a file system that never answers', () => {
  test('keeps nobody waiting who asks for other files, and no thread', async ({ skip }) => {
    using folder = temporaryFolder();
    const file = folder.write('near/file', 'x');
    const hung = `${folder.path}/far`;
    mkdirSync(hung);
    using mount = hangingMount(hung);
    if (mount === null) return skip('this machine has no FUSE');
    using mounts = new AnsweringMounts();
    const names = [hung, `${folder.path}/near`];
    const folders = new AllowedFolders({ folders: () => names, mounts });
    const far = Array.from({ length: 20 }, (_, index) => `${hung}/${index}/file`);
    const asked = folders.problemsOf(far, never);
    expect(await folders.problemsOf([file], never)).toEqual(new Map());
    const problems = await asked;
    expect([...problems.values()].map(({ reason }) => reason)).toEqual(far.map(() => 'timeout'));
    // Each of the four threads is there for others.
    await Promise.all(Array.from({ length: 4 }, () => stat(file)));
    return undefined;
  });
});
