// Whether the desktop shows tray icons at all: on Linux only where something watches for them (stock GNOME does not).
import { runProgram } from '../core/watch/run-program.ts';

/** `unknown`: nobody could be asked. An icon is shown then, but nothing may depend on it. */
export type TrayHost = 'present' | 'absent' | 'unknown';

const question = [
  'call',
  '--session',
  '--dest',
  'org.freedesktop.DBus',
  '--object-path',
  '/org/freedesktop/DBus',
  '--method',
  'org.freedesktop.DBus.NameHasOwner',
  'org.kde.StatusNotifierWatcher',
];
const deadlineMs = 2000;

/** @param run throws when the program is not there, fails or takes too long. */
export async function findTrayHost(
  platform: NodeJS.Platform = process.platform,
  run: (program: string, args: readonly string[]) => Promise<string> = ask,
): Promise<TrayHost> {
  if (platform !== 'linux') return 'present';
  try {
    const answer = await run('gdbus', question);
    if (answer.includes('true')) return 'present';
    return answer.includes('false') ? 'absent' : 'unknown';
  } catch {
    return 'unknown';
  }
}

function ask(program: string, args: readonly string[]): Promise<string> {
  return runProgram(program, args, { timeoutMs: deadlineMs });
}
