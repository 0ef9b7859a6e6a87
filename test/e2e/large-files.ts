// Files that cost time to read but no room: mostly holes, each of another content.
import { closeSync, mkdirSync, openSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const sizeBytes = 8 * 1024 * 1024;

export function writeLargeFiles(folder: string, count: number): void {
  mkdirSync(folder);
  for (let number = 0; number < count; number += 1) {
    const path = join(folder, `file-${number}.bin`);
    const descriptor = openSync(path, 'w');
    writeSync(descriptor, `number ${number}`);
    closeSync(descriptor);
    truncateSync(path, sizeBytes);
  }
}
