// The database folder of our clamd: our own signatures and a link to every signature file of the chosen folder.
import { Buffer } from 'node:buffer';
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { decodePath, encodePath } from '../../files/raw-path.ts';
import { isOwnSignatureFile, listSignatureFiles, ownSignatureFiles } from './signature-database.ts';

export const ownSignatureName = 'Vedette.Test.EICAR';

/** The EICAR test file (https://www.eicar.org/download-anti-malware-testfile/), whole only in memory. */
export function eicarText(): string {
  return ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
}

/**
 * Makes `viewDir` show exactly the signature files of `signatureDir` (none when null) beside our own.
 * @param maxFileBytes `MaxFileSize`: clamd says plain OK for a larger member of a zip, unless a signature says otherwise.
 * @returns how many files of `signatureDir` it shows.
 * @throws the error of the file system; also when `signatureDir` cannot be listed.
 */
export function buildSignatureView(
  viewDir: string,
  signatureDir: string | null,
  maxFileBytes: number,
): number {
  mkdirSync(encodePath(viewDir), { recursive: true, mode: 0o700 });
  const wanted = new Map(signatureDir === null ? [] : targetsIn(resolve(signatureDir)));
  for (const name of listSignatureFiles(viewDir)) {
    if (isOwnSignatureFile(name)) continue;
    if (linkTarget(join(viewDir, name)) === wanted.get(name)) wanted.delete(name);
    else rmSync(encodePath(join(viewDir, name)), { force: true, recursive: true });
  }
  writeWhenDifferent(join(viewDir, ownSignatureFiles.eicar), eicarSignature());
  writeWhenDifferent(join(viewDir, ownSignatureFiles.limits), zipMemberSignature(maxFileBytes));
  for (const [name, target] of wanted) linkOrCopy(target, join(viewDir, name));
  return listSignatureFiles(viewDir).filter((name) => !isOwnSignatureFile(name)).length;
}

function targetsIn(folder: string): [string, string][] {
  return listSignatureFiles(folder)
    .filter((name) => !isOwnSignatureFile(name))
    .map((name): [string, string] => [name, join(folder, name)])
    .filter(([, path]) => statSync(encodePath(path), { throwIfNoEntry: false })?.isFile() === true);
}

function linkTarget(path: string): string | null {
  if (lstatSync(encodePath(path), { throwIfNoEntry: false })?.isSymbolicLink() !== true) return null;
  return decodePath(readlinkSync(encodePath(path), { encoding: 'buffer' }));
}

/** Ordinary users of Windows may not make links: there the file is copied. */
function linkOrCopy(target: string, path: string): void {
  if (process.platform === 'win32') copyFileSync(encodePath(target), encodePath(path));
  else symlinkSync(encodePath(target), encodePath(path));
}

function eicarSignature(): string {
  return `${ownSignatureName}:0:*:${Buffer.from(eicarText(), 'latin1').toString('hex')}\n`;
}

/**
 * Container metadata signature (https://docs.clamav.net/manual/Signatures/ContainerMetadata.html): a member of a zip
 * over the limit, also of a zip inside another archive, is reported as a limit that was hit. An open range is refused.
 */
function zipMemberSignature(maxFileBytes: number): string {
  const largest = 2 ** 32 - 1;
  return `Heuristics.Limits.Exceeded.ZipMember:CL_TYPE_ZIP:*:*:*:${maxFileBytes + 1}-${largest}:*:*:*:*\n`;
}

/** Written only when it differs, and under a name that clamd does not load until it is whole. */
function writeWhenDifferent(path: string, line: string): void {
  if (readIfThere(path) === line) return;
  const temporary = `${path}.tmp`;
  rmSync(encodePath(temporary), { force: true });
  writeFileSync(encodePath(temporary), line, { mode: 0o600, flag: 'wx' });
  renameSync(encodePath(temporary), encodePath(path));
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(encodePath(path), 'utf8');
  } catch {
    return null;
  }
}
