// Where clamd is looked for, and how a person is told to install it.
import { describe, expect, it } from 'vitest';
import { installCommand, knownPlaces } from '../../../../../src/core/engines/clamd/known-places.ts';

describe('knownPlaces', () => {
  it('knows the sockets and configuration of Debian, Fedora and Arch on Linux', () => {
    const places = knownPlaces('linux', { PATH: '/opt/bin:relative:/usr/bin' });
    expect(places.addresses).toEqual(
      expect.arrayContaining([
        { kind: 'unix', path: '/var/run/clamav/clamd.ctl' },
        { kind: 'unix', path: '/run/clamd.scan/clamd.sock' },
        { kind: 'unix', path: '/run/clamav/clamd.sock' },
      ]),
    );
    expect(places.configPaths).toEqual(
      expect.arrayContaining(['/etc/clamav/clamd.conf', '/etc/clamd.d/scan.conf']),
    );
    expect(places.binaries.slice(0, 2)).toEqual(['/opt/bin/clamd', '/usr/bin/clamd']);
    expect(places.binaries).toContain('/usr/sbin/clamd');
    expect(places.addresses.every((address) => address.kind === 'unix')).toBe(true);
  });

  it('never takes a program from a folder that PATH gives relative to where we are', () => {
    const places = knownPlaces('linux', { PATH: '.:bin:' });
    expect(places.binaries.filter((path) => !path.startsWith('/'))).toEqual([]);
    expect(knownPlaces('win32', { PATH: '.;bin' }).binaries).toEqual([
      'C:\\Program Files\\ClamAV\\clamd.exe',
    ]);
  });

  it('knows both prefixes of Homebrew', () => {
    const places = knownPlaces('darwin', {});
    expect(places.binaries).toEqual(
      expect.arrayContaining(['/opt/homebrew/sbin/clamd', '/usr/local/sbin/clamd']),
    );
    expect(places.addresses).toContainEqual({
      kind: 'unix',
      path: '/opt/homebrew/var/run/clamav/clamd.sock',
    });
    expect(places.configPaths).toContain('/opt/homebrew/etc/clamav/clamd.conf');
  });

  it('knows only loopback on Windows', () => {
    const places = knownPlaces('win32', { ProgramFiles: 'D:\\Programs' });
    expect(places.addresses).toEqual([{ kind: 'tcp', host: '127.0.0.1', port: 3310 }]);
    expect(places.configPaths).toEqual(['D:\\Programs\\ClamAV\\clamd.conf']);
  });
});

describe('installCommand', () => {
  it.each([
    ['linux', 'NAME="Debian"\nID=debian\n', 'sudo apt install clamav-daemon clamav-freshclam'],
    ['linux', 'ID=linuxmint\nID_LIKE="ubuntu debian"', 'sudo apt install clamav-daemon clamav-freshclam'],
    ['linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"', 'sudo dnf install clamd clamav-freshclam'],
    ['linux', 'ID=arch', 'sudo pacman -S clamav'],
    ['linux', 'ID="opensuse-leap"\nID_LIKE="suse opensuse"', 'sudo zypper install clamav'],
    ['darwin', '', 'brew install clamav'],
    ['win32', '', 'winget install --exact --id Cisco.ClamAV'],
    [
      'linux',
      'VERSION_ID=debian\n',
      'install the package that holds clamd (often "clamav" or "clamav-daemon")',
    ],
  ] as const)('%s %j: %s', (platform, osRelease, command) => {
    expect(installCommand(platform, osRelease)).toBe(command);
  });
});
