// The version of an installed package, from its own manifest.
import { createRequire } from 'node:module';
import { z } from 'zod';

const manifestSchema = z.object({ version: z.string() });

/** @throws when the package is not installed. */
export function packageVersion(name: string): string {
  return manifestSchema.parse(createRequire(import.meta.url)(`${name}/package.json`)).version;
}
