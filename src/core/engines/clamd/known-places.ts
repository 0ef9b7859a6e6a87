// Where clamd is usually found on each platform, and how it is installed there; knowledge only, nothing is touched.
import type { ClamdAddress } from './target.ts';

export interface KnownPlaces {
  readonly addresses: readonly ClamdAddress[];
  readonly configPaths: readonly string[];
  /** Full paths at which a clamd binary may be, best first. */
  readonly binaries: readonly string[];
  readonly databaseDirs: readonly string[];
  /** User names that a distribution's clamd runs as. */
  readonly daemonUsers: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const daemonUsers = ['clamav', '_clamav', 'clamscan', 'vscan'];

export function knownPlaces(platform: NodeJS.Platform, environment: Environment): KnownPlaces {
  if (platform === 'win32') return windowsPlaces(environment);
  const prefixes = platform === 'darwin' ? ['/opt/homebrew', '/usr/local', '/opt/local'] : ['/usr/local'];
  const fromPath = (environment['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const folders = [...fromPath, '/usr/sbin', '/usr/bin', ...prefixes.map((prefix) => `${prefix}/sbin`)];
  return {
    addresses: [
      '/var/run/clamav/clamd.ctl',
      '/run/clamav/clamd.ctl',
      '/run/clamav/clamd.sock',
      '/var/run/clamav/clamd.sock',
      '/run/clamd.scan/clamd.sock',
      '/var/run/clamd.scan/clamd.sock',
      ...prefixes.flatMap((prefix) => [
        `${prefix}/var/run/clamav/clamd.sock`,
        `${prefix}/var/run/clamav/clamd.socket`,
      ]),
    ].map((path) => ({ kind: 'unix', path })),
    configPaths: [
      '/etc/clamav/clamd.conf',
      '/etc/clamd.d/scan.conf',
      '/etc/clamd.conf',
      ...prefixes.flatMap((prefix) => [`${prefix}/etc/clamav/clamd.conf`, `${prefix}/etc/clamd.conf`]),
    ],
    binaries: [...new Set(folders)].map((folder) => `${folder.replace(/\/+$/, '')}/clamd`),
    databaseDirs: [
      '/var/lib/clamav',
      '/var/db/clamav',
      ...prefixes.flatMap((prefix) => [`${prefix}/var/lib/clamav`, `${prefix}/share/clamav`]),
    ],
    daemonUsers,
  };
}

function windowsPlaces(environment: Environment): KnownPlaces {
  const folder = `${environment['ProgramFiles'] ?? 'C:\\Program Files'}\\ClamAV`;
  const fromPath = (environment['PATH'] ?? environment['Path'] ?? '')
    .split(';')
    .filter((entry) => /^[a-z]:\\/i.test(entry));
  return {
    addresses: [{ kind: 'tcp', host: '127.0.0.1', port: 3310 }],
    configPaths: [`${folder}\\clamd.conf`],
    binaries: [...fromPath, folder].map((entry) => `${entry.replace(/\\+$/, '')}\\clamd.exe`),
    databaseDirs: [`${folder}\\database`],
    daemonUsers,
  };
}

/**
 * The command that installs clamd here.
 * @param osRelease the text of /etc/os-release; empty where there is none.
 */
export function installCommand(platform: NodeJS.Platform, osRelease: string): string {
  return platformCommands[platform] ?? linuxInstallCommand(osRelease);
}

const platformCommands: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'brew install clamav',
  win32: 'winget install --exact --id Cisco.ClamAV',
  freebsd: 'sudo pkg install clamav',
  openbsd: 'doas pkg_add clamav',
};

function linuxInstallCommand(osRelease: string): string {
  const words = [...osRelease.matchAll(/^(?:ID|ID_LIKE)="?([^"\n]*)"?$/gm)].flatMap((match) =>
    (match[1] ?? '').split(/\s+/),
  );
  const commands: readonly (readonly [RegExp, string])[] = [
    [/^(?:debian|ubuntu)$/, 'sudo apt install clamav-daemon clamav-freshclam'],
    [/^(?:fedora|rhel|centos)$/, 'sudo dnf install clamd clamav-freshclam'],
    [/^arch$/, 'sudo pacman -S clamav'],
    [/^(?:suse|opensuse.*)$/, 'sudo zypper install clamav'],
    [/^alpine$/, 'sudo apk add clamav clamav-daemon'],
  ];
  for (const word of words) {
    const found = commands.find(([pattern]) => pattern.test(word));
    if (found !== undefined) return found[1];
  }
  return 'install the package that holds clamd (often "clamav" or "clamav-daemon")';
}
