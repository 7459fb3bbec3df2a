import { realpathSync } from 'node:fs';
import process from 'node:process';
import { findOther, type Search } from './find.js';
import { GUARD, isLoop, readGuard, writeGuard } from './guard.js';

/** The result of looking for the other `skupper`. */
export interface Other extends Search {
  /** True if the two programs call each other in a loop; nothing is searched then. */
  loop: boolean;
}

function self(): string {
  return realpathSync(process.argv[1] ?? process.execPath);
}

/** Looks for the next other `skupper` on the PATH, without running it. */
export function lookForOther(argv: readonly string[]): Other {
  const guard = readGuard(process.env[GUARD], argv);
  if (isLoop(guard)) return { loop: true, passedOver: [] };
  return { loop: false, ...findOther({ env: process.env, self: self(), tried: guard.tried }) };
}

/** Our environment with the guard, for running the other program. */
export function guarded(file: string, argv: readonly string[]): NodeJS.ProcessEnv {
  const guard = readGuard(process.env[GUARD], argv);
  return { ...process.env, [GUARD]: writeGuard(guard, argv, [self(), file]) };
}
