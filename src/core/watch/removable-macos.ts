// Removable volumes on macOS: what is below /Volumes, asked of diskutil only when something there has changed.
import { lstatSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { parsePlist } from './parse-plist.ts';
import type { RemovableVolume, RemovableVolumes, RunProgram } from './removable-volumes.ts';

const volumesFolder = '/Volumes';
/** More than anybody plugs in. */
const maxVolumes = 64;

export interface MountedFolder {
  readonly path: string;
  /** Device number as lstat tells it. */
  readonly device: number;
}

export interface MacosVolumesOptions {
  readonly run: RunProgram;
  /** Folders on other disks than the folder they are in. */
  readonly readMounted?: () => readonly MountedFolder[];
}

export class MacosVolumes implements RemovableVolumes {
  readonly #run: RunProgram;
  readonly #readMounted: () => readonly MountedFolder[];
  #mounted: string | null = null;
  #volumes: readonly RemovableVolume[] = [];

  constructor({ run, readMounted = readVolumesFolder }: MacosVolumesOptions) {
    this.#run = run;
    this.#readMounted = readMounted;
  }

  async list(): Promise<readonly RemovableVolume[]> {
    const folders = this.#readMounted();
    const mounted = JSON.stringify(folders);
    if (mounted === this.#mounted) return this.#volumes;
    const volumes: RemovableVolume[] = [];
    for (const { path } of folders) {
      const volume = readVolumeInfo(await this.#run('/usr/sbin/diskutil', ['info', '-plist', path]));
      if (volume !== null) volumes.push(volume);
    }
    // Only now: a diskutil that failed is asked again the next time.
    this.#mounted = mounted;
    this.#volumes = volumes;
    return volumes;
  }
}

const infoSchema = z.object({
  DeviceIdentifier: z.string().min(1),
  MountPoint: z.string().startsWith('/'),
  VolumeName: z.string().default(''),
  VolumeUUID: z.string().optional(),
  BusProtocol: z.string().default(''),
  Internal: z.boolean().default(true),
  RemovableMedia: z.boolean().default(false),
  RemovableMediaOrExternalDevice: z.boolean().default(false),
});

/** From `diskutil info -plist`; null for what is no removable volume, disk images and network shares among it. */
export function readVolumeInfo(plist: string): RemovableVolume | null {
  const parsed = infoSchema.safeParse(parsePlist(plist));
  if (!parsed.success) return null;
  const info = parsed.data;
  if (info.BusProtocol === 'Disk Image') return null;
  // Cards in a slot of the machine are internal, and yet they can be taken out.
  if (info.Internal && !info.RemovableMedia && !info.RemovableMediaOrExternalDevice) return null;
  return {
    path: info.MountPoint,
    name: info.VolumeName === '' ? basename(info.MountPoint) : info.VolumeName,
    device: info.VolumeUUID ?? info.DeviceIdentifier,
  };
}

function readVolumesFolder(): readonly MountedFolder[] {
  const own = lstatSync(volumesFolder).dev;
  return readdirSync(volumesFolder)
    .map((name) => join(volumesFolder, name))
    .flatMap((path) => {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      // The disk of the system is a link there.
      return stats?.isDirectory() === true && stats.dev !== own ? [{ path, device: stats.dev }] : [];
    })
    .slice(0, maxVolumes);
}
