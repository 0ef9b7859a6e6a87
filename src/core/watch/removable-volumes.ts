// Which removable volumes are mounted: the port, and Linux, where the kernel's own table is asked and nothing is started.
import type { Buffer } from 'node:buffer';
import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BlockDevice, isRemovable, parseMountTable } from './mount-table.ts';

export interface RemovableVolume {
  /** Where it is mounted. */
  readonly path: string;
  /** For people. */
  readonly name: string;
  /** Tells one volume from another at the same path. */
  readonly device: string;
}

export interface RemovableVolumes {
  /**
   * Those mounted now. The same array as the last time when nothing changed.
   * @throws when the system cannot tell at the moment.
   */
  list(): Promise<readonly RemovableVolume[]>;
}

/** Runs a program of the system and gives what it wrote; see `runProgram`. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

export interface LinuxVolumesOptions {
  readonly readMountTable?: () => Buffer;
  readonly findDisk?: (device: string) => BlockDevice | null;
}

/**
 * Node cannot wait for the kernel to announce a change of the table (poll(2)), so that it has to be read again and
 * again: 40 µs with twenty mounts. Only a table that differs from the last one is parsed.
 */
export class LinuxVolumes implements RemovableVolumes {
  readonly #readMountTable: () => Buffer;
  readonly #findDisk: (device: string) => BlockDevice | null;
  #table: Buffer | null = null;
  #volumes: readonly RemovableVolume[] = [];

  constructor({ readMountTable = readOwnTable, findDisk = findBlockDevice }: LinuxVolumesOptions = {}) {
    this.#readMountTable = readMountTable;
    this.#findDisk = findDisk;
  }

  // Synchronous inside: these files are the kernel's memory and wait for no disk.
  async list(): Promise<readonly RemovableVolume[]> {
    const table = this.#readMountTable();
    if (this.#table !== null && table.equals(this.#table)) return this.#volumes;
    this.#volumes = parseMountTable(table)
      .filter((mount) => isRemovable(mount, this.#findDisk(mount.device)))
      .map(({ mountPoint, device }) => ({ path: mountPoint, name: basename(mountPoint), device }));
    this.#table = table;
    return this.#volumes;
  }
}

function readOwnTable(): Buffer {
  // The kernel bounds it: 100,000 mounts at most (sysctl fs.mount-max).
  return readFileSync('/proc/self/mountinfo');
}

/** What sysfs says of the disk; a partition stands below its disk. null: there is no such device (any more). */
export function findBlockDevice(device: string, sysfs = '/sys'): BlockDevice | null {
  let folder: string;
  try {
    folder = realpathSync(join(sysfs, 'dev/block', device));
  } catch {
    return null;
  }
  const flag = readFlag(join(folder, 'removable')) ?? readFlag(join(dirname(folder), 'removable'));
  return { hasRemovableMedium: flag === '1', isUsb: /\/usb\d+\//u.test(folder) };
}

function readFlag(file: string): string | null {
  try {
    return readFileSync(file, 'latin1').trim();
  } catch {
    return null;
  }
}
