// What an app says of itself in its package.json: its main script, name and version.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const packageSchema = z.object({
  main: z.string().default('index.js'),
  name: z.string().default('Electron'),
  productName: z.string().optional(),
  version: z.string().default('0.0.0'),
});

export interface AppPackage {
  readonly folder: string;
  readonly mainScript: string;
  readonly name: string;
  readonly version: string;
}

/** @param target a folder with a package.json, or a script somewhere below one */
export function readAppPackage(target: string): AppPackage {
  const isFolder = statSync(target).isDirectory();
  const folder = isFolder ? target : packageFolderAbove(target);
  const { main, name, productName, version } = readPackage(folder);
  return { folder, mainScript: isFolder ? join(folder, main) : target, name: productName ?? name, version };
}

function readPackage(folder: string): z.infer<typeof packageSchema> {
  const file = join(folder, 'package.json');
  return packageSchema.parse(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
}

function packageFolderAbove(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return dirname(file);
}
