// Who may import whom: the rooms of the house, checked from the code's own import lines.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const source = join(root, 'src');

/** A room may import from itself and from these. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  core: ['shared'],
  workers: ['core', 'shared'],
  api: ['core', 'shared'],
  fleet: ['core', 'shared'],
  cli: ['api', 'fleet', 'core', 'shared'],
  main: ['api', 'core', 'shared'],
  renderer: ['shared'],
};

/** Rooms inside core; they know no other of them but the ground floor. Files at the top of core, `guard` and `service` wire them. */
const groundFloor = ['files', 'processes', 'logger.ts', 'or-late.ts'];
const wiring = ['guard', 'service'];

/** Each package and the only places that may import it. */
const packages: Readonly<Record<string, readonly string[]>> = {
  '@decimalturn/toml-patch': ['core/config'],
  '@litko/yara-x': ['core/engines/yara'],
  '@virustotal/yara-x': ['core/engines/yara'],
  '@base-ui/react': ['renderer'],
  '@fastify/compress': ['api'],
  '@fastify/cookie': ['api'],
  '@fastify/rate-limit': ['api'],
  '@fastify/swagger': ['api'],
  'better-sqlite3': ['core/store'],
  '@zip.js/zip.js': ['core/vault'],
  chokidar: ['core/watch'],
  commander: ['cli'],
  croner: ['core/jobs'],
  electron: ['main'],
  fastify: ['api'],
  'lucide-react': ['renderer'],
  picomatch: ['core/intake/exclusions.ts'],
  pino: ['core/logger.ts'],
  'prom-client': ['core/metrics', 'api'],
  react: ['renderer'],
  'react-dom': ['renderer'],
  recharts: ['renderer/charts', 'renderer/pages/performance', 'renderer/pages/overview'],
  'smol-toml': ['core/config'],
  zod: ['shared', 'core', 'workers', 'cli', 'api', 'main'],
};

interface Import {
  readonly from: string;
  /** Path below src, or the name of a package. */
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(ts|tsx|cts)$/.test(file))
  .map((file) => file.split(sep).join('/'));

const imports: readonly Import[] = files.flatMap((from) => {
  const text = readFileSync(join(source, from), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\s+(?<type>type\s)?(?:[^'";]*?\sfrom\s+)?'(?<static>[^']+)'|(?:import|require|requireModule)\(\s*'(?<dynamic>[^']+)'\s*\)/gm,
  );
  return [...found].map(({ groups }) => {
    const specifier = groups?.['static'] ?? groups?.['dynamic'] ?? '';
    const to = specifier.startsWith('.')
      ? relative(source, resolve(dirname(join(source, from)), specifier))
          .split(sep)
          .join('/')
      : specifier;
    return { from, to, typeOnly: groups?.['type'] !== undefined };
  });
});

function isInside(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`);
}

function isPackage(to: string): boolean {
  return !files.includes(to) && !to.endsWith('.css') && !to.startsWith('node:') && !to.startsWith('..');
}

/** It and all that is loaded with it, sooner or later. */
function loadedFrom(entry: string): ReadonlySet<string> {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const { from, to, typeOnly } of imports)
      if (from === file && !typeOnly && files.includes(to)) loaded.add(to);
  }
  return loaded;
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('the house', () => {
  test('the imports were read', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(imports.length).toBeGreaterThan(files.length);
  });

  test('every import leads to a file, a package or a node: module', () => {
    const lost = imports.filter(
      ({ to }) =>
        (to.startsWith('node:') && !builtinModules.includes(to.slice(5))) || builtinModules.includes(to),
    );
    expect(lost).toEqual([]);
  });

  test('rooms import only the rooms below them', () => {
    const strangers = imports.filter(({ from, to }) => {
      if (!files.includes(to)) return false;
      const [room = '', target = ''] = [from, to].map((file) => file.split('/')[0]);
      return room !== target && !rooms[room]?.includes(target);
    });
    expect(strangers).toEqual([]);
  });

  test('stages inside core do not import each other', () => {
    const strangers = imports.filter(({ from, to }) => {
      const [, stage, deeper] = from.split('/');
      if (!isInside(from, 'core') || deeper === undefined || !isInside(to, 'core')) return false;
      if (wiring.includes(stage ?? '')) return false;
      return to.split('/')[1] !== stage && !groundFloor.some((place) => isInside(to, `core/${place}`));
    });
    expect(strangers).toEqual([]);
  });

  test('packages are imported only where they are at home', () => {
    const strangers = imports.filter(({ from, to }) => {
      if (!isPackage(to)) return false;
      return !packages[packageName(to)]?.some((place) => isInside(from, place));
    });
    expect(strangers).toEqual([]);
  });

  test('YARA runs only in worker processes', () => {
    const loaded = [...loadedFrom('cli/index.ts'), ...loadedFrom('main/index.ts')];
    expect(loaded.filter((file) => isInside(file, 'core/engines/yara'))).toEqual([]);
  });

  test('the pages load no schemas: their carriers have checked what they get', () => {
    const loaded = loadedFrom('renderer/main.tsx');
    const schemas = imports.filter(({ from, to, typeOnly }) => to === 'zod' && !typeOnly && loaded.has(from));
    expect(loaded.size).toBeGreaterThan(100);
    expect(schemas).toEqual([]);
  });

  test('preload loads nothing but Electron', () => {
    const loaded = loadedFrom('main/preload.ts');
    const others = imports.filter(({ from, to, typeOnly }) => loaded.has(from) && !typeOnly && isPackage(to));
    expect([...new Set(others.map(({ to }) => to))]).toEqual(['electron']);
  });

  test('every source file begins with a line that says what it is', () => {
    const silent = files.filter((file) => !/^(\/\/|\/\*)/.test(readFileSync(join(source, file), 'utf8')));
    expect(silent).toEqual([]);
  });

  test('no source file is longer than 300 lines', () => {
    const long = files.filter((file) => readFileSync(join(source, file), 'utf8').split('\n').length > 301);
    expect(long).toEqual([]);
  });
});
