// Writes a single executable for this machine's platform, for people without Node: this Node with the whole program inside.
// node .config/release/single.js FILE    (npm run package builds first; see https://nodejs.org/api/single-executable-applications.html)
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../bundle.js';

const run = promisify(execFile);
/** postject's command-line program is used, because the library prints warnings about every executable. */
const POSTJECT = createRequire(import.meta.url).resolve('postject/dist/cli.js');
/** The resource in which Node looks for a program inside its executable, and the fuse that tells Node that there is one. */
const RESOURCE = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The program's own files (src/program/own-files.ts), by the names of the assets, which are their paths in the package. */
async function ownFiles() {
  const help = (await readdir('dist')).filter((name) => name.startsWith('help-')).map((name) => `dist/${name}`);
  const names = ['package.json', 'oclif.manifest.json', ...help.sort()];
  return Object.fromEntries(names.map((name) => [name, path.resolve(name)]));
}

/**
 * @param {string} file the path of the executable to write; `dist` must be built
 * @throws if Node or the format of its executable does not support this
 */
export async function writeSingle(file) {
  const folder = await mkdtemp(path.join(tmpdir(), 'skupper-single-'));
  try {
    await bundle({ input: { single: 'src/single.ts' }, dir: folder, single: true });
    const blob = path.join(folder, 'blob');
    const config = {
      // Relative to Node's working directory, so that no path of this machine gets into the executable.
      main: 'single.cjs',
      output: blob,
      disableExperimentalSEAWarning: true,
      useCodeCache: true,
      assets: await ownFiles(),
    };
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
    // The code cache depends on V8's random seed; with a fixed seed two builds have the same bytes.
    await run(process.execPath, ['--random-seed=1', '--experimental-sea-config', 'config.json'], { cwd: folder });
    await mkdir(path.dirname(file), { recursive: true });
    // Removed first, so that a program that is running from this path keeps its file.
    await rm(file, { force: true });
    await copyFile(process.execPath, file);
    await chmod(file, 0o755);
    const mac = process.platform === 'darwin';
    // The change makes the signature invalid, and macOS runs only signed executables, so it is signed again below.
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
