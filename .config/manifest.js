// Writes oclif.manifest.json from the built commands; with --check fails if the file is not up to date.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { Plugin } from '@oclif/core';
import { format, resolveConfig } from 'prettier';

const FILE = 'oclif.manifest.json';
const plugin = new Plugin({
  errorOnManifestCreate: true,
  ignoreManifest: true,
  isRoot: true,
  respectNoCacheDefault: true,
  root: process.cwd(),
  type: 'core',
});
await plugin.load();
const { commands, version } = plugin.manifest;
if (Object.keys(commands).length === 0) throw new Error('oclif finds no commands in dist/commands.cjs');
const options = { ...(await resolveConfig(FILE)), parser: 'json' };
const fresh = await format(JSON.stringify({ commands, version }), options);

if (process.argv.includes('--check')) {
  const stored = await readFile(FILE, 'utf8').catch(() => '');
  if (stored !== fresh) {
    process.stderr.write(`${FILE} is stale; write it anew with: npm run manifest\n`);
    process.exit(1);
  }
} else {
  await writeFile(FILE, fresh);
  // The help pages are made from the manifest. oclif decides about colours when it is loaded, so another process makes them.
  execFileSync(process.execPath, ['.config/help.js']);
}
