// Bundles src into dist: one tree-shaken entry and a chunk for each part that is loaded only when needed.
import { rename, rm } from 'node:fs/promises';
import { build } from 'esbuild';

// Built aside and swapped in whole, so that a program that runs meanwhile never misses a file.
const aside = `.dist-${process.pid}`;
await build({
  entryPoints: { start: 'src/start.ts', main: 'src/main.ts' },
  outdir: aside,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  chunkNames: 'chunks/[name]-[hash]',
  // CommonJS libraries inside an ES module need a require of their own.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; import { fileURLToPath as __fileURLToPath } from 'node:url'; import { dirname as __pathDirname } from 'node:path'; const require = __createRequire(import.meta.url); const __filename = __fileURLToPath(import.meta.url); const __dirname = __pathDirname(__filename);",
  },
  // client-node needs only its Headers; the whole of it would bring a quarter of a megabyte of Unicode tables.
  alias: { 'node-fetch': './.config/node-fetch.js' },
  // oclif would load these only to run TypeScript sources, which a built program never does.
  external: ['typescript', 'ts-node', 'tsx'],
  logLevel: 'warning',
  logOverride: { 'unsupported-require-call': 'silent' },
});
await rename('dist', `${aside}-old`).catch(() => undefined);
await rename(aside, 'dist');
await rm(`${aside}-old`, { recursive: true, force: true });
