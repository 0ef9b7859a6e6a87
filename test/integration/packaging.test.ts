// `npm run package` as a person runs it: what is in the packages, what is not, and that what is there is an app that protects.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { extractAll, listPackage, statFile } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DesktopScene } from '../e2e/desktop-scene.ts';
import { findBrowser } from '../helpers/find-browser.ts';
import { findProgram, runProgram } from '../helpers/run-program.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const isArm = process.arch === 'arm64';
const megabyte = 1024 * 1024;
/** On a machine with a network the package is one that runs. */
const hasElectron = existsSync(join(root, 'node_modules', 'electron', 'dist'));

function textOf(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Paths of the files below it, with `/`. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

describe.skipIf(process.platform !== 'linux' || findProgram('dpkg-deb') === null)('a package', () => {
  const folder = temporaryFolder();
  const unpacked = join(folder.path, isArm ? 'linux-arm64-unpacked' : 'linux-unpacked');
  const resources = join(unpacked, 'resources');
  const archive = join(resources, 'app.asar');
  let said = '';
  beforeAll(async () => {
    const script = join(root, 'scripts', 'package.ts');
    const args = [script, '--uncompressed', '--output', folder.path];
    said = (await runProgram(process.execPath, args, { timeoutMs: 120_000 })).stdout.toString();
  });
  afterAll(() => folder[Symbol.dispose]());

  test('says where it is, and when Electron is not in it', () => {
    const lines = said
      .trim()
      .split('\n')
      .slice(hasElectron ? -2 : -3);
    const [place, deb = '', note] = lines;
    expect([place, existsSync(deb)]).toEqual([unpacked, true]);
    expect(deb.includes('without.electron')).toBe(!hasElectron);
    expect(note ?? '').toContain(hasElectron ? '' : 'Electron is not installed here');
  });

  test('refuses to be another Node, to be debugged, and to run anything but its archive', async () => {
    const wire = await getCurrentFuseWire(join(unpacked, 'vedette'));
    const states = Object.entries(FuseV1Options).flatMap(([name, fuse]) =>
      typeof fuse === 'number' ? [[name, FuseState[wire[fuse] ?? FuseState.REMOVED]] as const] : [],
    );
    expect(Object.fromEntries(states)).toMatchObject({
      RunAsNode: 'DISABLE',
      EnableCookieEncryption: 'ENABLE',
      EnableNodeOptionsEnvironmentVariable: 'DISABLE',
      EnableNodeCliInspectArguments: 'DISABLE',
      EnableEmbeddedAsarIntegrityValidation: 'ENABLE',
      OnlyLoadAppFromAsar: 'ENABLE',
      GrantFileProtocolExtraPrivileges: 'DISABLE',
    });
  });

  test('holds the built app and nothing that only its makers need', () => {
    const files = listPackage(archive, { isPack: false }).map((file) => file.slice(1));
    const needed = [
      'package.json',
      'LICENSE',
      'out/main/index.js',
      'out/preload/index.cjs',
      'out/renderer/index.html',
      'out/workers/scan-worker.js',
      'out/workers/watch-worker.js',
      'out/workers/rules-worker.js',
      'assets/icons/256x256.png',
      'assets/rules/eicar.yar',
      'node_modules/@virustotal/yara-x/pkg/yara_x_js_bg.wasm',
      `node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`,
    ];
    expect(needed.filter((file) => !files.includes(file))).toEqual([]);
    const strange = files.filter(
      (file) =>
        /\.(?:ts|tsx|mts|cts|map|md|sh|tsbuildinfo|c|h|gyp)$/.test(file) ||
        /(?:^|\/)(?:test|tests|__tests__|docs|examples?|benchmarks?|coverage|\.github|\.built-from)(?:\/|$)/.test(
          file,
        ) ||
        // One's own folders beside out and assets; what is no dependency at run time; the command.
        /^(?:src|scripts|bin|release|docs)(?:\/|$)/.test(file) ||
        /^node_modules\/(?:electron|vite|vitest|typescript|react|recharts|node|commander)(?:\/|$)/.test(
          file,
        ) ||
        /^out\/cli(?:\/|$)/.test(file),
    );
    expect(strange).toEqual([]);
    const binaries = files.filter((file) => file.endsWith('.node'));
    expect(binaries.filter((file) => !file.includes(`linux-${process.arch}`))).toEqual([]);
    expect(statSync(archive).size).toBeLessThan(24 * megabyte);
  });

  test('leaves outside the archive what native code opens: binaries, rules, tray icons', () => {
    const files = listPackage(archive, { isPack: false }).map((file) => file.slice(1));
    const native = files.filter(
      (file) => file.endsWith('.node') || /^assets\/(?:rules|tray)\/.+\.[a-z]+$/.test(file),
    );
    expect(native.length).toBeGreaterThan(5);
    const outside = filesIn(join(resources, 'app.asar.unpacked'));
    expect(native.filter((file) => !outside.includes(file))).toEqual([]);
    expect(native.filter((file) => !('unpacked' in statFile(archive, file)))).toEqual([]);
  });

  test('keeps of the languages of Chromium the one that Vedette speaks', () => {
    expect(readdirSync(join(unpacked, 'locales'))).toEqual(['en-US.pak']);
  });

  describe('for Debian', () => {
    let file: string;
    beforeAll(() => {
      const [name = ''] = readdirSync(folder.path).filter((entry) => entry.endsWith('.deb'));
      file = join(folder.path, name);
    });

    test('names what it needs, and how large it is', () => {
      const control = textOf('dpkg-deb', '--field', file);
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
      expect(control).toContain('Package: vedette\n');
      expect(control).toMatch(new RegExp(`^Version: ${RegExp.escape(version)}`, 'm'));
      expect(control).toMatch(/^Architecture: (?:amd64|arm64)$/m);
      expect(control).toMatch(/^Depends: .*libnss3/m);
      const sizeKib = Number(textOf('dpkg-deb', '--field', file, 'Installed-Size'));
      expect(sizeKib * 1024).toBeGreaterThan(statSync(archive).size);
    });

    test('belongs to root, can be read by everybody and written by nobody else', () => {
      const entries = textOf('dpkg-deb', '--contents', file)
        .trim()
        .split('\n')
        .map((line) => /^(?<mode>\S+) (?<owner>\S+) .*? \.(?<path>\/.*)$/.exec(line)?.groups ?? {});
      expect(entries.length).toBeGreaterThan(50);
      const wrong = entries.filter(
        ({ mode = '', owner }) =>
          owner !== 'root/root' || !/^(?:drwxr-xr-x|-rwxr-xr-x|-rw-r--r--|l)/.test(mode),
      );
      expect(wrong).toEqual([]);
      const paths = entries.map(({ path }) => path);
      expect(paths).toEqual(
        expect.arrayContaining([
          '/opt/Vedette/vedette',
          '/opt/Vedette/resources/app.asar',
          '/usr/share/applications/vedette.desktop',
          '/usr/share/doc/vedette/copyright',
          ...[16, 32, 48, 64, 128, 256, 512].map(
            (size) => `/usr/share/icons/hicolor/${size}x${size}/apps/vedette.png`,
          ),
        ]),
      );
      expect(entries.find(({ path }) => path === '/opt/Vedette/vedette')?.['mode']).toBe('-rwxr-xr-x');
    });

    test('has a menu entry that the desktop understands', () => {
      using place = temporaryFolder();
      textOf('dpkg-deb', '--extract', file, place.path);
      const entry = join(place.path, 'usr/share/applications/vedette.desktop');
      const lines = readFileSync(entry, 'utf8').trim().split('\n');
      expect(lines[0]).toBe('[Desktop Entry]');
      expect(lines.slice(1).filter((line) => !/^[A-Za-z-]+=\S/.test(line))).toEqual([]);
      expect(lines).toEqual(
        expect.arrayContaining(['Type=Application', 'Exec=/opt/Vedette/vedette %F', 'Icon=vedette']),
      );
      const validator = findProgram('desktop-file-validate');
      expect(validator === null ? '' : textOf(validator, entry)).toBe('');
    });

    test('lets the sandbox work and puts the app, not a command, on PATH; scripts that sh understands', () => {
      using place = temporaryFolder();
      textOf('dpkg-deb', '--control', file, place.path);
      for (const script of ['postinst', 'postrm']) textOf('sh', '-n', join(place.path, script));
      const install = readFileSync(join(place.path, 'postinst'), 'utf8');
      expect(install).toContain('chmod 4755 "$program/chrome-sandbox"');
      expect(install).toContain('/usr/bin/vedette-app');
      expect(readFileSync(join(place.path, 'postrm'), 'utf8')).toContain('rm -f /usr/bin/vedette-app');
    });
  });

  // Electron reads the archive itself; here its files lie in a folder far from the repository.
  describe('away from the repository', () => {
    let app: string;
    beforeAll(() => {
      app = join(folder.path, 'elsewhere', 'resources', 'app');
      extractAll(archive, app);
    });

    test('every package that its code imports is there and loads', async () => {
      const names = new Set(
        filesIn(join(app, 'out'))
          .filter((file) => file.endsWith('.js') && !file.startsWith('renderer/'))
          .flatMap((file) => [
            ...readFileSync(join(app, 'out', file), 'utf8').matchAll(
              /^(?:import|export)\s(?:[^'"]*?\sfrom\s+)?["'](?<name>[^.'"][^'"]*)["']|\bimport\(["'](?<lazy>[^.'"][^'"]*)["']\)/gm,
            ),
          ])
          .map(({ groups }) => groups?.['name'] ?? groups?.['lazy'] ?? '')
          .filter((name) => !name.startsWith('node:') && name !== 'electron'),
      );
      expect(names.size).toBeGreaterThan(8);
      const script = `for (const name of ${JSON.stringify([...names])}) await import(name);`;
      const probe = join(app, 'probe.mjs');
      folder.write(probe.slice(folder.path.length + 1), script);
      await runProgram(process.execPath, [probe], { timeoutMs: 30_000 });
    });

    test.skipIf(findBrowser() === null)(
      'it opens its page, and its workers find what is written into a watched folder',
      async () => {
        await using scene = await DesktopScene.launch({ appFolder: app, env: { STAND_IN_PACKAGED: '1' } });
        await scene.watched();
        expect(await scene.page.title()).toContain('Vedette');
        const finding = await scene.findingOf(scene.writeThreat('from-the-package.com'));
        expect(finding).toMatchObject({ verdict: 'infected', state: 'open' });
        const engines = new Set(finding.detections.map(({ engine }) => engine));
        expect([...engines].toSorted()).toEqual(['hash', 'yara']);
        // The native binding of the package, not the slower one for every platform.
        expect(
          scene
            .processes()
            .some((pid) => readFileSync(`/proc/${pid}/maps`, 'utf8').includes(`${app}/node_modules/@litko`)),
        ).toBe(true);
      },
    );
  });
});
