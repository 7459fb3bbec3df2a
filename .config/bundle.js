// How src and the libraries become CommonJS files: with chunks for an installed package, or as one file for the single executable.
// CommonJS, because Node starts a script sooner than a module.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

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

/** string-width.cjs where there is no other file to load: what the function requires is compiled when it runs. */
const INLINE_STRING_WIDTH = "module.exports = (text) => require('string-width').default(text);";

/**
 * @param {object} options
 * @param {Record<string, string>} options.input the entries by name
 * @param {string} options.dir where they are written
 * @param {boolean} [options.single] everything in the one entry; else a chunk for each command and for what only some runs load
 * @returns {Promise<object[]>} the chunks, as rolldown describes them
 */
export async function bundle({ input, dir, single = false }) {
  const { output } = await build({
    input,
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
