import { accessSync, constants, realpathSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

export interface Search {
  /** The file to run, as the PATH names it. */
  found?: string;
  /** Files named skupper that are not run, and why. */
  passedOver: { file: string; why: string }[];
}

export interface SearchOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** Our own program's file. */
  self: string;
  /** Files that are this program or have called it again with the same words. */
  tried?: readonly string[];
  platform?: NodeJS.Platform;
}

const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;

/** The possible names of the other program's file. A batch file is not one: it needs a shell, and would be npm's for this program. */
function fileNames(env: SearchOptions['env'], platform: NodeJS.Platform): string[] {
  if (platform !== 'win32') return ['skupper'];
  const listed = (env['PATHEXT'] || '.COM;.EXE').toLowerCase().split(';');
  return listed.filter((extension) => extension === '.exe' || extension === '.com').map((end) => `skupper${end}`);
}

/** The absolute folders of the PATH, in order. Empty and relative entries are left out: they depend on the current directory. */
export function searchedFolders(env: SearchOptions['env'], platform: NodeJS.Platform = process.platform): string[] {
  const { delimiter, isAbsolute } = platform === 'win32' ? path.win32 : path.posix;
  const value = platform === 'win32' ? (env['PATH'] ?? env['Path']) : env['PATH'];
  const folders = (value ?? '').split(delimiter).map((folder) => folder.replace(/^"(.*)"$/, '$1'));
  return [...new Set(folders.filter((folder) => isAbsolute(folder)))];
}

/**
 * Finds the next `skupper` on the PATH that is not this program and that not every user could have put there. See
 * docs/handover.md for the files that are skipped.
 */
export function findOther({ env, self, tried = [], platform = process.platform }: SearchOptions): Search {
  const passedOver: Search['passedOver'] = [];
  const names = fileNames(env, platform);
  for (const file of searchedFolders(env, platform).flatMap((folder) => names.map((name) => path.join(folder, name)))) {
    const real = realFile(file, platform);
    if (real === undefined || isSelf(real, self)) continue;
    const unsafe = platform === 'win32' ? undefined : unsafety(file, real);
    if (tried.some((each) => each === file || each === real)) {
      passedOver.push({ file, why: 'it resolves to this program' });
    } else if (unsafe !== undefined) passedOver.push({ file, why: unsafe });
    else return { found: file, passedOver };
  }
  return { passedOver };
}

/** The path of an executable file without symbolic links; undefined if it is not an executable file. */
function realFile(file: string, platform: NodeJS.Platform): string | undefined {
  try {
    const real = realpathSync(file);
    if (!statSync(real).isFile()) return undefined;
    if (platform !== 'win32') accessSync(real, constants.X_OK);
    return real;
  } catch {
    return undefined;
  }
}

/** True for this program's file under any name (npm makes symbolic links, others hard links) and for other files of its folder. */
function isSelf(real: string, self: string): boolean {
  const [one, other] = [statSync(real), statSync(self, { throwIfNoEntry: false })];
  if (other !== undefined && one.dev === other.dev && one.ino === other.ino) return true;
  return path.dirname(real) === path.dirname(self) && real.endsWith('.js');
}

/** The reason not to run a file that other users could have replaced; undefined if they could not. */
function unsafety(file: string, real: string): string | undefined {
  if (isOpen(statSync(real))) return 'it is world-writable';
  for (const folder of new Set([realpathSync(path.dirname(file)), path.dirname(real)])) {
    // A sticky bit prevents replacing files but not adding them, so it does not protect the folder itself.
    if (isOpen(statSync(folder))) return `${folder} is world-writable`;
    for (let above = path.dirname(folder); ; above = path.dirname(above)) {
      const stat = statSync(above);
      if (isOpen(stat) && (stat.mode & STICKY) === 0) return `${above} is world-writable`;
      if (above === path.dirname(above)) break;
    }
  }
  return undefined;
}

const isOpen = (stat: Stats): boolean => (stat.mode & WRITABLE_BY_ALL) !== 0;
