import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { Failure } from '../../model/failure.js';
import { homeFolder } from '../../util/home.js';
import { writeFileAtomically } from '../../util/atomic-file.js';
import type { Kept } from './recreate.js';
type Environment = Readonly<Record<string, string | undefined>>;

const FOLDER = 'skupper-multikeylistener';

export interface Keeping {
  name: string;
  namespace: string;
  /** The manifest, as YAML. */
  text: string;
  env: Environment;
  /** Returns the command line that creates the resource from the file. */
  restore(file: string): string;
}

/**
 * The program's folder for files that outlive a run, below `XDG_STATE_HOME`, else `~/.local/state` (XDG Base Directory
 * Specification: relative paths are ignored); on Windows below `LOCALAPPDATA`. Undefined if there is no home directory.
 */
export function stateFolder(env: Environment, platform: NodeJS.Platform = process.platform): string | undefined {
  const { isAbsolute, join } = platform === 'win32' ? path.win32 : path.posix;
  const home = platform === 'win32' ? env['USERPROFILE'] : env['HOME'];
  const given = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_STATE_HOME'];
  if (given && isAbsolute(given)) return join(given, FOLDER);
  const above = platform === 'win32' ? ['AppData', 'Local'] : ['.local', 'state'];
  const base = home || homeFolder();
  if (base === undefined) return undefined;
  return isAbsolute(base) ? join(base, ...above, FOLDER) : undefined;
}

/**
 * Writes the manifest to a new file that only its owner can read. The file is complete and synced to disk when this resolves.
 * It is in the state folder or, if that is not writable (a container's read-only home), in a new temporary folder.
 *
 * @throws Failure `file-system` if neither folder is writable
 */
export async function keepManifest(keeping: Keeping): Promise<Kept> {
  const folder = stateFolder(keeping.env);
  if (folder !== undefined) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return await keepIn(folder, keeping);
    } catch {
      // The temporary folder is tried next; if that fails too, its error is reported.
    }
  }
  const base = tmpdir();
  try {
    const own = await mkdtemp(path.join(base, `${FOLDER}-`));
    const kept = await keepIn(own, keeping);
    return { ...kept, drop: () => kept.drop().then(() => rmdir(own)) };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Failure(
      'file-system',
      `cannot save a backup of the old manifest in ${base} (${why}); nothing was deleted`,
      {
        hint: `Make ${[folder, base].filter(Boolean).join(' or ')} writable, or set XDG_STATE_HOME to a directory of your own.`,
        cause: error,
      },
    );
  }
}

async function keepIn(folder: string, { name, namespace, text, restore }: Keeping): Promise<Kept> {
  const plain = [namespace, name].map((part) => part.replace(/[^a-z0-9-]/g, '_').slice(0, 63));
  const file = path.join(folder, `${[...plain, randomBytes(4).toString('hex')].join('.')}.yaml`);
  const command = restore(file);
  const remark = `# Backup made by --recreate before it deleted the resource. Restore it with:\n#   ${oneLine(command)}\n`;
  await writeFileAtomically(file, remark + text, { mode: 0o600 });
  return { file, text, restore: command, drop: () => rm(file, { force: true }) };
}

/** Replaces control characters and line breaks, because a line break would end the YAML comment. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, '?');
}
