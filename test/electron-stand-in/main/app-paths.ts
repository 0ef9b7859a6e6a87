// `app.getPath` as on Linux: the user's folders follow HOME and XDG, the app's own follow its name.
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface PathsOf {
  readonly name: string;
  readonly executable: string;
  /** `--user-data-dir`; empty when not given. */
  readonly userDataSwitch: string;
  readonly changed: ReadonlyMap<string, string>;
}

const folderNames: Readonly<Record<string, string>> = {
  desktop: 'Desktop',
  documents: 'Documents',
  downloads: 'Downloads',
  music: 'Music',
  pictures: 'Pictures',
  videos: 'Videos',
};

/** @throws for a name that Electron does not know. */
export function appPath(name: string, paths: PathsOf): string {
  const changed = paths.changed.get(name);
  if (changed !== undefined) return changed;
  const folderName = folderNames[name];
  if (folderName !== undefined) return join(homedir(), folderName);
  const appData =
    paths.changed.get('appData') ?? process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  switch (name) {
    case 'home':
      return homedir();
    case 'appData':
      return appData;
    case 'temp':
      return tmpdir();
    case 'exe':
      return paths.executable;
    case 'userData':
      return paths.userDataSwitch === '' ? join(appData, paths.name) : resolve(paths.userDataSwitch);
    case 'sessionData':
      return appPath('userData', paths);
    case 'logs':
      return join(appPath('userData', paths), 'logs');
    case 'crashDumps':
      return join(appPath('userData', paths), 'Crashpad');
    default:
      throw new Error(`Failed to get '${name}' path`);
  }
}
