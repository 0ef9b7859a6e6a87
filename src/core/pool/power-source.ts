// Whether the machine runs on its battery; what cannot be told counts as mains, so that nothing is slowed down by a guess.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PowerSource {
  onBattery(): boolean;
}

/** For platforms where a shell knows better: Electron tells it there. */
export const unknownPowerSource: PowerSource = { onBattery: () => false };

/** USB is how many laptops are charged; a USB supply that is not plugged in says `online` 0. */
const externalTypes = new Set(['Mains', 'USB', 'Wireless']);
const storedTypes = new Set(['Battery', 'UPS']);

/**
 * On battery: a battery of the system is discharging and no supply from outside is online.
 * The attributes are those of https://docs.kernel.org/power/power_supply_class.html.
 */
export function linuxPowerSource(root = '/sys/class/power_supply'): PowerSource {
  return {
    onBattery() {
      const supplies = namesIn(root).map((name) => {
        const folder = join(root, name);
        return {
          type: attribute(folder, 'type'),
          scope: attribute(folder, 'scope'),
          // 2: online at a voltage that was agreed on.
          isOnline: Number(attribute(folder, 'online')) > 0,
          status: attribute(folder, 'status'),
        };
      });
      // The battery of a mouse says nothing of the machine.
      const ofSystem = supplies.filter(({ scope }) => scope !== 'Device');
      if (ofSystem.some(({ type, isOnline }) => externalTypes.has(type) && isOnline)) return false;
      return ofSystem.some(({ type, status }) => storedTypes.has(type) && status === 'Discharging');
    },
  };
}

/** The one for this platform, as far as plain Node can tell. */
export function platformPowerSource(): PowerSource {
  return process.platform === 'linux' ? linuxPowerSource() : unknownPowerSource;
}

function namesIn(root: string): readonly string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}

/** Empty where it is not there or cannot be read: a battery that is being taken out answers ENODEV. */
function attribute(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8').trim();
  } catch {
    return '';
  }
}
