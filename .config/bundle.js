// Bundles src and the libraries into CommonJS files: with chunks for an installed package, or one file for the single executable.
// The format is CommonJS, because Node starts it faster than ES modules.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/**
 * Modules of oclif that a running command does not need: they find plugins, write help, report errors, draw spinners and measure
 * the terminal. oclif.cjs replaces them with the few names that are used while modules load or when a flag is wrong.
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
  // Reads the home folder when it is loaded, and throws for a user id without one.
  'clean-stack/index',
];
const isUnused = (id) => UNUSED.some((name) => id.replaceAll('\\', '/').endsWith(`/node_modules/${name}.js`));

/** Replaces string-width.cjs in the single executable, which has no other file to load: the library runs at the first call. */
const INLINE_STRING_WIDTH = "module.exports = (text) => require('string-width').default(text);";

/**
 * @param {object} options
 * @param {Record<string, string>} options.input the entries by name
 * @param {string} options.dir the folder for the files
 * @param {boolean} [options.single] bundle everything into the one entry, without chunks
 * @returns {Promise<object[]>} the chunks, as rolldown describes them
 */
export async function bundle({ input, dir, single = false }) {
  const { output } = await build({
    input,
    platform: 'node',
    // oclif loads these only to run TypeScript sources, which a built program does not do.
    external: [/^(typescript|ts-node|tsx)(\/|$)/],
    resolve: {
      alias: {
        // client-node uses only Headers of node-fetch; the whole package would add a quarter of a megabyte of Unicode tables.
        'node-fetch': here('node-fetch.js'),
        // With DEBUG set, which this program uses too, the package `debug` would write unescaped command lines to the terminal.
        debug: here('debug.cjs'),
      },
    },
    // client-node's index imports its whole generated API, which the kubeconfig code does not need.
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
        load: (id) => (single && id === here('string-width.cjs') ? INLINE_STRING_WIDTH : null),
      },
    ],
    output: {
      dir,
      format: 'cjs',
      codeSplitting: !single,
      entryFileNames: '[name].cjs',
      chunkFileNames: 'chunks/[name]-[hash].cjs',
      minify: true,
      sourcemap: !single,
    },
  });
  return output;
}
