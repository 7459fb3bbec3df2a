// Has Node (from 22.1 on) keep the code that it compiles, in a folder that nobody else can write to. Without a folder Node
// takes one in /tmp, and would run what another user has put there.
'use strict';
const { lstatSync, mkdirSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const path = require('node:path');

/** `skupper-multikeylistener` below the user's cache folder (XDG Base Directory Specification: relative paths are ignored). */
function cacheFolder({ HOME, LOCALAPPDATA, XDG_CACHE_HOME }) {
  const base =
    process.platform === 'win32'
      ? LOCALAPPDATA
      : path.isAbsolute(XDG_CACHE_HOME ?? '')
        ? XDG_CACHE_HOME
        : HOME && path.join(HOME, '.cache');
  return base && path.isAbsolute(base) ? path.join(base, 'skupper-multikeylistener') : undefined;
}

/** Whether the folder is there (it is made when it is missing), belongs to this user, and only this user can write to it. */
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
