// One app a data folder: a second start hands its paths to the first and ends; what it hands over is checked, as any program can send it.
import { isAbsolute } from 'node:path';

export interface Handover {
  /** To be scanned; absolute. */
  readonly paths: readonly string[];
  /** Started at login beside one that runs: no reason to show anything. */
  readonly isHidden: boolean;
}

const maxPaths = 1000;
const maxPathLength = 32_768;

export function readHandover(data: unknown): Handover {
  if (typeof data !== 'object' || data === null) return { paths: [], isHidden: false };
  const given: unknown = 'paths' in data ? data.paths : [];
  const paths = Array.isArray(given) ? given.slice(0, maxPaths).filter(isPath) : [];
  return { paths, isHidden: 'isHidden' in data && data.isHidden === true && paths.length === 0 };
}

function isPath(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= maxPathLength && isAbsolute(value) && !value.includes('\0')
  );
}
