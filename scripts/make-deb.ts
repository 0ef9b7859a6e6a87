// A Debian package from the unpacked app, with Debian's own tools: where electron-builder would have to fetch a program for it.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
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
  readonly iconFolder: string;
  readonly outputFolder: string;
}

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

/** The helper of Chromium's sandbox works where unprivileged user namespaces are switched off. */
const afterInstall = `#!/bin/sh
set -e
if [ -f /opt/Vedette/chrome-sandbox ]; then
  chown root:root /opt/Vedette/chrome-sandbox
  chmod 4755 /opt/Vedette/chrome-sandbox
fi
if command -v update-desktop-database >/dev/null; then update-desktop-database -q || true; fi
`;

/** @returns the path of the package. @throws Error with what `dpkg-deb` said. */
export function makeDeb({ unpacked, version, architecture, iconFolder, outputFolder }: DebOptions): string {
  const root = mkdtempSync(join(tmpdir(), 'vedette-deb-'));
  try {
    // It becomes `./` of the package.
    chmodSync(root, 0o755);
    const program = join(root, 'opt', 'Vedette');
    cpSync(unpacked, program, { recursive: true, verbatimSymlinks: true });
    place(root, 'usr/share/applications/vedette.desktop', desktopEntry);
    for (const size of iconSizes) {
      const folder = join(root, `usr/share/icons/hicolor/${size}x${size}/apps`);
      mkdirSync(folder, { recursive: true });
      cpSync(join(iconFolder, `${size}x${size}.png`), join(folder, 'vedette.png'));
    }
    mkdirSync(join(root, 'usr/bin'), { recursive: true });
    symlinkSync('/opt/Vedette/vedette', join(root, 'usr/bin/vedette-app'));
    setModes(join(root, 'opt'));
    setModes(join(root, 'usr'));
    place(root, 'DEBIAN/control', controlFile(version, architecture, Math.ceil(bytesIn(program) / 1024)));
    place(root, 'DEBIAN/postinst', afterInstall, 0o755);
    chmodSync(join(root, 'DEBIAN'), 0o755);
    mkdirSync(outputFolder, { recursive: true });
    const file = join(outputFolder, `vedette_${version}_${architecture}.deb`);
    const built = spawnSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', root, file], {
      encoding: 'utf8',
    });
    if (built.status !== 0) throw new Error(`dpkg-deb failed: ${built.error?.message ?? built.stderr}`);
    return file;
  } finally {
    rmSync(root, { recursive: true, force: true });
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

function place(root: string, path: string, text: string, mode = 0o644): void {
  const file = join(root, path);
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
