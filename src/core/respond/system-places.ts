// What belongs to the operating system on each platform; knowledge only, nothing is looked at on disk.

export interface SystemPlaces {
  /** Folders with all that is in them, and single files; as they are usually written. */
  readonly places: readonly string[];
  /** What lies in those, but is written to by users and their programs. */
  readonly except: readonly string[];
}

export interface WindowsFolders {
  /** %SystemRoot% */
  readonly systemRoot: string;
  /** %ProgramFiles%, %ProgramFiles(x86)%, %ProgramW6432%: as many as there are. */
  readonly programFiles: readonly string[];
}

export const defaultWindowsFolders: WindowsFolders = {
  systemRoot: 'C:\\Windows',
  programFiles: ['C:\\Program Files', 'C:\\Program Files (x86)'],
};

/** Filesystem Hierarchy Standard 3.0, and the databases without which a package manager cannot repair a system. */
const unixPlaces: SystemPlaces = {
  places: [
    '/bin',
    '/boot',
    '/etc',
    '/lib',
    '/lib32',
    '/lib64',
    '/libx32',
    '/libexec',
    '/sbin',
    '/usr',
    '/var/lib/dpkg',
    '/var/lib/rpm',
    '/var/lib/pacman',
    '/nix/store',
    '/gnu/store',
    '/ostree',
  ],
  except: ['/usr/local'],
};

const macPlaces: SystemPlaces = {
  places: ['/System', '/usr', '/bin', '/sbin', '/Library/Apple', '/etc', '/private/etc', '/private/var/db'],
  except: ['/usr/local'],
};

/** Parts of Windows that live in the folder for programs. */
const windowsComponents = [
  'Common Files\\Microsoft Shared',
  'Common Files\\System',
  'Internet Explorer',
  'Windows Defender',
  'Windows Defender Advanced Threat Protection',
  'Windows Mail',
  'Windows Media Player',
  'Windows NT',
  'Windows Photo Viewer',
  'WindowsApps',
  'WindowsPowerShell',
];

const windowsStart = ['Boot', 'EFI', 'Recovery', 'System Volume Information', 'bootmgr', 'BOOTNXT'];

export function systemPlaces(platform: NodeJS.Platform, windows: WindowsFolders): SystemPlaces {
  if (platform === 'darwin') return macPlaces;
  if (platform !== 'win32') return unixPlaces;
  const { systemRoot, programFiles } = windows;
  return {
    places: [
      systemRoot,
      ...programFiles.flatMap((folder) => windowsComponents.map((name) => `${folder}\\${name}`)),
      ...windowsStart.map((name) => `${systemRoot.slice(0, 2)}\\${name}`),
    ],
    // Any program may write there, and hostile ones do.
    except: ['Temp', 'Tasks', 'System32\\Tasks'].map((name) => `${systemRoot}\\${name}`),
  };
}
