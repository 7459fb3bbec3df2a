// Writes a single executable for this machine's platform: this Node with the whole program inside, for people without Node.
// node .config/release/single.js FILE    (npm run package builds first; see https://nodejs.org/api/single-executable-applications.html)
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../bundle.js';

const run = promisify(execFile);
/** Its program, because the library prints what it finds odd in any executable. */
const POSTJECT = createRequire(import.meta.url).resolve('postject/dist/cli.js');
/** Where Node looks for a program inside itself, and the mark in its executable that says there is one. */
const RESOURCE = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The files that the program reads of itself (src/program/own-files.ts): the name in the package is the asset's. */
async function ownFiles() {
  const help = (await readdir('dist')).filter((name) => name.startsWith('help-')).map((name) => `dist/${name}`);
  const names = ['package.json', 'oclif.manifest.json', ...help.sort()];
  return Object.fromEntries(names.map((name) => [name, path.resolve(name)]));
}

/**
 * @param {string} file where the executable is written; `dist` must be built
 * @throws where Node or its executable's format do not support this
 */
export async function writeSingle(file) {
  const folder = await mkdtemp(path.join(tmpdir(), 'skupper-single-'));
  try {
    await bundle({ input: { single: 'src/single.ts' }, dir: folder, single: true });
    const blob = path.join(folder, 'blob');
    const config = {
      // Relative to the folder that Node runs in, so that no path of this machine gets into the executable.
      main: 'single.cjs',
      output: blob,
      disableExperimentalSEAWarning: true,
      useCodeCache: true,
      assets: await ownFiles(),
    };
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
    // The compiled code in it depends on a random number; with a fixed one two builds have the same bytes.
    await run(process.execPath, ['--random-seed=1', '--experimental-sea-config', 'config.json'], { cwd: folder });
    await mkdir(path.dirname(file), { recursive: true });
    // Removed first: a program that runs from there keeps its file.
    await rm(file, { force: true });
    await copyFile(process.execPath, file);
    await chmod(file, 0o755);
    const mac = process.platform === 'darwin';
    // A changed executable loses its signature, without which macOS runs nothing.
    if (mac) await run('codesign', ['--remove-signature', file]);
    const segment = mac ? ['--macho-segment-name', 'NODE_SEA'] : [];
    await run(process.execPath, [POSTJECT, file, RESOURCE, blob, '--sentinel-fuse', FUSE, ...segment]);
    if (mac) await run('codesign', ['--sign', '-', file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const file = process.argv[2] ?? path.join('release', process.platform === 'win32' ? 'skupper.exe' : 'skupper');
  await writeSingle(path.resolve(file));
  process.stderr.write(`${file} is written\n`);
}
