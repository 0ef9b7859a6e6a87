// Shows an address in the browser of the system; that there is none is said, and stops nothing.
import { spawn } from 'node:child_process';
import { messageOf } from '../shared/errors.ts';

interface Opener {
  readonly program: string;
  readonly arguments: readonly string[];
}

/** No shell is asked: it would read an address in its own way. */
export function browserOpener(address: string, platform: NodeJS.Platform = process.platform): Opener {
  if (platform === 'darwin') return { program: 'open', arguments: [address] };
  if (platform === 'win32')
    return { program: 'rundll32', arguments: ['url.dll,FileProtocolHandler', address] };
  return { program: 'xdg-open', arguments: [address] };
}

export function openBrowser(address: string, onProblem: (problem: string) => void): void {
  const opener = browserOpener(address);
  const child = spawn(opener.program, [...opener.arguments], { detached: true, stdio: 'ignore' });
  child.on('error', (error) => onProblem(messageOf(error)));
  child.on('exit', (code) => {
    if (code !== null && code !== 0) onProblem(`${opener.program} ended with ${code}`);
  });
  child.unref();
}
