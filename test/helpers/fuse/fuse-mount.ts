// A file system of the test's own (Linux, as root, with FUSE): one that fails where it is told to, and one that never answers.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { ServedFiles } from './fuse-server.ts';

/** Every call on it waits until this is disposed of. null where this machine has no FUSE. */
export function hangingMount(path: string): Disposable | null {
  const device = mount(path);
  if (device === null) return null;
  return {
    [Symbol.dispose]() {
      // Without a look at it, which would hang. First, so that nobody meets it in between.
      spawnSync('umount', ['-l', '-c', '-i', path]);
      // Once nobody can serve it any more, all that waited gets an error.
      closeSync(device);
    },
  };
}

/** Served by a thread of its own, because who uses it may block this one. null where this machine has no FUSE. */
export async function servedMount(path: string, files: ServedFiles): Promise<AsyncDisposable | null> {
  const device = mount(path);
  if (device === null) return null;
  const server = new Worker(new URL('fuse-server.ts', import.meta.url), { workerData: { device, files } });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  return {
    async [Symbol.asyncDispose]() {
      spawnSync('umount', ['-f', '-l', path]);
      await ended;
      closeSync(device);
    },
  };
}

/** The descriptor that serves it. */
function mount(path: string): number | null {
  const device = process.platform === 'linux' ? openDevice() : null;
  if (device === null) return null;
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other';
  const { status } = spawnSync('mount', ['-i', '-t', 'fuse', '-o', options, 'vedette-test', path], {
    stdio: ['ignore', 'ignore', 'ignore', device],
  });
  if (status === 0) return device;
  closeSync(device);
  return null;
}

/** A container may have it and not be let in. */
function openDevice(): number | null {
  try {
    return openSync('/dev/fuse', 'r+');
  } catch {
    return null;
  }
}
