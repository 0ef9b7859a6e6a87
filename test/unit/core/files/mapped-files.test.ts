import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { identityOf } from '../../../../src/core/files/file-identity.ts';
import { type FindMapped, MappedFiles } from '../../../../src/core/files/mapped-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

function identity(ino: bigint, ctimeMs: number) {
  return identityOf({ dev: 1n, ino, size: 3n, mtimeNs: 0n, ctimeNs: BigInt(ctimeMs) * 1_000_000n + 1n });
}

describe('a file', () => {
  it('is beyond reach when nobody has it mapped, and one look is enough for all older files', () => {
    const find = vi.fn<FindMapped>(() => new Set(['7']));
    const mapped = new MappedFiles(find, () => 10_000);
    expect([5n, 6n, 7n, 8n].map((ino) => mapped.isBeyondReach(identity(ino, 5000)))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(find).toHaveBeenCalledOnce();
  });

  it('that changed since the last look is not, until there is another', () => {
    let nowMs = 10_000;
    const find = vi.fn<FindMapped>(() => new Set());
    const mapped = new MappedFiles(find, () => nowMs);
    expect(mapped.isBeyondReach(identity(5n, 5000))).toBe(true);
    nowMs += 1000;
    expect(mapped.isBeyondReach(identity(6n, 10_500))).toBe(false);
    expect(find).toHaveBeenCalledOnce();
    nowMs += 1000;
    expect(mapped.isBeyondReach(identity(6n, 10_500))).toBe(true);
    expect(find).toHaveBeenCalledTimes(2);
  });

  it('is where mappings cannot be seen once it has not changed for a minute', () => {
    const mapped = new MappedFiles(
      () => null,
      () => 100_000,
    );
    expect([39_000, 41_000].map((ctimeMs) => mapped.isBeyondReach(identity(5n, ctimeMs)))).toEqual([
      true,
      false,
    ]);
  });

  it.runIf(process.platform === 'linux' && hasPython)(
    'that a program has mapped for writing is found on this machine',
    async () => {
      using folder = temporaryFolder();
      const path = `${folder.path}/mapped`;
      const other = `${folder.path}/other`;
      const script = `import mmap, sys
for p in sys.argv[1:]: open(p, 'wb').write(b'x' * 68)
f = open(sys.argv[1], 'r+b')
m = mmap.mmap(f.fileno(), 68)
print('mapped', flush=True)
sys.stdin.read()`;
      const program = spawn('python3', ['-c', script, path, other], { stdio: ['pipe', 'pipe', 'inherit'] });
      await once(program.stdout, 'data');
      const mapped = new MappedFiles(undefined, () => Date.now() + 60_000);
      const told = [path, other].map((name) =>
        mapped.isBeyondReach(identityOf(lstatSync(name, { bigint: true }))),
      );
      program.stdin.end();
      await once(program, 'exit');
      expect(told).toEqual([false, true]);
    },
  );
});
