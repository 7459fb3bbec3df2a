import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
/** As .gitignore says; what git or another suite has there is no part of the program either. */
const NOT_CHECKED_IN = /^(\.git|node_modules|dist|coverage|demo|release|\.dist-.*|.*\.tgz)$/;

/** Runs a program in a folder and returns its stdout; throws with its stderr where it fails. */
export const runIn = (cwd: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Makes the folder a copy of this checkout as it is, with its own node_modules, so that a build there disturbs no other test. */
export function copyCheckout(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(ROOT).filter((entry) => !NOT_CHECKED_IN.test(entry))) {
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  }
  // Linked where that is possible, for the time it saves; copied to another file system.
  const copy = 'cp -al "$0" node_modules 2>&- || { rm -rf node_modules; cp -a "$0" node_modules; }';
  runIn(folder, 'sh', ['-c', copy, path.join(ROOT, 'node_modules')]);
}
