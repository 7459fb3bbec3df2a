// A CommonJS module loads all that it names before its first line runs: for a command line tool that is ten times what a
// run uses. Here `const x_1 = require("x")` becomes a function that requires at its first call, and `x_1.y` a use of that
// call. The order of loading changes, nothing else; a bare `require("x")`, which is there for its side effects, stays.
import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';

const CALL = String.raw`(?:\w+\()?require\("[^"]+"\)(?:(?:, ?1)?\))?`;
/** What TypeScript and esbuild write for an import; the names of `import * as` besides. */
const imports = (namespaces) =>
  new RegExp(
    String.raw`(?<=(?:\b(?:const|var) |,))(${['\\w+_\\d+', 'import_\\w+', ...namespaces].join('|')}) ?= ?(${CALL})(?=[,;])`,
    'g',
  );

/** esbuild copies every property of what is imported by default, a hundred of them for Node's own modules; one is used. */
const withoutCopy = (call) => call.replace(/^__toESM\d*\((require\("node:[^"]+"\))(?:, ?1)?\)$/, '({default:$1})');

/**
 * A source with its imports made lazy; a name that is used as a whole (`{...x_1}`) stays as it is.
 *
 * @param namespaces names of `import * as` that nothing else in the source has
 */
export function lazily(source, namespaces = []) {
  const names = new Set();
  const declared = source.replace(imports(namespaces), (whole, name, call) => {
    if (new RegExp(`(?<!["'])\\b${name}\\b(?![.$])(?! ?=)`).test(source)) return whole;
    // What used it was cut out.
    if (!new RegExp(`\\b${name}\\.`).test(source)) return `${name}=0`;
    names.add(name);
    const onlyDefault = !new RegExp(`\\b${name}\\.(?!default\\b)`).test(source);
    return `${name}=(x=>()=>x??=${onlyDefault ? withoutCopy(call) : call})()`;
  });
  if (names.size === 0) return source;
  const any = [...names].join('|');
  return declared
    .replace(new RegExp(`\\bnew (${any})\\.([\\w$.]+)`, 'g'), 'new ($1().$2)')
    .replace(new RegExp(`\\b(${any})\\.`, 'g'), '$1().');
}

const EXPORTS = /__export\(\w+,\{(.*?)\}\);module\.exports=__toCommonJS\(\w+\);/;

/** An ES module with its imports written as requires. Its exports stay: its package says that it is one. */
async function asScript(source) {
  const { code } = await transform(source, { format: 'cjs', platform: 'node', minifyWhitespace: true });
  const exported = [...(EXPORTS.exec(code)?.[1] ?? '').matchAll(/(\w+):\(\)=>(\w+)/g)];
  return `${code.replace(EXPORTS, '')}export{${exported.map(([, name, local]) => `${local} as ${name}`).join(',')}};`;
}

/**
 * An esbuild plugin that does so to the modules of a library, of either kind.
 *
 * @param filter which files
 * @param cuts by the end of a file's path, patterns of what is left out of it; the build fails where one matches nothing
 * @param namespaces as for `lazily`
 */
export const lazyRequire = (filter, cuts = {}, namespaces = []) => ({
  name: 'lazy-require',
  setup(build) {
    build.onLoad({ filter }, async ({ path }) => {
      let source = await readFile(path, 'utf8');
      const own = Object.entries(cuts).filter(([end]) => path.replaceAll('\\', '/').endsWith(end));
      for (const pattern of own.flatMap(([, patterns]) => patterns)) {
        if (!pattern.test(source)) return { errors: [{ text: `${path} has no ${pattern}` }] };
        source = source.replace(pattern, '');
      }
      const script = /^(import|export) /m.test(source) ? await asScript(source) : source;
      return { contents: lazily(script, namespaces), loader: 'js' };
    });
  },
});

/** An esbuild plugin for modules of ours around one import, a function or class, that few runs need. */
export const lazyImport = (filter) => ({
  name: 'lazy-import',
  setup(build) {
    build.onLoad({ filter }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace(
        /^import (?:\{ (\w+) \}|(\w+)) from ('[^']+');$/m,
        (_, named, whole, from) => `declare const require: any;
let library: any;
const ${named ?? whole}: any = function (this: unknown, ...given: any[]) {
  const loaded = (library ??= require(${from})).${named ?? 'default'};
  return new.target ? new loaded(...given) : loaded(...given);
};`,
      );
      if (contents === source) return { errors: [{ text: `${path} has no such import` }] };
      return { contents, loader: 'ts' };
    });
  },
});
