// When `out/` is built again, and that nobody starts from half of it.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { BuildFailure, buildIfStale } from '../../../scripts/build-if-stale.ts';
import { runProgram } from '../../helpers/run-program.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporary-folder.ts';

/** A checkout whose builder writes a line into `built` each time it runs. */
class Checkout implements Disposable {
  readonly folder: TemporaryFolder = temporaryFolder();
  readonly root = this.folder.path;

  constructor() {
    const settings = ['electron.vite.config.ts', 'tsconfig.json', 'package-lock.json'];
    for (const file of ['src/a.ts', 'src/deeper/b.ts', ...settings]) this.folder.write(file, file);
    this.folder.write('node_modules/none');
    this.builder();
  }

  /** @param last what it does after its work. */
  builder(last = ''): void {
    this.folder.write(
      'builder.mjs',
      `import fs from 'node:fs';
       fs.appendFileSync('built', 'built\\n');
       fs.mkdirSync('out', { recursive: true });
       fs.writeFileSync('out/index.js', '');
       ${last}`,
    );
  }

  get options(): { readonly root: string; readonly builder: readonly [string, string] } {
    return { root: this.root, builder: [process.execPath, 'builder.mjs'] };
  }

  build(): void {
    const silent = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      buildIfStale(this.options);
    } finally {
      silent.mockRestore();
    }
  }

  get builds(): number {
    const log = join(this.root, 'built');
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0;
  }

  has(file: string): boolean {
    return existsSync(join(this.root, file));
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}

describe('the build before a start', () => {
  test('is made once, and again when something changed, came or went', () => {
    using checkout = new Checkout();
    const changes: readonly (() => unknown)[] = [
      () => {},
      () => checkout.folder.write('src/a.ts', 'another text'),
      () => checkout.folder.write('src/new.ts'),
      () => rmSync(join(checkout.root, 'src/deeper/b.ts')),
      () => checkout.folder.write('package-lock.json', 'other packages'),
      () => rmSync(join(checkout.root, 'out'), { recursive: true }),
    ];
    for (const [index, change] of changes.entries()) {
      change();
      checkout.build();
      checkout.build();
      expect(checkout.builds).toBe(index + 1);
    }
  });

  test('leaves nothing of the one before', () => {
    using checkout = new Checkout();
    checkout.folder.write('out/old.js');
    checkout.build();
    expect([checkout.has('out/old.js'), checkout.has('out/index.js')]).toEqual([false, true]);
  });

  test('that fails is told, and tried again the next time', () => {
    using checkout = new Checkout();
    checkout.builder('process.exit(4);');
    expect(() => checkout.build()).toThrow(BuildFailure);
    expect(() => checkout.build()).toThrow('could not be built: it ended with code 4');
    checkout.builder();
    checkout.build();
    expect(checkout.builds).toBe(3);
  });

  test('is made by one of two that start at once; the other waits for it', async () => {
    using checkout = new Checkout();
    checkout.builder('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);');
    const module = JSON.stringify(join(import.meta.dirname, '../../../scripts/build-if-stale.ts'));
    const script = `import { existsSync } from 'node:fs';
      const { buildIfStale } = await import(${module});
      buildIfStale(${JSON.stringify(checkout.options)});
      if (!existsSync(${JSON.stringify(join(checkout.root, 'out/.built-from'))})) process.exit(1);`;
    const args = ['--input-type=module', '--eval', script];
    await Promise.all([1, 2].map(() => runProgram(process.execPath, args, { timeoutMs: 20_000 })));
    expect(checkout.builds).toBe(1);
  });
});
