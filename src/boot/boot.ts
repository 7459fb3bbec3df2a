import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import vm from 'node:vm';
import { cacheFolder, prepare, readCompiled, trusted, writeCompiled, type Compiled } from './code-cache.js';

/** A hash of all that is in dist; set by the build. */
declare const BUILD_ID: string;

type Exports = Record<string, unknown>;
type Chunk = (exports: Exports, require: Load, module: { exports: Exports }, file: string, folder: string) => void;
type Load = (id: string) => unknown;

/** Whose compiled code it is: another V8, processor or build must never read it. */
const stamp = `${BUILD_ID}-${process.versions['v8']}-${process.arch}`.replaceAll(/[^\w.-]/g, '_');

/**
 * Loads the program's chunks, with the code that V8 made of them in an earlier run of the same command: without it a
 * third of a short run is spent on compiling. Node does the same by itself from version 22 on, but not where 20 runs.
 */
class Chunks {
  private readonly modules = new Map<string, { exports: Exports }>();
  private readonly scripts = new Map<string, vm.Script>();
  private readonly compiled: Compiled;
  private fresh = false;

  constructor(file: string | undefined) {
    this.compiled = file && trusted(path.dirname(file)) ? readCompiled(file) : new Map();
    if (file) process.once('exit', () => this.keep(file));
  }

  load(file: string): Exports {
    const known = this.modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    this.modules.set(file, module);
    const folder = path.dirname(file);
    this.compile(file)(module.exports, this.requireFrom(folder), module, file, folder);
    return module.exports;
  }

  private requireFrom(folder: string): Load {
    const own = (id: string): boolean => id.startsWith('.') || id.startsWith(__dirname);
    const load = (id: string): unknown => (own(id) ? this.load(path.resolve(folder, id)) : require(id));
    return Object.assign(load, { resolve: require.resolve });
  }

  private compile(file: string): Chunk {
    const name = path.relative(__dirname, file);
    const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`;
    const script = new vm.Script(source, { filename: file, cachedData: this.compiled.get(name) });
    this.fresh ||= script.cachedDataRejected !== false;
    this.scripts.set(name, script);
    return script.runInThisContext() as Chunk;
  }

  /** At the end, when what the run needed has been compiled. */
  private keep(file: string): void {
    if (!this.fresh || !prepare(path.dirname(file))) return;
    for (const [name, script] of this.scripts) this.compiled.set(name, script.createCachedData());
    writeCompiled(file, this.compiled);
  }
}

/** What the run is about, for the name of its cache file: the command, when it is one. */
function kind(argv: readonly string[]): string {
  const words = argv.filter((word) => /^[a-z]{3,16}$/.test(word)).slice(0, 2);
  const known = words[0] === 'mkl' || words[0] === 'multikeylistener' ? words[1] : undefined;
  return known ?? 'other';
}

/**
 * The first thing that runs: loads dist/start.cjs and calls one of its exports with the command line.
 *
 * @param entry `start`, or `startPlugin` for kubectl's plugin
 */
export async function boot(entry: 'start' | 'startPlugin'): Promise<void> {
  const argv = process.argv.slice(2);
  const root = path.dirname(__dirname);
  const start = path.join(__dirname, 'start.cjs');
  let exported: Exports;
  if (argv.includes('--debug')) {
    // Node's own loader, for stack traces that name the sources.
    process.setSourceMapsEnabled(true);
    exported = require(start) as Exports;
  } else {
    const folder = cacheFolder();
    exported = new Chunks(folder && path.join(folder, `${stamp}-${kind(argv)}`)).load(start);
  }
  await (exported[entry] as (argv: string[], root: string) => Promise<void>)(argv, root);
}
