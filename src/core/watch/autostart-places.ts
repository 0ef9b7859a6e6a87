// What the system starts by itself for this user, and where programs are that it may start; whether it is there or not.
import { win32 } from 'node:path';
import { configFolder, type PlaceSurroundings } from './place-surroundings.ts';

export function autostartPlaces(surroundings: PlaceSurroundings): readonly string[] {
  if (surroundings.platform === 'win32') return windowsPlaces(surroundings);
  if (surroundings.platform === 'darwin') return macosPlaces(surroundings);
  return linuxPlaces(surroundings);
}

function macosPlaces({ home }: PlaceSurroundings): readonly string[] {
  return [
    `${home}/Library/LaunchAgents`,
    '/Library/LaunchAgents',
    '/Library/LaunchDaemons',
    `${home}/Applications`,
    '/Applications',
  ];
}

function windowsPlaces({ home, env }: PlaceSurroundings): readonly string[] {
  const startup = String.raw`Microsoft\Windows\Start Menu\Programs\Startup`;
  const roaming = env['APPDATA'] ?? win32.join(home, 'AppData', 'Roaming');
  const common = env['ProgramData'] ?? env['PROGRAMDATA'] ?? String.raw`C:\ProgramData`;
  return [roaming, win32.join(roaming, startup), win32.join(common, startup)];
}

function linuxPlaces(surroundings: PlaceSurroundings): readonly string[] {
  const { home, userName } = surroundings;
  const config = configFolder(surroundings);
  // Files with the names of users; mostly only root may read them. A name is no path.
  const crontabs = /^[\w-][\w.-]*$/u.test(userName)
    ? [`/var/spool/cron/crontabs/${userName}`, `/var/spool/cron/${userName}`]
    : [];
  return [
    `${config}/autostart`,
    `${config}/systemd/user`,
    `${home}/.local/share/systemd/user`,
    `${home}/.local/share/applications`,
    `${home}/.local/bin`,
    `${home}/bin`,
    ...crontabs,
  ];
}
