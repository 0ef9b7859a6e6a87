// Which package of the system a file came with, and whether what was scanned is what the package brought; asked of dpkg or rpm.
import { execFile } from 'node:child_process';

export interface PackageOwner {
  readonly name: string;
  /** Of the content that was scanned; null where the package keeps no checksum of it, or the content cannot be compared. */
  readonly isUnchanged: boolean | null;
}

export interface OwnedFile {
  readonly path: string;
  readonly sha256: string | null;
  /** In hex, of the content with that SHA-256 only; null when it is not to be had any more. */
  readonly md5: () => Promise<string | null>;
}

/** Standard output; null when the program is not there, fails or takes too long. */
export type AskProgram = (program: string, args: readonly string[]) => Promise<string | null>;

const deadlineMs = 3000;
/** The checksums of a package of 45,000 files take 5 MB. */
const maxOutputBytes = 32 * 1024 * 1024;
/** rpm's number of SHA-256. */
const rpmSha256 = '8';
/** https://www.debian.org/doc/debian-policy/ch-controlfields.html#source, and an architecture behind it. */
const debianPackage = /^[a-z0-9][a-z0-9+.-]*(?::[a-z0-9-]+)?$/;
/** Folders that most systems have merged into /usr, while packages name either. */
const merged = /^(?:\/usr)?(?=\/(?:bin|sbin|lib|lib32|lib64|libx32)\/)/;

export function askProgram(
  program: string,
  args: readonly string[],
  limitMs = deadlineMs,
): Promise<string | null> {
  return new Promise((resolve) => {
    // A process that hangs in the kernel does not even end when it is killed.
    const late = setTimeout(() => resolve(null), limitMs + 500);
    const child = execFile(
      program,
      args,
      {
        timeout: limitMs,
        killSignal: 'SIGKILL',
        maxBuffer: maxOutputBytes,
        env: { ...process.env, LC_ALL: 'C' },
      },
      (error, output) => {
        clearTimeout(late);
        resolve(error === null ? output : null);
      },
    );
    child.stdin?.end();
  });
}

/** null for a file that no package brought, or where nobody can tell. */
export async function packageOwner(
  file: OwnedFile,
  ask: AskProgram = askProgram,
): Promise<PackageOwner | null> {
  const { path } = file;
  // dpkg-query reads patterns, and both answer in lines; a name that is not UTF-8 cannot be handed over.
  if (process.platform !== 'linux' || /[*?[\]\\\p{Cc}]/u.test(path) || !path.isWellFormed()) return null;
  return (await ofDpkg(file, ask)) ?? (await ofRpm(file, ask));
}

/** `coreutils: /bin/ls`, or `linux-base, libc6:amd64: /path`; dpkg-query(1). */
async function ofDpkg(file: OwnedFile, ask: AskProgram): Promise<PackageOwner | null> {
  for (const path of spellings(file.path)) {
    const answer = await ask('dpkg-query', ['--search', '--', path]);
    const owner = debianOwner(answer ?? '', path);
    if (owner !== null) {
      const isUnchanged = await isAsInDebian(owner, path, { file, ask });
      return { name: owner.replace(/:.*/, ''), isUnchanged };
    }
  }
  return null;
}

function spellings(path: string): readonly string[] {
  if (!merged.test(path)) return [path];
  return [path, path.replace(merged, path.startsWith('/usr/') ? '' : '/usr')];
}

/** Lines about diversions begin with words that are no package. */
function debianOwner(answer: string, path: string): string | null {
  const end = `: ${path}`;
  const owners = answer
    .split('\n')
    .filter((line) => line.endsWith(end))
    .map((line) => line.slice(0, -end.length).split(', ')[0] ?? '');
  return owners.find((owner) => debianPackage.test(owner)) ?? null;
}

/** By the list that came with the package: `dpkg --verify` is silent about files it has no checksum of, and reads all of them. */
async function isAsInDebian(
  owner: string,
  path: string,
  { file, ask }: { readonly file: OwnedFile; readonly ask: AskProgram },
): Promise<boolean | null> {
  const sums = await ask('dpkg-query', ['--control-show', owner, 'md5sums']);
  const end = `  ${path.slice(1)}`;
  const line = sums?.split('\n').find((text) => text.length === 32 + end.length && text.endsWith(end));
  if (line === undefined) return null;
  const md5 = await file.md5();
  return md5 === null ? null : line.startsWith(md5);
}

/** One question: name, kind of checksum, then each file with its checksum; rpm(8), `--queryformat`. */
async function ofRpm({ path, sha256 }: OwnedFile, ask: AskProgram): Promise<PackageOwner | null> {
  const format = '%{NAME} %{FILEDIGESTALGO}\\n[%{FILEDIGESTS} %{FILENAMES}\\n]';
  const answer = await ask('rpm', ['-qf', '--qf', format, '--', path]);
  const [first = '', ...files] = (answer ?? '').split('\n');
  const [, name, algorithm] = /^(\S+) (\S+)$/.exec(first) ?? [];
  if (name === undefined) return null;
  const digest = files.find((line) => line.endsWith(` ${path}`))?.slice(0, -` ${path}`.length);
  const isComparable = algorithm === rpmSha256 && sha256 !== null && /^[0-9a-f]{64}$/.test(digest ?? '');
  return { name, isUnchanged: isComparable ? digest === sha256 : null };
}
