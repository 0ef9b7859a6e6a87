// Whether the machine runs on its battery, as far as anybody here can tell: Electron where it knows, the kernel on Linux, where it does not.
import { linuxPowerSource, type PowerSource } from '../core/pool/power-source.ts';

/** @param isOnBattery as Electron's power monitor says; on Linux it always says no. */
export function desktopPowerSource(platform: NodeJS.Platform, isOnBattery: () => boolean): PowerSource {
  return platform === 'linux' ? linuxPowerSource() : { onBattery: isOnBattery };
}
