// Bundles src into dist: small entries, a chunk for each command, and chunks for what several share or only some runs need.
// CommonJS, because an ES module as entry costs a tenth of a bare start, and V8's code cache needs scripts (src/boot).
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, transform } from 'esbuild';
import { writeBundled } from './bundled.js';
import { lazily, lazyImport, lazyRequire } from './lazy-require.js';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  write: false,
};

const script = { format: 'cjs', platform: 'node', target: common.target };

/** Libraries of client-node that few kubeconfigs ask for: each a file of its own, required when it is called. */
const APART = ['hpagent', 'jsonpath-plus', 'openid-client', 'socks-proxy-agent'];

// esbuild splits ES modules only: bundled as those first, then each chunk becomes a CommonJS script.
const split = await build({
  ...common,
  entryPoints: { start: 'src/start.ts', main: 'src/commands/all.ts' },
  outdir: 'dist',
  splitting: true,
  format: 'esm',
  sourcemap: 'inline',
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [
    lazyRequire(/node_modules\/@oclif\/core\/lib\/.*\.js$/, {
      // src/cli/streams.ts minds closed pipes; touching stdout here would load all of Node's streams.
      // Command.run is oclif's way to a command, with its whole configuration; ours is src/program/dispatch.ts. It stays as a
      // name, by which oclif knows a command.
      'lib/command.js': [
        /^process\.stdout\.on\('error',[^]*?^\}\);$/m,
        /^ {8}const config = await config_1\.Config\.load\(.*\n/m,
      ],
    }),
    // The kubeconfig, TLS and credentials are all we use of client-node: what makes clients would bring 700 files of models.
    lazyRequire(
      /@kubernetes\/client-node\/dist\/(config|\w+_auth)\.js$/,
      {
        // Plugins are run by src/store/kubernetes/kubeconfig/exec-credential.ts.
        'dist/config.js': [
          /new ExecAuth\(\),/,
          /^import \{[^}]*\} from '\.\/gen\/index\.js';\n/m,
          /^ {4}makeApiClient\([^]*?^ {4}\}\n/m,
        ],
      },
      ['oidc', 'jsonpath'],
    ),
    lazyImport(/src\/(view\/width|cli\/paint)\.ts$/),
  ],
  // client-node needs only its Headers; the whole of it would bring a quarter of a megabyte of Unicode tables.
  alias: {
    '@kubernetes/client-node': './node_modules/@kubernetes/client-node/dist/config.js',
    'node-fetch': './.config/node-fetch.js',
    // With DEBUG set, which is ours too, it would write command lines to the terminal as they are.
    debug: './.config/debug.js',
  },
  // oclif would load the first three only to run TypeScript sources, which a built program never does.
  external: ['typescript', 'ts-node', 'tsx', ...APART],
  logOverride: { 'unsupported-require-call': 'silent' },
});

const files = new Map();
const libraries = await Promise.all(
  APART.map((name) =>
    build({
      ...common,
      ...script,
      alias: { debug: './.config/debug.js' },
      entryPoints: [name],
      outfile: `dist/apart/${name}.cjs`,
      sourcemap: 'linked',
    }),
  ),
);
for (const { path: file, text } of libraries.flatMap(({ outputFiles }) => outputFiles))
  files.set(path.relative('dist', file), text);

for (const { path: file, text } of split.outputFiles) {
  const name = path.relative('dist', file).replace(/\.js$/, '.cjs');
  // A line a statement until all is said, so that the lines of the source map stay right.
  const loose = { ...script, supported: { 'dynamic-import': false }, logLevel: 'error', sourcemap: 'inline' };
  const { code } = await transform(text, { ...loose, sourcesContent: false, sourcefile: path.basename(name) });
  const folder = path.dirname(name) === '.' ? './' : '../';
  const linked = code
    .replaceAll(/(\brequire\("\.{1,2}\/[^"]+)\.js"\)/g, '$1.cjs")')
    .replaceAll(/(?:\b__require\d*|\(0, ?import_\w+\.__require\))\("([\w-]+)"\)/g, (whole, id) =>
      APART.includes(id) ? `require("${folder}apart/${id}.cjs")` : whole,
    );
  const small = { minifySyntax: true, minifyWhitespace: true, sourcemap: 'external', sourcesContent: false };
  const { code: minified, map } = await transform(lazily(linked), { ...script, ...small, sourcefile: name });
  const left = APART.find((id) => minified.includes(`("${id}")`));
  if (left) throw new Error(`${name} requires ${left} from node_modules, which the package does not have`);
  files.set(name, `${minified}//# sourceMappingURL=${path.basename(name)}.map\n`);
  files.set(`${name}.map`, map);
}

// What loads all that: a hash of it tells the code cache which build it belongs to.
const hash = createHash('sha256');
for (const [name, contents] of files) hash.update(name).update(contents);
const { outputFiles } = await build({
  ...common,
  entryPoints: ['src/boot/boot.ts'],
  outfile: 'dist/boot.cjs',
  format: 'cjs',
  define: { BUILD_ID: JSON.stringify(hash.digest('hex').slice(0, 16)) },
});
files.set('boot.cjs', outputFiles[0].text);

// Built aside and swapped in whole, so that a program that runs meanwhile never misses a file.
const aside = `.dist-${process.pid}`;
for (const [name, contents] of files) {
  await mkdir(path.join(aside, path.dirname(name)), { recursive: true });
  await writeFile(path.join(aside, name), contents);
}
await writeBundled(aside, {
  outputs: Object.assign({}, ...[split, ...libraries].map(({ metafile }) => metafile.outputs)),
});
await rename('dist', `${aside}-old`).catch(() => undefined);
await rename(aside, 'dist');
await rm(`${aside}-old`, { recursive: true, force: true });
