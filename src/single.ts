import path from 'node:path';
import process from 'node:process';
import { getAsset } from 'node:sea';
import { startPluginWith, startWith } from './start.js';

/**
 * The entry of the single executable (.config/release/single.js); the program's own files are assets of the executable. If its
 * name begins with `kubectl-`, as kubectl and krew require of a plugin, it runs as the kubectl plugin.
 */
const begin = path.basename(process.argv0).startsWith('kubectl-') ? startPluginWith : startWith;
// For a script this is its file. For an executable it is the word that was typed, so it is replaced by the executable's path.
process.argv[1] = process.execPath;
void begin(process.argv.slice(2), (name) => getAsset(name, 'utf8'));
