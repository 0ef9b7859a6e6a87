// How much the kernel lets one user watch, as far as it tells.
import { readFileSync } from 'node:fs';
import type { SystemLimits } from './root-trouble.ts';

export function readSystemLimits(platform: NodeJS.Platform = process.platform): SystemLimits {
  return {
    platform,
    watches: readLimit('max_user_watches', platform),
    instances: readLimit('max_user_instances', platform),
  };
}

/** Events the kernel keeps for us; what comes beyond them is lost without a word. */
export function readQueueLimit(platform: NodeJS.Platform = process.platform): number {
  return readLimit('max_queued_events', platform) ?? 16_384;
}

function readLimit(name: string, platform: NodeJS.Platform): number | null {
  if (platform !== 'linux') return null;
  try {
    const value = Number(readFileSync(`/proc/sys/fs/inotify/${name}`, 'utf8'));
    return Number.isSafeInteger(value) && value > 0 ? value : null;
  } catch {
    // No procfs, or a kernel without inotify: the sentence does without the number.
    return null;
  }
}
