// Where an export goes: a new name in a folder that is held open; only a whole file gets it, and never in the place of another.
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { encodePath } from '../files/raw-path.ts';
import { codeOf } from '../files/open-file.ts';

type FsPath = string | Buffer;

/** How a file gets a second name; another for the tests, which have no file system without hard links. */
export type LinkFile = (existing: FsPath, added: FsPath) => void;

export class ExportPlace implements Disposable {
  /** Open for writing, readable by the user alone. */
  readonly descriptor: number;
  readonly #folder: OpenFolder;
  readonly #temporary: FsPath;
  readonly #final: FsPath;
  readonly #link: LinkFile;
  #isOpen = true;

  /**
   * @param file in the spelling of `raw-path.ts`.
   * @throws AppError VAULT_REFUSED when something has that name, or its folder is a link; the error of `node:fs`.
   */
  constructor(file: string, link: LinkFile = linkSync) {
    // From where is nothing that a caller of another process can know.
    if (!isAbsolute(file)) throw refused('its path is not absolute');
    this.#link = link;
    this.#folder = openFolder(dirname(file));
    this.#temporary = this.#folder.at(`.vedette-export-${randomBytes(8).toString('hex')}.tmp`);
    this.#final = this.#folder.at(basename(file));
    try {
      // Said before hours of work; the last word is that of `finish`.
      if (lstatSync(this.#final, { throwIfNoEntry: false }) !== undefined) throw nameTaken();
      this.descriptor = openSync(this.#temporary, 'wx', 0o600);
    } catch (error) {
      this.#folder[Symbol.dispose]();
      throw error;
    }
  }

  /** Gives the file its name. @throws AppError VAULT_REFUSED when something has it by now; the error of `node:fs`. */
  finish(): void {
    fsyncSync(this.descriptor);
    this.#close();
    try {
      // Unlike a rename, a link never replaces what is there.
      this.#link(this.#temporary, this.#final);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw nameTaken();
      this.#renameOverOwn();
    }
    this.#folder.sync();
  }

  /** What was not finished leaves nothing behind. */
  [Symbol.dispose](): void {
    this.#close();
    try {
      rmSync(this.#temporary, { force: true });
    } catch {
      // Only the first failure matters to the caller.
    }
    this.#folder[Symbol.dispose]();
  }

  /** For file systems without hard links, as on a memory stick: the name is taken first, and what is replaced is ours. */
  #renameOverOwn(): void {
    try {
      closeSync(openSync(this.#final, 'wx', 0o600));
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw nameTaken();
      throw error;
    }
    try {
      renameSync(this.#temporary, this.#final);
    } catch (error) {
      rmSync(this.#final, { force: true });
      throw error;
    }
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.descriptor);
    this.#isOpen = false;
  }
}

interface OpenFolder extends Disposable {
  /** What `node:fs` takes for a name in this folder. */
  at(name: string): FsPath;
  sync(): void;
}

/** What takes the place of the folder after this gets nothing; only Linux can do that. */
function openFolder(folder: string): OpenFolder {
  const path = encodePath(folder);
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) throw refused('its folder is a symbolic link');
  if (!stats.isDirectory()) throw refused('its folder is not one');
  if (process.platform !== 'linux' || !existsSync('/proc/self/fd')) {
    return { at: (name) => encodePath(join(folder, name)), sync() {}, [Symbol.dispose]: () => {} };
  }
  // It may have become a link since it was looked at.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  return {
    at: (name) => encodePath(`/proc/self/fd/${descriptor}/${name}`),
    sync() {
      try {
        fsyncSync(descriptor);
      } catch {
        // Not every file system can; the file itself is on the disk.
      }
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

function nameTaken(): AppError {
  return refused('something has that name already; choose another');
}

function refused(problem: string): AppError {
  return new AppError('VAULT_REFUSED', `no export was written: ${problem}`, { details: { problem } });
}
