// How full memory is: of the machine or, where that is fuller, of the group of processes this one is confined to.
import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';

export interface MemoryFigures {
  readonly totalBytes: number;
  /** What a new process could have: on Linux MemAvailable, which counts caches that can be dropped. */
  readonly availableBytes: number;
  /** Limit of the group; 0 or more than there is for none. */
  readonly constrainedBytes: number;
  /** In use by the group without what can be dropped; null when it cannot be told. */
  readonly groupBytes: number | null;
}

/** 0 to 100. */
export function memoryPercent(figures: MemoryFigures): number {
  const { totalBytes, availableBytes, constrainedBytes, groupBytes } = figures;
  const machine = shareOf(totalBytes - availableBytes, totalBytes);
  const isConfined = constrainedBytes > 0 && constrainedBytes < totalBytes;
  return isConfined && groupBytes !== null
    ? Math.max(machine, shareOf(groupBytes, constrainedBytes))
    : machine;
}

export function readMemoryFigures(): MemoryFigures {
  const totalBytes = totalmem();
  const constrainedBytes = process.constrainedMemory();
  const isConfined = constrainedBytes > 0 && constrainedBytes < totalBytes;
  return {
    totalBytes,
    availableBytes: freemem(),
    constrainedBytes,
    groupBytes: isConfined ? groupMemoryBytes() : null,
  };
}

/**
 * In use by the control group of this process, without file pages that are dropped first when memory runs short: a scanner
 * fills the cache with what it reads, and that is no reason for fewer workers.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
 */
export function groupMemoryBytes(ownGroupFile = '/proc/self/cgroup', root = '/sys/fs/cgroup'): number | null {
  const group = /^0::(?<path>\/.*)$/m.exec(read(ownGroupFile))?.groups?.['path'];
  if (group === undefined) return null;
  // Inside a container the path may be the one outside: there the root is the group itself.
  for (const folder of [join(root, group), root]) {
    const current = Number.parseInt(read(join(folder, 'memory.current')), 10);
    if (Number.isNaN(current)) continue;
    const inactive = /^inactive_file (?<bytes>\d+)$/m.exec(read(join(folder, 'memory.stat')));
    return Math.max(0, current - Number(inactive?.groups?.['bytes'] ?? 0));
  }
  return null;
}

function shareOf(part: number, whole: number): number {
  if (whole <= 0) return 0;
  return Math.min(100, Math.max(0, (part / whole) * 100));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
