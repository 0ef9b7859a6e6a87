// Removable volumes of the platform this runs on, and how often they may be asked for at what cost.
import { MacosVolumes } from './removable-macos.ts';
import { LinuxVolumes, type RemovableVolumes } from './removable-volumes.ts';
import { WindowsVolumes } from './removable-windows.ts';
import { runProgram } from './run-program.ts';

export interface PlatformVolumes {
  readonly volumes: RemovableVolumes;
  readonly everyMs: number;
}

/** null where nobody can tell. */
export function platformVolumes(platform: NodeJS.Platform = process.platform): PlatformVolumes | null {
  if (platform === 'linux') return { volumes: new LinuxVolumes(), everyMs: 2000 };
  if (platform === 'darwin') return { volumes: new MacosVolumes({ run: runProgram }), everyMs: 2000 };
  // Each question starts a PowerShell, which takes some tenths of a second of processor time.
  if (platform === 'win32') return { volumes: new WindowsVolumes({ run: runProgram }), everyMs: 15_000 };
  return null;
}
