// Why a file was not moved, in a sentence for a person, with what to do about it.
import { codeOf } from '../files/open-file.ts';

const permission = 'run Vedette as the owner of the file or as an administrator, or move the file by hand';

const sentences: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full; make room on it and try again'],
  ['EDQUOT', 'the disk quota is used up; make room and try again'],
  ['EFBIG', 'the file is larger than the file system of the vault takes'],
  ['EACCES', `no permission; ${permission}`],
  [
    'EPERM',
    'the system does not allow it: the file or its folder is immutable (see lsattr, undo with chattr -i), or another user owns it',
  ],
  ['EROFS', 'the file system is read-only; make it writable (mount -o remount,rw) and try again'],
  ['EBUSY', 'another program holds it, or it is a mount point; end that program and try again'],
  ['ETXTBSY', 'another program runs it; end that program and try again'],
  ['EAGAIN', 'another program holds it; end that program and try again'],
  ['EIO', 'the disk failed; look at its state before anything else'],
  ['ENODEV', 'the disk is gone; connect it again'],
  ['ENXIO', 'the disk is gone; connect it again'],
  ['ETIMEDOUT', 'the file system does not answer; look at the disk or the network'],
  ['ESTALE', 'its folder was moved or replaced at that moment; try again'],
  ['ENOTCONN', 'the file system is not connected; mount it again'],
  ['EMFILE', 'too many files are open; try again'],
  ['ENFILE', 'too many files are open; try again'],
  ['ENAMETOOLONG', 'the path is longer than the system takes'],
  ['ENOENT', 'it, or its folder, vanished'],
  ['ENOTDIR', 'a part of its path is no longer a folder'],
]);

export function failureSentence(error: unknown): string {
  const code = codeOf(error);
  return `${sentences.get(code) ?? 'the system refused it'} (${code})`;
}
