// Bundles src into dist: an entry for the program, one with the commands for oclif, and chunks for what only some runs load.
// CommonJS, because Node starts a script sooner than a module.
import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { writeBundled } from './bundled.js';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
// Built aside and swapped in whole, so that a program that runs meanwhile never misses a file.
const aside = `.dist-${process.pid}`;

/**
 * Modules of oclif that a command never calls: how it finds plugins, writes help, reports errors, draws spinners and measures the
 * terminal. oclif.js stands in for the few names that are called while they load or when a flag is wrong.
 */
const UNUSED = [
  '@oclif/core/lib/config/index',
  '@oclif/core/lib/errors/errors/pretty-print',
  '@oclif/core/lib/errors/handle',
  '@oclif/core/lib/help/index',
  '@oclif/core/lib/help/util',
  '@oclif/core/lib/parser/help',
  '@oclif/core/lib/screen',
  '@oclif/core/lib/ux/action/simple',
  '@oclif/core/lib/ux/action/spinner',
  '@oclif/core/lib/ux/colorize-json',
  '@oclif/core/lib/ux/theme',
  '@oclif/core/node_modules/wrap-ansi/index',
  // Asks for the home folder when it is loaded, which an unknown uid does not have.
  'clean-stack/index',
];
const isUnused = (id) => UNUSED.some((name) => id.replaceAll('\\', '/').endsWith(`/node_modules/${name}.js`));

const { output } = await build({
  input: { start: 'src/start.ts', commands: 'src/commands/all.ts', 'string-width': 'string-width' },
  platform: 'node',
  // oclif would load these only to run TypeScript sources, which a built program never does.
  external: [/^(typescript|ts-node|tsx)(\/|$)/],
  resolve: {
    alias: {
      // client-node needs only its Headers; the whole of it would bring a quarter of a megabyte of Unicode tables.
      'node-fetch': here('node-fetch.js'),
      // With DEBUG set, which is ours too, it would write command lines to the terminal as they are.
      debug: here('debug.cjs'),
    },
  },
  // client-node's index names its whole generated API, of which the kubeconfig needs nothing.
  treeshake: { moduleSideEffects: (id) => !id.includes('@kubernetes/client-node') },
  plugins: [
    {
      name: 'leave-out',
      load: (id) => (isUnused(id) ? readFile(here('oclif.cjs'), 'utf8') : null),
    },
    {
      name: 'load-later',
      resolveId: (id, importer) =>
        id === 'string-width' && importer === path.resolve('src/view/width.ts') ? here('string-width.cjs') : null,
    },
  ],
  output: {
    dir: aside,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    minify: true,
    sourcemap: true,
  },
});
await writeBundled(aside, output);
await rename('dist', `${aside}-old`).catch(() => undefined);
await rename(aside, 'dist');
await rm(`${aside}-old`, { recursive: true, force: true });
