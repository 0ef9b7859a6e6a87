// The units of systemd start commands that exist, with options that exist, and close only what Vedette can do without.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../../src/cli/exit-codes.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { defaultConfigFolder, defaultDataFolder } from '../../../src/core/platform-folders.ts';
import { readUnit } from './unit-file.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const server = readUnit('vedette-server.service');
const units = [
  { name: 'vedette.service', unit: readUnit('vedette.service') },
  { name: 'vedette-server.service', unit: server },
];

describe.each(units)('$name', ({ unit }) => {
  const [program = '', command = '', ...options] = unit.values('Service', 'ExecStart')[0]?.split(' ') ?? [];

  test('starts one command that there is, with options that it knows', async () => {
    expect(unit.values('Service', 'ExecStart').length).toBe(1);
    expect(program).toMatch(/\/vedette$/);
    const [known] = (await createProgram([command])).commands;
    expect(known?.name()).toBe('serve');
    const unknown = options.filter((option) => !known?.options.some(({ long }) => long === option));
    expect(unknown).toEqual([]);
  });

  test('is started again, but not where that changes nothing', () => {
    expect(unit.values('Service', 'Restart')).toEqual(['on-failure']);
    expect(unit.values('Service', 'RestartPreventExitStatus')).toEqual([String(exitCodes.badUsage)]);
  });

  test('lets the first process end the others, in the order that it knows', () => {
    expect(unit.values('Service', 'KillMode')).toEqual(['mixed']);
    expect(Number(unit.values('Service', 'TimeoutStopSec')[0])).toBeGreaterThanOrEqual(20);
  });

  test('forbids nothing without which V8 or the watcher cannot be', () => {
    expect(unit.values('Service', 'MemoryDenyWriteExecute')).toEqual([]);
    expect(unit.values('Service', 'ProcSubset')).toEqual([]);
    expect(unit.values('Service', 'PrivateTmp')).toEqual([]);
  });
});

describe('the unit of a server', () => {
  test('starts the checkout that its first lines make', () => {
    const [, folder] = /git clone REPOSITORY (?<folder>\S+)/.exec(server.text) ?? [];
    const [start = ''] = server.values('Service', 'ExecStart');
    const inCheckout = start.split(' ')[0]?.replace(`${folder}/`, '') ?? '';
    expect(existsSync(join(root, inCheckout))).toBe(true);
    const scripts: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = [...server.text.matchAll(/npm run (?<script>\w+)/g)].map(
      (found) => found.groups?.['script'],
    );
    expect(named).toEqual(['prestart', 'build']);
    expect(scripts).toMatchObject({
      scripts: Object.fromEntries(named.map((name) => [name, expect.any(String)])),
    });
    for (const [, file = ''] of server.text.matchAll(/\b(assets\/\S+)/g))
      expect(existsSync(join(root, file))).toBe(true);
  });

  test('keeps state and settings where systemd makes folders for them', () => {
    const written = server.values('Service', 'Environment')[0]?.split(' ') ?? [];
    const env = Object.fromEntries(
      written.map((assignment) => {
        const [name = '', value = ''] = assignment.split('=');
        // systemd.unit(5), specifiers of a system unit.
        return [name, value.replace('%S', '/var/lib').replace('%E', '/etc').replace('%C', '/var/cache')];
      }),
    );
    const place = { platform: 'linux', env, home: '/nowhere' } as const;
    const [state, configuration, cache] = ['State', 'Configuration', 'Cache'].map(
      (kind) => server.values('Service', `${kind}Directory`)[0],
    );
    expect(defaultDataFolder(place)).toBe(`/var/lib/${state}`);
    expect(defaultConfigFolder(place)).toBe(`/etc/${configuration}`);
    expect(env['NODE_COMPILE_CACHE']).toBe(`/var/cache/${cache}`);
    expect(server.values('Service', 'StateDirectoryMode')).toEqual(['0700']);
  });

  test('has no privilege, and can get none', () => {
    expect(server.values('Service', 'User')).toEqual(['vedette']);
    expect(server.values('Service', 'CapabilityBoundingSet')).toEqual(['']);
    expect(server.values('Service', 'AmbientCapabilities')).toEqual([]);
    expect(server.values('Service', 'NoNewPrivileges')).toEqual(['yes']);
    expect(server.values('Service', 'ProtectSystem')).toEqual(['strict']);
    expect(server.values('Service', 'LimitCORE')).toEqual(['0']);
  });

  test('does not write the link for a browser into the journal, where others read it', () => {
    expect(server.values('Service', 'StandardOutput')).toEqual(['null']);
  });

  test('goes on when one worker ran out of memory', () => {
    expect(server.values('Service', 'OOMPolicy')).toEqual(['continue']);
  });
});

describe('file-server.conf', () => {
  const dropIn = readUnit('file-server.conf');

  test('gives the right to read, to the process and to those it starts, and no other', () => {
    for (const key of ['CapabilityBoundingSet', 'AmbientCapabilities'])
      expect(dropIn.values('Service', key)).toEqual(['CAP_DAC_READ_SEARCH']);
  });

  test('opens one folder, which need not be there', () => {
    expect(dropIn.values('Service', 'ReadWritePaths')).toEqual(['-/srv/files']);
  });
});
