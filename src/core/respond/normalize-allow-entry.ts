// What a person writes for the allow-list, as it is kept; nothing that would allow a whole disk or home gets through.
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import type { AllowKind } from '../../shared/allow-entry.ts';
import { assertNever } from '../../shared/verdict.ts';
import { isWithin, spellPath } from './path-spelling.ts';

export type NormalizedEntry =
  | { readonly kind: 'usable'; readonly value: string }
  /** One sentence for a person. */
  | { readonly kind: 'unusable'; readonly problem: string };

const maxSignatureLength = 500;

/** Folders with the homes of all users: what lies right in one of them is a home. */
const foldersOfHomes = ['/home', '/Users', 'C:\\Users'];

export function normalizeEntry(
  entry: { readonly kind: AllowKind; readonly value: string },
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): NormalizedEntry {
  switch (entry.kind) {
    case 'hash':
      return normalizeHash(entry.value.trim());
    case 'path':
      return normalizePath(entry.value, platform, home);
    case 'signature':
      return normalizeSignature(entry.value);
    default:
      return assertNever(entry.kind);
  }
}

function normalizeHash(value: string): NormalizedEntry {
  if (!/^[\da-f]{64}$/iu.test(value)) {
    return unusable('A hash is a SHA-256: 64 hexadecimal digits.');
  }
  return { kind: 'usable', value: value.toLowerCase() };
}

function normalizePath(value: string, platform: NodeJS.Platform, home: string): NormalizedEntry {
  const rules = platform === 'win32' ? win32 : posix;
  if (value.includes('\0')) return unusable('A path holds no zero byte.');
  const { root } = rules.parse(value);
  // `\folder` on Windows is on whatever drive is the current one.
  if (!rules.isAbsolute(value) || (platform === 'win32' && root.length < 3)) {
    return unusable('A path on the allow-list is absolute: from the root or the drive on.');
  }
  const normal = rules.normalize(value);
  const path =
    normal.length > root.length ? normal.replace(platform === 'win32' ? /\\$/u : /\/$/u, '') : normal;
  const isRoot = path === root || spellPath(path, platform) === spellPath(rules.parse(path).root, platform);
  if (isRoot) return unusable('This would allow everything on the disk.');
  const spelled = spellPath(path, platform);
  const isAboveHomes = [home, '/root', ...foldersOfHomes].some((folder) =>
    isWithin(spellPath(folder, platform), spelled),
  );
  const above = spellPath(rules.dirname(path), platform);
  const isHome = foldersOfHomes.some((folder) => spellPath(folder, platform) === above);
  if (isAboveHomes || isHome)
    return unusable('This would allow everything in a home folder; name a folder in it.');
  return { kind: 'usable', value: path };
}

function normalizeSignature(value: string): NormalizedEntry {
  if (value.trim() === '') return unusable('The name of a signature is empty.');
  if (value.length > maxSignatureLength) {
    return unusable(`The name of a signature has at most ${maxSignatureLength} characters.`);
  }
  return { kind: 'usable', value };
}

function unusable(problem: string): NormalizedEntry {
  return { kind: 'unusable', problem };
}
