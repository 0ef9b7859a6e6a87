// Builds what runs in Electron: the tree of the code is kept, so that a place relative to a module means the same built and unbuilt.
import { relative, resolve, sep } from 'node:path';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;
const source = resolve(root, 'src');

const entries = [
  'main/index',
  'cli/index',
  'workers/scan-worker',
  'workers/watch-worker',
  'workers/rules-worker',
  'workers/hash-list-thread',
];

function treePlace(id: string): string {
  return relative(source, id).split(sep).join('/').replace(/\.ts$/, '');
}

export default defineConfig({
  main: {
    build: {
      outDir: 'out',
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      externalizeDeps: true,
      lib: {
        entry: Object.fromEntries(entries.map((entry) => [entry, resolve(source, `${entry}.ts`)])),
        formats: ['es'],
      },
      rolldownOptions: {
        output: {
          format: 'es',
          preserveModules: true,
          preserveModulesRoot: source,
          entryFileNames: ({ facadeModuleId, name }) =>
            `${facadeModuleId === null || facadeModuleId === undefined ? name : treePlace(facadeModuleId)}.js`,
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      lib: { entry: { index: resolve(source, 'main/preload.ts') } },
      rolldownOptions: { output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: resolve(source, 'renderer'),
    base: './',
    build: {
      outDir: resolve(root, 'out/renderer'),
      target: 'chrome140',
      minify: 'oxc',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: resolve(source, 'renderer/index.html'),
        // Of libraries made for servers that draw pages too.
        onLog(level, log, handle) {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
        },
      },
    },
  },
});
