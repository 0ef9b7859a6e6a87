// File systems whose files are the kernel talking: they say size 0 and still have content, and reading may even consume it.
import { statfsSync } from 'node:fs';
import { encodePath } from './raw-path.ts';

/** `f_type` of statfs(2). */
const pseudoTypes: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x73636673, // securityfs
  0x62656570, // configfs
  0x6165676c, // pstore
]);

/** False where nothing can be said. */
export function isOnPseudoFileSystem(path: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return pseudoTypes.has(statfsSync(encodePath(path)).type);
  } catch {
    return false;
  }
}
