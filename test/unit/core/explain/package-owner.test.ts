import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import {
  askProgram,
  packageOwner,
  type AskProgram,
  type OwnedFile,
} from '../../../../src/core/explain/package-owner.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const content = 'the program';
const md5 = createHash('md5').update(content).digest('hex');
const sha256 = createHash('sha256').update(content).digest('hex');

function file(path: string, changes: Partial<OwnedFile> = {}): OwnedFile {
  return { path, sha256, md5: async () => md5, ...changes };
}

function sums(owner: string): string {
  return `dpkg-query --control-show ${owner} md5sums`;
}

function rpm(answer: string) {
  return vi.fn<AskProgram>(async (program) => (program === 'rpm' ? answer : null));
}

/** Answers by the whole command line; everything else fails. */
function answers(known: Readonly<Record<string, string>>) {
  return vi.fn<AskProgram>(async (program, args) => known[[program, ...args].join(' ')] ?? null);
}

describe.runIf(process.platform === 'linux')('of Debian', () => {
  const search = 'dpkg-query --search -- ';

  test('a file belongs to a package and is as the package has it', async () => {
    const ask = answers({
      [`${search}/opt/x/run`]: 'x-tools: /opt/x/run\n',
      [sums('x-tools')]: `${'0'.repeat(32)}  opt/x/other\n${md5}  opt/x/run\n`,
    });
    expect(await packageOwner(file('/opt/x/run'), ask)).toEqual({ name: 'x-tools', isUnchanged: true });
    const changed = file('/opt/x/run', { md5: async () => 'f'.repeat(32) });
    expect(await packageOwner(changed, ask)).toEqual({ name: 'x-tools', isUnchanged: false });
  });

  test('nothing is said of a file that the package keeps no checksum of, or that cannot be compared', async () => {
    const found = { [`${search}/etc/x.conf`]: 'x-tools: /etc/x.conf\n' };
    const owner = { name: 'x-tools', isUnchanged: null };
    expect(await packageOwner(file('/etc/x.conf'), answers(found))).toEqual(owner);
    const others = { ...found, [sums('x-tools')]: `${md5}  usr/etc/x.conf\n${md5}  etc/x.conf.d\n` };
    expect(await packageOwner(file('/etc/x.conf'), answers(others))).toEqual(owner);
    const its = { ...found, [sums('x-tools')]: `${md5}  etc/x.conf` };
    const unread = file('/etc/x.conf', { md5: async () => null });
    expect(await packageOwner(unread, answers(its))).toEqual(owner);
    expect(await packageOwner(file('/etc/x.conf'), answers(its))).toEqual({ ...owner, isUnchanged: true });
  });

  test.each([
    ['/usr/bin/ls', '/bin/ls'],
    ['/bin/ls', '/usr/bin/ls'],
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', '/lib/x86_64-linux-gnu/libc.so.6'],
  ])('%s is found as %s, by which the package knows it', async (path, known) => {
    const ask = answers({
      [`${search}${known}`]: `libc6:amd64, other: ${known}\n`,
      [sums('libc6:amd64')]: `${md5}  ${known.slice(1)}\n`,
    });
    expect(await packageOwner(file(path), ask)).toEqual({ name: 'libc6', isUnchanged: true });
  });

  test('a file of nobody is asked for once, and not under another name', async () => {
    const ask = answers({});
    expect(await packageOwner(file('/home/eve/bin/run'), ask)).toBeNull();
    expect(ask.mock.calls.map(([program]) => program)).toEqual(['dpkg-query', 'rpm']);
  });

  test.each([
    'diversion by dash from: /bin/sh\ndiversion by dash to: /bin/sh.distrib\n',
    'local diversion from: /bin/sh\nlocal diversion to: /bin/sh.real\n',
    'coreutils: /bin/sh.other\n',
    'not a package at all /bin/sh\n',
    ': /bin/sh\n',
  ])('%j names no package', async (answer) => {
    expect(await packageOwner(file('/bin/sh'), answers({ [`${search}/bin/sh`]: answer }))).toBeNull();
  });

  test('a diverted file belongs to its package all the same', async () => {
    const lines = 'local diversion from: /bin/sh\nlocal diversion to: /bin/sh.real\ndash: /bin/sh\n';
    const ask = answers({ [`${search}/bin/sh`]: lines });
    expect(await packageOwner(file('/bin/sh'), ask)).toEqual({ name: 'dash', isUnchanged: null });
  });

  test.each(['/a*', '/a?b', '/a[b]', '/a\\b', '/a\nb', '/a\tb', '/a\uDCE9', '/a\u0085'])(
    '%j is not asked for: it would be read as a pattern, as two lines, or wrongly',
    async (path) => {
      const ask = answers({});
      expect(await packageOwner(file(path), ask)).toBeNull();
      expect(ask).not.toHaveBeenCalled();
    },
  );

  test('a name that looks like an option, and one with blanks and a colon, are handed over as they are', async () => {
    const path = '/home/eve/-x: y, z';
    const ask = answers({ [`${search}${path}`]: `tools: ${path}\n` });
    expect(await packageOwner(file(path), ask)).toMatchObject({ name: 'tools' });
  });
});

describe.runIf(process.platform === 'linux')('of rpm', () => {
  test('a file is compared by what was scanned', async () => {
    const ask = rpm(`x-tools 8\n${'0'.repeat(64)} /opt/x/other\n${sha256} /opt/x/run\n`);
    expect(await packageOwner(file('/opt/x/run'), ask)).toEqual({ name: 'x-tools', isUnchanged: true });
    const other = file('/opt/x/run', { sha256: 'f'.repeat(64) });
    expect(await packageOwner(other, ask)).toEqual({ name: 'x-tools', isUnchanged: false });
  });

  test.each([
    `x-tools 8\n${'0'.repeat(64)} /opt/x/other\n`,
    `x-tools (none)\n${'0'.repeat(32)} /opt/x/run\n`,
    'x-tools 8\n /opt/x/run\n',
  ])('nothing is said without a checksum: %j', async (answer) => {
    expect(await packageOwner(file('/opt/x/run'), rpm(answer))).toEqual({
      name: 'x-tools',
      isUnchanged: null,
    });
  });

  test('an answer that is a sentence is no package', async () => {
    const answer = 'file /opt/x/run is not owned by any package\n';
    expect(await packageOwner(file('/opt/x/run'), rpm(answer))).toBeNull();
  });
});

describe.runIf(process.platform !== 'win32')('a program', () => {
  test('is asked in English, with no input, and what it says counts when it ends well', async () => {
    using folder = temporaryFolder();
    const program = folder.write('ask', '#!/bin/sh\ncat\necho "$LC_ALL" "$@"\n');
    chmodSync(program, 0o755);
    expect(await askProgram(program, ['a  b'])).toBe('C a  b\n');
  });

  test('that is not there, or ends badly, has no answer', async () => {
    using folder = temporaryFolder();
    const program = folder.write('ask', '#!/bin/sh\necho half an answer\nexit 1\n');
    chmodSync(program, 0o755);
    expect(await askProgram(program, [])).toBeNull();
    expect(await askProgram(`${program}-not-there`, [])).toBeNull();
  });

  test('that hangs, also one that cannot be told to end, has no answer in time', async () => {
    using folder = temporaryFolder();
    const program = folder.write('ask', `#!/bin/sh\ntrap '' TERM\nread forever < ${folder.path}/fifo\n`);
    chmodSync(program, 0o755);
    execFileSync('mkfifo', [`${folder.path}/fifo`]);
    expect(await askProgram(program, [], 100)).toBeNull();
  });
});
