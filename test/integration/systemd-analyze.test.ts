// systemd itself reads the units: it understands every line, and counts what they leave open.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const root = resolve(import.meta.dirname, '..', '..');
const version = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8', timeout: 30_000 });
/** Older ones cannot judge a unit that is not installed. */
const isThere = version.status === 0 && Number(/^systemd (\d+)/.exec(version.stdout)?.[1]) >= 250;

/** From 0 to 10, in tenths: how much of the system a service could do harm to. A tenth of room for newer versions that count more. */
const mostExposure = 20;

describe.runIf(isThere)('systemd-analyze', () => {
  const folder = temporaryFolder();
  afterAll(() => folder[Symbol.dispose]());
  const runtime = join(folder.path, 'runtime');
  mkdirSync(runtime, { mode: 0o700 });
  // Wherever this checkout lies: a name with a blank would be two words.
  const program = join(folder.path, 'vedette');
  symlinkSync(join(root, 'bin', 'vedette'), program);

  /** A copy that starts the command of this checkout, as `verify` wants to see the program. */
  function unit(name: string, { as = name, change = (text: string) => text } = {}): string {
    const text = readFileSync(join(root, 'assets', 'systemd', name), 'utf8');
    return folder.write(as, change(text.replace(/^ExecStart=\S+/m, `ExecStart=${program}`)));
  }

  function analyze(...args: readonly string[]): { readonly status: number | null; readonly text: string } {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['--no-pager', ...args], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, XDG_RUNTIME_DIR: runtime },
    });
    return { status, text: `${stdout}${stderr}` };
  }

  const ok = { status: 0, text: '' };

  test('understands the unit of a user', () => {
    expect(analyze('verify', '--user', unit('vedette.service'))).toEqual(ok);
  });

  test('understands the unit of a server, and the drop-in for a file server', () => {
    expect(analyze('verify', unit('vedette-server.service'))).toEqual(ok);
    const withDropIn = unit('vedette-server.service', { as: 'with-drop-in.service' });
    unit('file-server.conf', { as: 'with-drop-in.service.d/file-server.conf' });
    expect(analyze('verify', withDropIn)).toEqual(ok);
    unit('file-server.conf', {
      as: 'with-drop-in.service.d/file-server.conf',
      change: (text) => text.replace('AmbientCapabilities', 'AmbientCapability'),
    });
    expect(analyze('verify', withDropIn).text).toContain("Unknown key 'AmbientCapability'");
  });

  test('finds little in it that is open, and more when a line is taken away', () => {
    const security = ['security', '--offline=true', `--threshold=${mostExposure}`];
    const { status, text } = analyze(...security, unit('vedette-server.service'));
    expect(text).toContain('Overall exposure level');
    expect(status).toBe(0);
    const open = unit('vedette-server.service', {
      as: 'open.service',
      change: (whole) => whole.replace('CapabilityBoundingSet=\n', ''),
    });
    expect(analyze(...security, open).status).not.toBe(0);
  });
});
