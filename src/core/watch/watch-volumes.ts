// Tells which removable volumes came and went; a system that cannot tell at the moment makes nothing go.
import { messageOf } from '../../shared/errors.ts';
import type { Logger } from '../logger.ts';
import type { RemovableVolume, RemovableVolumes } from './removable-volumes.ts';

export interface VolumeChange {
  readonly mounted: readonly RemovableVolume[];
  readonly unmounted: readonly RemovableVolume[];
  /** All that are mounted now. */
  readonly volumes: readonly RemovableVolume[];
}

export interface WatchVolumesOptions {
  readonly volumes: RemovableVolumes;
  /** From one answer to the next question. */
  readonly everyMs: number;
  /** Also for those that are there at the start. */
  readonly onChange: (change: VolumeChange) => void;
  readonly logger: Logger;
}

/** Asks at once and then again and again, one question at a time, until it is disposed. */
export function watchVolumes({ volumes, everyMs, onChange, logger }: WatchVolumesOptions): Disposable {
  let known: readonly RemovableVolume[] = [];
  let timer: NodeJS.Timeout | null = null;
  let isOver = false;
  let isFailing = false;

  async function look(): Promise<void> {
    let now = known;
    try {
      now = await volumes.list();
      isFailing = false;
    } catch (error) {
      // One line, however long it lasts.
      if (!isFailing && !isOver)
        logger.warn({ cause: messageOf(error) }, 'removable volumes cannot be looked at');
      isFailing = true;
    }
    if (isOver) return;
    timer = setTimeout(() => void look(), everyMs).unref();
    const change = now === known ? null : compareVolumes(known, now);
    known = now;
    if (change !== null) onChange(change);
  }

  void look();
  return {
    [Symbol.dispose]() {
      isOver = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** null when they are the same. Another volume at the same path is one that went and one that came. */
export function compareVolumes(
  before: readonly RemovableVolume[],
  now: readonly RemovableVolume[],
): VolumeChange | null {
  const mounted = now.filter((volume) => !isAmong(before, volume));
  const unmounted = before.filter((volume) => !isAmong(now, volume));
  return mounted.length + unmounted.length === 0 ? null : { mounted, unmounted, volumes: now };
}

function isAmong(volumes: readonly RemovableVolume[], { path, device }: RemovableVolume): boolean {
  return volumes.some((volume) => volume.path === path && volume.device === device);
}
