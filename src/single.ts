import path from 'node:path';
import process from 'node:process';
import { getAsset } from 'node:sea';
import { startPluginWith, startWith } from './start.js';

/**
 * The entry of the single executable (.config/release/single.js), in which the program's files are assets of the executable. Under a name
 * that begins with `kubectl-`, which is how kubectl and krew call a plugin, it is the plugin.
 */
const begin = path.basename(process.argv0).startsWith('kubectl-') ? startPluginWith : startWith;
// A script's file stands here; an executable has the word that was typed, which the PATH may have led to.
process.argv[1] = process.execPath;
void begin(process.argv.slice(2), (name) => getAsset(name, 'utf8'));
