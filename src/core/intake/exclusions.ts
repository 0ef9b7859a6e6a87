// The one matcher for what is left out, the same for walks, sweeps and events: what is in an excluded folder is excluded.
import { posix, resolve, win32 } from 'node:path';
import picomatch from 'picomatch';
import { AppError, messageOf } from '../../shared/errors.ts';

export interface ExclusionRules {
  /** With a slash they match the whole path (a relative one at any depth), without one the name at any depth. */
  readonly globs: readonly string[];
  /** A folder and all in it, by whole components. */
  readonly folders: readonly string[];
  /** `iso`, `.iso`, `tar.gz`: of files only, in any case. */
  readonly extensions: readonly string[];
}

export interface Exclusions {
  /** Whether a file is left out: absolute path, as `decodePath` gives it. */
  excludes(path: string): boolean;
  /** Whether a folder is left out with all that is in it. */
  excludesFolder(path: string): boolean;
}

export const noExclusions: Exclusions = { excludes: never, excludesFolder: never };

/** @throws AppError BAD_USAGE for a rule that is empty or that no path could ever match. */
export function createExclusions(
  rules: ExclusionRules,
  platform: NodeJS.Platform = process.platform,
): Exclusions {
  if (rules.globs.length + rules.folders.length + rules.extensions.length === 0) return noExclusions;
  const spelling = spellingOf(platform);
  const folders = new Set(rules.folders.map((folder) => folderRule(folder, platform, spelling)));
  const { names, paths } = compileGlobs(rules.globs, platform);
  const extensions = rules.extensions.map(extensionRule);

  function matches(path: string, nameStart: number): boolean {
    if (folders.size > 0 && folders.has(path)) return true;
    if (names.length > 0) {
      const name = path.slice(nameStart);
      if (names.some((pattern) => pattern.test(name))) return true;
    }
    return paths.some((pattern) => pattern.test(path));
  }

  // Paths arrive folder by folder: the answer for the last folder is nearly always the next one asked for.
  let lastFolder = '';
  let lastAnswer = false;

  /** Whether the folder that ends at `end`, or one above it, is left out. */
  function isInside(path: string, end: number): boolean {
    if (end <= 0) return folders.has('/');
    if (end === lastFolder.length && path.startsWith(lastFolder)) return lastAnswer;
    let start = 0;
    let answer = folders.has('/');
    while (!answer && start < end) {
      const slash = path.indexOf('/', start + 1);
      const stop = slash === -1 ? end : Math.min(slash, end);
      answer = matches(path.slice(0, stop), path.lastIndexOf('/', stop - 1) + 1);
      start = stop;
    }
    lastFolder = path.slice(0, end);
    lastAnswer = answer;
    return answer;
  }

  function excludesFolder(raw: string): boolean {
    const path = spelling(raw);
    const slash = path.lastIndexOf('/');
    return isInside(path, slash) || matches(path, slash + 1);
  }

  function excludes(raw: string): boolean {
    const path = spelling(raw);
    const slash = path.lastIndexOf('/');
    if (isInside(path, slash) || matches(path, slash + 1)) return true;
    if (extensions.length === 0) return false;
    const name = path.slice(slash + 1).toLowerCase();
    return extensions.some((extension) => name.length > extension.length && name.endsWith(extension));
  }

  return { excludes, excludesFolder };
}

type Spelling = (path: string) => string;

/** One spelling for all names of one file, as far as the platform's usual filesystems see them as one. */
function spellingOf(platform: NodeJS.Platform): Spelling {
  if (platform === 'win32') return (path) => path.replaceAll('\\', '/').toLowerCase();
  if (platform === 'darwin') return (path) => path.normalize('NFC').toLowerCase();
  return (path) => path;
}

function folderRule(folder: string, platform: NodeJS.Platform, spelling: Spelling): string {
  if (folder === '') throw unusable('an excluded folder is empty');
  const rules = platform === 'win32' ? win32 : posix;
  const absolute = rules.isAbsolute(folder) ? rules.normalize(folder) : resolve(folder);
  const spelled = spelling(absolute);
  return spelled.length > 1 && spelled.endsWith('/') ? spelled.slice(0, -1) : spelled;
}

function extensionRule(extension: string): string {
  const bare = extension.startsWith('.') ? extension.slice(1) : extension;
  if (bare === '' || /[/\\]/u.test(bare)) throw unusable(`'${extension}' is no file name extension`);
  return `.${bare.toLowerCase()}`;
}

function compileGlobs(
  globs: readonly string[],
  platform: NodeJS.Platform,
): { names: RegExp[]; paths: RegExp[] } {
  const names: RegExp[] = [];
  const paths: RegExp[] = [];
  for (const glob of globs) {
    const slashed = platform === 'win32' ? glob.replaceAll('\\', '/') : glob;
    const bare = slashed.length > 1 && slashed.endsWith('/') ? slashed.slice(0, -1) : slashed;
    if (bare === '') throw unusable('an excluded glob is empty');
    if (!bare.includes('/')) names.push(compileGlob(bare, platform));
    else if (/^(?:\/|\*\*\/|[a-z]:\/)/iu.test(bare)) paths.push(compileGlob(bare, platform));
    else paths.push(compileGlob(`**/${bare}`, platform));
  }
  return { names, paths };
}

function compileGlob(glob: string, platform: NodeJS.Platform): RegExp {
  const ignoresCase = platform === 'win32' || platform === 'darwin';
  const pattern = platform === 'darwin' ? glob.normalize('NFC') : glob;
  try {
    // `s`: a newline in a name is a character like any other. A leading `!` is a character too: "all but" is no exclusion.
    return picomatch.makeRe(pattern, {
      dot: true,
      nonegate: true,
      windows: false,
      flags: ignoresCase ? 'is' : 's',
    });
  } catch (error) {
    throw unusable(`the glob '${glob}' is not valid: ${messageOf(error)}`, error);
  }
}

function unusable(message: string, cause?: unknown): AppError {
  return new AppError('BAD_USAGE', message, { cause });
}

function never(): boolean {
  return false;
}
