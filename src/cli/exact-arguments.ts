// The arguments byte for byte: Node replaces what is not UTF-8, and such a name would then lead nowhere.
import { readFileSync } from 'node:fs';
import { decodePath } from '../core/files/raw-path.ts';

/** `process.argv` without the program; on Linux with names that are not UTF-8 as `decodePath` writes them. */
export function exactArguments(): readonly string[] {
  const given = process.argv.slice(2);
  if (process.platform !== 'linux' || !given.some((argument) => argument.includes('\uFFFD'))) return given;
  const bytes = readFileSync('/proc/self/cmdline');
  const all: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0, start)) {
    all.push(decodePath(bytes.subarray(start, end)));
    start = end + 1;
  }
  return all.slice(-given.length);
}
