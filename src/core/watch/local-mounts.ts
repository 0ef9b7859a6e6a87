// Where the file systems of this machine are mounted, for a scan of everything: what the kernel makes up and networks are left out.
import { readFileSync } from 'node:fs';
import { isLocal, parseMountTable } from './mount-table.ts';

/** Linux only; `/` alone where the table cannot be read. A device that is mounted twice is named once. */
export function localMounts(
  readTable: () => Buffer = () => readFileSync('/proc/self/mountinfo'),
): readonly string[] {
  try {
    const byDevice = new Map<string, string>();
    for (const mount of parseMountTable(readTable())) {
      const known = byDevice.get(mount.device);
      if (!isLocal(mount) || (known !== undefined && known.length <= mount.mountPoint.length)) continue;
      byDevice.set(mount.device, mount.mountPoint);
    }
    return [...new Set(['/', ...byDevice.values()])];
  } catch {
    return ['/'];
  }
}
