/** The environment variable with the guard, by which this program notices that the other program has called it again. */
export const GUARD = 'SKUPPER_MKL_HANDOVER';

/** Scripts can call each other, but only a loop nests hand-overs this deep. */
const MOST_DEEP = 8;

export interface Guard {
  /** The number of hand-overs around this process. */
  depth: number;
  /** Files that have passed exactly the same words back to this program. */
  tried: string[];
}

/**
 * Reads the guard from the environment. If the words are the same as before, the other program is a wrapper around this one,
 * so its file counts as tried. Other words are a new command of the other program.
 */
export function readGuard(value: string | undefined, argv: readonly string[]): Guard {
  try {
    const { depth, words, tried } = JSON.parse(value ?? '') as { depth: number; words: string; tried: unknown[] };
    return { depth: Number(depth) || 0, tried: words === fingerprint(argv) ? tried.map(String) : [] };
  } catch {
    return { depth: 0, tried: [] };
  }
}

/** True if the two programs call each other in a loop. */
export function isLoop(guard: Guard): boolean {
  return guard.depth >= MOST_DEEP;
}

/** The guard for the program that is about to run. */
export function writeGuard(guard: Guard, argv: readonly string[], files: readonly string[]): string {
  const tried = [...new Set([...guard.tried, ...files])];
  return JSON.stringify({ depth: guard.depth + 1, words: fingerprint(argv), tried });
}

/** FNV-1a over the words: short, so that long command lines do not fill the environment. */
function fingerprint(argv: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const char of JSON.stringify(argv)) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return `${argv.length}.${hash.toString(16)}`;
}
