// Every step of the verdict cache, in order.
import type { Migration } from '../../database-handle.ts';
import { createFilesAndContents } from './0001-files-and-contents.ts';
import { createEngineStarts } from './0002-engine-starts.ts';

export const cacheMigrations: readonly Migration[] = [
  { version: 1, apply: createFilesAndContents },
  { version: 2, apply: createEngineStarts },
];
