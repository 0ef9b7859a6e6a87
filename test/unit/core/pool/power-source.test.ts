import { describe, expect, test } from 'vitest';
import { linuxPowerSource, unknownPowerSource } from '../../../../src/core/pool/power-source.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

type Supplies = Readonly<Record<string, Readonly<Record<string, string>>>>;

const laptopBattery = { type: 'Battery', scope: 'System', present: '1', capacity: '71' };
/** As kernels leave them in /sys/class/power_supply; a folder for each supply, a file for each attribute. */
const machines: readonly {
  readonly name: string;
  readonly supplies: Supplies;
  readonly onBattery: boolean;
}[] = [
  { name: 'a desktop without any', supplies: {}, onBattery: false },
  {
    name: 'a laptop on its barrel plug',
    supplies: { AC: { type: 'Mains', online: '1' }, BAT0: { ...laptopBattery, status: 'Charging' } },
    onBattery: false,
  },
  {
    name: 'a laptop on its battery',
    supplies: { AC: { type: 'Mains', online: '0' }, BAT0: { ...laptopBattery, status: 'Discharging' } },
    onBattery: true,
  },
  {
    name: 'a laptop whose plug gives less than it takes',
    supplies: { ADP1: { type: 'Mains', online: '1' }, BAT0: { ...laptopBattery, status: 'Discharging' } },
    onBattery: false,
  },
  {
    name: 'a laptop that is charged over USB-C',
    supplies: {
      AC: { type: 'Mains', online: '0' },
      BAT0: { ...laptopBattery, status: 'Discharging' },
      'ucsi-source-psy-USBC000:001': { type: 'USB', online: '0', usb_type: '[C] PD PD_PPS' },
      'ucsi-source-psy-USBC000:002': { type: 'USB', online: '1', usb_type: 'C [PD] PD_PPS' },
    },
    onBattery: false,
  },
  {
    name: 'a laptop with USB-C and nothing plugged in',
    supplies: {
      BAT0: { ...laptopBattery, status: 'Discharging' },
      'ucsi-source-psy-USBC000:001': { type: 'USB', online: '0', usb_type: '[C] PD PD_PPS' },
    },
    onBattery: true,
  },
  {
    name: 'a laptop that holds its charge at 80 %',
    supplies: { AC: { type: 'Mains', online: '1' }, BAT0: { ...laptopBattery, status: 'Not charging' } },
    onBattery: false,
  },
  {
    name: 'a laptop with two batteries of which one is in use',
    supplies: {
      AC: { type: 'Mains', online: '0' },
      BAT0: { ...laptopBattery, status: 'Unknown' },
      BAT1: { ...laptopBattery, status: 'Discharging' },
    },
    onBattery: true,
  },
  {
    name: 'a desktop with a mouse that runs on a battery',
    supplies: { hidpp_battery_0: { type: 'Battery', scope: 'Device', online: '1', status: 'Discharging' } },
    onBattery: false,
  },
  {
    name: 'a laptop on its battery with a mouse that is being charged',
    supplies: {
      BAT0: { ...laptopBattery, status: 'Discharging' },
      hidpp_battery_0: { type: 'USB', scope: 'Device', online: '1' },
    },
    onBattery: true,
  },
  {
    name: 'a server behind a UPS while the mains are out',
    supplies: { ups: { type: 'UPS', status: 'Discharging' } },
    onBattery: true,
  },
  {
    name: 'a battery that says nothing of itself',
    supplies: { BAT0: {}, BAT1: { type: 'Battery' } },
    onBattery: false,
  },
];

describe('the power source of Linux', () => {
  test.each(machines)('$name: $onBattery', ({ supplies, onBattery }) => {
    using folder = temporaryFolder();
    for (const [name, attributes] of Object.entries(supplies)) {
      for (const [attribute, value] of Object.entries(attributes)) {
        folder.write(`${name}/${attribute}`, `${value}\n`);
      }
    }
    expect(linuxPowerSource(folder.path).onBattery()).toBe(onBattery);
  });

  test('is read each time', () => {
    using folder = temporaryFolder();
    folder.write('BAT0/type', 'Battery\n');
    folder.write('BAT0/status', 'Discharging\n');
    const power = linuxPowerSource(folder.path);
    expect(power.onBattery()).toBe(true);
    folder.write('BAT0/status', 'Full\n');
    expect(power.onBattery()).toBe(false);
  });

  test('that cannot be read is taken for mains', () => {
    using folder = temporaryFolder();
    expect(linuxPowerSource(`${folder.path}/missing`).onBattery()).toBe(false);
    expect(linuxPowerSource(folder.write('file', 'no folder')).onBattery()).toBe(false);
    folder.write('BAT0/type/unexpected', 'a folder where a file should be');
    expect(linuxPowerSource(folder.path).onBattery()).toBe(false);
  });
});

test('a power source that is not known is taken for mains', () => {
  expect(unknownPowerSource.onBattery()).toBe(false);
});
