import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/core/logger.ts';
import { MountProbe } from '../../src/core/watch/mount-probe.ts';
import { LinuxVolumes } from '../../src/core/watch/removable-volumes.ts';
import { type VolumeChange, watchVolumes } from '../../src/core/watch/watch-volumes.ts';
import { hangingMount } from '../helpers/fuse/fuse-mount.ts';
import { processesNaming, until } from '../helpers/processes.ts';
import { canMount } from '../helpers/store-mount.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const mounts = process.platform === 'linux' && canMount();

describe.runIf(mounts)('mounts of this machine', () => {
  test('a mount that hangs does not answer, and leaves no process behind; others answer', async (context) => {
    using folder = temporaryFolder();
    // Those of this test: others may ask other mounts at the moment.
    const octal = [...Buffer.from(folder.path)]
      .map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`)
      .join('');
    function probes(): readonly number[] {
      return processesNaming(octal);
    }
    const hanging = hangingMount(folder.path);
    if (hanging === null) context.skip();
    try {
      using probe = new MountProbe();
      expect(await probe.answersInTime(folder.path, 500)).toBe(false);
      expect(await probe.answersInTime(folder.path, 100)).toBe(false);
      expect(probes()).toHaveLength(1);
      expect(await probe.answersInTime('/', 10_000)).toBe(true);
    } finally {
      hanging?.[Symbol.dispose]();
    }
    await until(() => probes().length === 0);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('a file system mounted where desktops mount sticks is told, with its name, and when it is gone', async () => {
    const path = `/media/vedette test ${process.pid}`;
    /** Of this path: others may mount something at the moment. */
    const changes: VolumeChange[] = [];
    function isHere(each: { readonly path: string }): boolean {
      return each.path === path;
    }
    using _watch = watchVolumes({
      volumes: new LinuxVolumes(),
      everyMs: 50,
      onChange({ volumes, mounted, unmounted }) {
        changes.push({ volumes, mounted: mounted.filter(isHere), unmounted: unmounted.filter(isHere) });
      },
      logger: silentLogger,
    });
    const name = `vedette test ${process.pid}`;
    const volume = { path, name, device: expect.stringMatching(/^\d+:\d+$/) };
    mkdirSync(path, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path]);
      try {
        await until(() => changes.some(({ mounted }) => mounted.length > 0));
        expect(changes.flatMap(({ mounted }) => mounted)).toEqual([volume]);
      } finally {
        execFileSync('umount', ['-l', path]);
      }
      await until(() => changes.some(({ unmounted }) => unmounted.length > 0));
      expect(changes.flatMap(({ unmounted }) => unmounted)).toEqual([volume]);
    } finally {
      rmdirSync(path);
    }
  });
});
