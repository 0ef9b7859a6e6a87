// One app a data folder: a second start hands its paths to the first and ends; what it hands over is checked, as any program can send it.
import { isAbsolute } from 'node:path';
import { maxHandedPaths } from './handed-paths.ts';

export interface Handover {
  /** To be scanned; absolute. */
  readonly paths: readonly string[];
  /** Started at login beside one that runs: no reason to show anything. */
  readonly isHidden: boolean;
  /** How many more there were than are taken at once. */
  readonly leftOut: number;
}

const maxPathLength = 32_768;

export function readHandover(data: unknown): Handover {
  if (typeof data !== 'object' || data === null) return { paths: [], isHidden: false, leftOut: 0 };
  const given: unknown = 'paths' in data ? data.paths : [];
  const all = Array.isArray(given) ? given : [];
  const paths = all.slice(0, maxHandedPaths).filter(isPath);
  const isHidden = 'isHidden' in data && data.isHidden === true && paths.length === 0;
  return { paths, isHidden, leftOut: Math.max(0, all.length - maxHandedPaths) };
}

function isPath(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= maxPathLength && isAbsolute(value) && !value.includes('\0')
  );
}
