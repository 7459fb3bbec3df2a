// Enables Node's compile cache (Node 22.1 and later) in a folder that only this user can write to. Node's default folder is in
// the system's temporary folder, where another user could put code that Node would run.
'use strict';
const { lstatSync, mkdirSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const path = require('node:path');

/** `skupper-multikeylistener` in the user's cache folder (XDG Base Directory Specification: relative paths are ignored). */
function cacheFolder({ HOME, LOCALAPPDATA, XDG_CACHE_HOME }) {
  const base =
    process.platform === 'win32'
      ? LOCALAPPDATA
      : path.isAbsolute(XDG_CACHE_HOME ?? '')
        ? XDG_CACHE_HOME
        : HOME && path.join(HOME, '.cache');
  return base && path.isAbsolute(base) ? path.join(base, 'skupper-multikeylistener') : undefined;
}

/** Creates the folder if it is missing. True if it belongs to this user and no other user can write to it. */
function isOurs(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = lstatSync(folder);
    if (!stat.isDirectory()) return false;
    return process.platform === 'win32' || (stat.uid === process.getuid() && (stat.mode & 0o022) === 0);
  } catch {
    return false;
  }
}

if (enableCompileCache) {
  const folder = cacheFolder(process.env);
  if (folder && isOurs(folder)) enableCompileCache(path.join(folder, 'code'));
}
