// Which package of the system a file came with, and whether it is still as the package has it; asked of dpkg or rpm.
import { execFile } from 'node:child_process';

export interface PackageOwner {
  readonly name: string;
  /** null where the package manager keeps no checksum of it. */
  readonly isUnchanged: boolean | null;
}

/** Standard output; null when the program is not there, fails or takes too long. */
export type AskProgram = (program: string, args: readonly string[]) => Promise<string | null>;

const deadlineMs = 3000;
const maxOutputBytes = 64 * 1024;

export const askProgram: AskProgram = (program, args) =>
  new Promise((resolve) => {
    const options = { timeout: deadlineMs, maxBuffer: maxOutputBytes, env: { ...process.env, LC_ALL: 'C' } };
    const child = execFile(program, args, options, (error, output) => {
      // A verification that found differences ends with a code, and says them all the same.
      resolve(error === null || typeof error.code === 'number' ? output : null);
    });
    child.stdin?.end();
  });

/** null for a file that no package brought, or where nobody can tell. The path is of a well-formed name only. */
export async function packageOwner(path: string, ask: AskProgram = askProgram): Promise<PackageOwner | null> {
  // dpkg-query reads patterns.
  if (process.platform !== 'linux' || /[*?[\]\\\n]/.test(path) || !path.isWellFormed()) return null;
  return (await ofDpkg(path, ask)) ?? (await ofRpm(path, ask));
}

/** `coreutils: /bin/ls`, or `linux-base, other: /path`; dpkg-query(1). */
async function ofDpkg(path: string, ask: AskProgram): Promise<PackageOwner | null> {
  const owners = await ask('dpkg-query', ['--search', '--', path]);
  const line = owners
    ?.split('\n')
    .find((text) => text.endsWith(`: ${path}`) && !text.startsWith('diversion '));
  const name = line?.split(/[:,]/)[0]?.trim();
  if (name === undefined || name === '') return null;
  const differences = await ask('dpkg', ['--verify', name]);
  return { name, isUnchanged: differences === null ? null : !differences.includes(` ${path}\n`) };
}

async function ofRpm(path: string, ask: AskProgram): Promise<PackageOwner | null> {
  const answer = await ask('rpm', ['-qf', '--qf', '%{NAME}\\n', '--', path]);
  const name = answer?.trim().split('\n')[0] ?? '';
  if (name === '' || name.includes(' ')) return null;
  const differences = await ask('rpm', ['-V', '--', name]);
  return { name, isUnchanged: differences === null ? null : !differences.includes(` ${path}\n`) };
}
