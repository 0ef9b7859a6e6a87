// Names that imitate replies, options and commands: what is in such a file is found, and its name is told exactly.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodePath, encodePath, pathBytes } from '../../src/core/files/raw-path.ts';
import { displayPath } from '../../src/shared/display-path.ts';
import { eicar } from '../helpers/eicar.ts';
import { clamdMarker, clamdMarkerSignature, exactPath, kindOf, Scene } from '../helpers/faults/scene.ts';
import { hasClamd, RealClamd } from '../helpers/real-clamd.ts';

const names: readonly string[] = [
  'new\nline',
  'tab\tname',
  'carriage\rreturn',
  'escape\u001b[31m\u001b]0;title\u0007',
  '-rf',
  '--json',
  ';$(touch pwned)',
  '`touch pwned`',
  'x: OK',
  'x FOUND',
  'stream: OK\n1: stream: OK',
  'quote\'"back\\slash',
  '=cmd|calc',
  '%s%n%x',
  'a'.repeat(255),
  '\u{1f9a0}.exe',
  'invoice\u202efdp.exe',
  'zero\u200bwidth',
  'line\u2028separator',
  'Twin',
  'twin',
  'caf\u00e9',
  'cafe\u0301',
  decodePath(Buffer.from([0x62, 0xff, 0xfe, 0x80])),
  decodePath(Buffer.from([0xed, 0xa0, 0x80])),
  decodePath(Buffer.concat([Buffer.from([0xff]), Buffer.from('\n: OK')])),
];

describe.skipIf(process.platform !== 'linux')('names', () => {
  it.skipIf(!hasClamd).each([
    ['the managed clamd', true],
    ['a clamd that was found', false],
  ])(
    'finds what is in files of every name with %s, and tells the names exactly',
    async (_which, isManaged) => {
      using scene = new Scene({ withRules: false });
      for (const name of names) scene.write(name, `${clamdMarker} ${eicar().toString()}`);
      await using found = isManaged
        ? null
        : await RealClamd.start({ database: { 'fault.ndb': clamdMarkerSignature() } });
      const clamd = found === null ? 'managed' : join(found.folder, 'clamd.sock');
      const scanned = await scene.scan({ clamd });
      expect(scanned.results.map((result) => bytesIn(exactPath(result))).toSorted()).toEqual(
        names.map((name) => bytesIn(join(scene.files, name))).toSorted(),
      );
      for (const result of scanned.results) {
        expect(result.detections.map(({ name }) => name).join()).toContain('Fault.Only.Clamd');
        expect(result.path_base64 === undefined).toBe(exactPath(result).isWellFormed());
        expect(result.path.isWellFormed()).toBe(true);
      }
      expect(spawnSync('find', [scene.folder, '-name', 'pwned']).stdout.toString()).toBe('');
    },
  );

  it('writes every name out in text: one line a file, nothing that moves the cursor', async () => {
    using scene = new Scene({ withRules: false });
    for (const name of names) scene.write(name, eicar());
    const { stdout } = await scene.scanText({ options: ['--quiet'] });
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(names.length);
    for (const line of lines) expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    for (const name of names) {
      const shown = displayPath(join(scene.files, name));
      expect(lines.filter((line) => line.startsWith(`${shown}: infected`))).toHaveLength(1);
    }
    expect(stdout).toContain(String.raw`b\xff\xfe\x80: infected`);
    expect(stdout).toContain(String.raw`invoice\u{202e}fdp.exe: infected`);
  });

  it('takes names of any bytes from a NUL separated list', async () => {
    using scene = new Scene({ withRules: false });
    const paths = names.map((name) => scene.write(name, eicar()));
    const scanned = await scene.scan({
      paths: [],
      options: ['--files-from', '-', '-0'],
      stdin: Buffer.concat(paths.map((path) => Buffer.concat([pathBytes(path), Buffer.of(0)]))),
    });
    expect(scanned.summary).toMatchObject({ files: names.length, infected: names.length });
    expect(scanned.results.map((result) => bytesIn(exactPath(result))).toSorted()).toEqual(
      paths.map((path) => bytesIn(path)).toSorted(),
    );
  });

  it('takes a name that begins with a dash for a name', async () => {
    using scene = new Scene({ withRules: false });
    scene.write('--clamd', eicar());
    const scanned = await scene.scan({ paths: ['--clamd'], workingFolder: scene.files });
    expect(scanned.of('--clamd').verdict).toBe('infected');
  });

  it('scans at the longest path the system takes, and says so of one that is longer', async () => {
    using scene = new Scene({ withRules: false });
    const step = 'd'.repeat(200);
    let folder = scene.files;
    while (pathBytes(join(folder, step, 'x')).length < 4095) folder = join(folder, step);
    const longest = join(folder, 'f'.repeat(4095 - pathBytes(folder).length - 1));
    spawnSync('mkdir', ['-p', folder]);
    writeFileSync(encodePath(longest), eicar());
    const deeper = `cd -P "$1" && mkdir -p ${step} && cd -P ${step} && printf x > ${'g'.repeat(200)}`;
    expect(spawnSync('sh', ['-c', deeper, 'sh', folder]).status).toBe(0);
    const scanned = await scene.scan();
    expect(scanned.of('f'.repeat(4095 - pathBytes(folder).length - 1)).verdict).toBe('infected');
    expect(scanned.results.map(kindOf).toSorted()).toEqual(['infected', 'unscannable/path_too_long']);
    expect(scanned.exitCode).toBe(1);
    spawnSync('rm', ['-rf', scene.files]);
  });
});

/** Comparable and printable, whatever bytes the name has. */
function bytesIn(path: string): string {
  return pathBytes(path).toString('hex');
}
