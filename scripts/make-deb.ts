// A Debian package from the unpacked app, with Debian's own tools: where electron-builder would have to fetch a program for it.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DebOptions {
  /** `linux-unpacked` of electron-builder. */
  readonly unpacked: string;
  readonly version: string;
  /** Debian's name of the architecture. */
  readonly architecture: 'amd64' | 'arm64';
  /** `none` takes a second instead of a minute. */
  readonly compression: 'xz' | 'none';
  readonly outputFolder: string;
}

const root = join(import.meta.dirname, '..');

const depends = [
  'libasound2 | libasound2t64',
  'libatspi2.0-0 | libatspi2.0-0t64',
  'libgbm1',
  'libgtk-3-0 | libgtk-3-0t64',
  'libnotify4',
  'libnss3',
  'libsecret-1-0',
  'libuuid1',
  'libxss1',
  'libxtst6',
  'xdg-utils',
];
const iconSizes = [16, 32, 48, 64, 128, 256, 512];

const desktopEntry = `[Desktop Entry]
Type=Application
Name=Vedette
GenericName=Antivirus
Comment=An antivirus that never says "clean" about what it did not look at
Exec=/opt/Vedette/vedette %F
Icon=vedette
Terminal=false
Categories=System;Security;
Keywords=antivirus;malware;virus;scan;security;
StartupWMClass=vedette
`;

const copyrightHead = `Vedette is under the licence below. What it is built with is under licences of its own:
/opt/Vedette/LICENSE.electron.txt and /opt/Vedette/LICENSES.chromium.html for Electron,
the file LICENSE of each package in /opt/Vedette/resources/app.asar for the libraries.
`;

/** @returns the path of the package. @throws Error with what `dpkg-deb` said. */
export function makeDeb(options: DebOptions): string {
  const { unpacked, version, architecture, compression, outputFolder } = options;
  const tree = mkdtempSync(join(tmpdir(), 'vedette-deb-'));
  try {
    const program = join(tree, 'opt', 'Vedette');
    cpSync(unpacked, program, { recursive: true, verbatimSymlinks: true });
    place(tree, 'usr/share/applications/vedette.desktop', desktopEntry);
    place(tree, 'usr/share/doc/vedette/copyright', `${copyrightHead}\n${textOf('LICENSE')}`);
    for (const size of iconSizes) {
      const folder = join(tree, `usr/share/icons/hicolor/${size}x${size}/apps`);
      mkdirSync(folder, { recursive: true });
      cpSync(join(root, 'assets', 'icons', `${size}x${size}.png`), join(folder, 'vedette.png'));
    }
    place(tree, 'DEBIAN/control', controlFile(version, architecture, Math.ceil(bytesIn(tree) / 1024)));
    place(tree, 'DEBIAN/postinst', textOf('assets/linux/after-install.sh'), 0o755);
    place(tree, 'DEBIAN/postrm', textOf('assets/linux/after-remove.sh'), 0o755);
    setModes(tree);
    mkdirSync(outputFolder, { recursive: true });
    const file = join(outputFolder, `vedette_${version}_${architecture}.deb`);
    const built = spawnSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', tree, file], {
      encoding: 'utf8',
    });
    if (built.status !== 0) throw new Error(`dpkg-deb failed: ${built.error?.message ?? built.stderr}`);
    return file;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

function controlFile(version: string, architecture: string, installedKib: number): string {
  return `Package: vedette
Version: ${version}
Architecture: ${architecture}
Maintainer: The Vedette authors <vedette@example.invalid>
Installed-Size: ${installedKib}
Depends: ${depends.join(', ')}
Recommends: clamav-daemon, clamav-freshclam, libayatana-appindicator3-1
Section: utils
Priority: optional
Description: desktop antivirus on ClamAV and YARA-X
 Watches folders, scans what appears and changes, and never says "clean" about
 what it did not look at.
`;
}

function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function place(tree: string, path: string, text: string, mode = 0o644): void {
  const file = join(tree, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
}

/** Whatever the umask of who builds it: everybody may read it, and what its owner may run. */
function setModes(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) setModes(path);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
