// Where this user's downloads, desktop and documents are, as the desktop has it: user-dirs.dirs on Linux.

export type UserFolder = 'download' | 'desktop' | 'documents';

export const usualUserFolders: Readonly<Record<UserFolder, string>> = {
  download: 'Downloads',
  desktop: 'Desktop',
  documents: 'Documents',
};

const names: Readonly<Record<string, UserFolder>> = {
  XDG_DOWNLOAD_DIR: 'download',
  XDG_DESKTOP_DIR: 'desktop',
  XDG_DOCUMENTS_DIR: 'documents',
};

/**
 * Reads `~/.config/user-dirs.dirs`: lines like `XDG_DOWNLOAD_DIR="$HOME/Downloads"`, shell comments, nothing else
 * (user-dirs.dirs(5)). A folder that is the home folder itself was turned off: it is null. What the file does not
 * name is not in the answer.
 */
export function parseUserFolders(text: string, home: string): ReadonlyMap<UserFolder, string | null> {
  const folders = new Map<UserFolder, string | null>();
  for (const line of text.split('\n')) {
    const found = /^\s*(?<name>XDG_\w+_DIR)\s*=\s*"(?<value>(?:[^"\\]|\\.)*)"\s*(?:#.*)?$/u.exec(
      line,
    )?.groups;
    const folder = names[found?.['name'] ?? ''];
    if (folder === undefined) continue;
    const path = expandHome((found?.['value'] ?? '').replaceAll(/\\(.)/gu, '$1'), home);
    if (path !== undefined) folders.set(folder, path);
  }
  return folders;
}

/** undefined for what is neither absolute nor below the home folder: such a line does not count. */
function expandHome(value: string, home: string): string | null | undefined {
  const bare = value.length > 1 ? value.replace(/\/+$/u, '') : value;
  if (bare === '$HOME' || bare === home) return null;
  if (bare.startsWith('$HOME/')) return `${home.replace(/\/+$/u, '')}${bare.slice('$HOME'.length)}`;
  return bare.startsWith('/') ? bare : undefined;
}
