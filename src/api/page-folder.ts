// Where the build puts the pages, seen from here: the same place for the code as it is written and as it is built.
import { join } from 'node:path';

/** From `src/api` as from `out/api`. */
export function pageFolder(): string {
  return join(import.meta.dirname, '..', '..', 'out', 'renderer');
}
