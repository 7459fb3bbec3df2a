/** What the program that we run is told, in case it calls us again. */
export const GUARD = 'SKUPPER_MKL_HANDOVER';

/** Scripts may well call one another; so deep only a loop goes. */
const MOST_DEEP = 8;

export interface Guard {
  /** How many hand-overs we are already inside of. */
  depth: number;
  /** Files that handed the very same words back to us. */
  tried: string[];
}

/**
 * The guard that was left for us. The same words again are a wrapper that leads
 * back to us, so what was tried for them counts; other words are a new task inside the other program.
 */
export function readGuard(value: string | undefined, argv: readonly string[]): Guard {
  try {
    const { depth, words, tried } = JSON.parse(value ?? '') as { depth: number; words: string; tried: unknown[] };
    return { depth: Number(depth) || 0, tried: words === fingerprint(argv) ? tried.map(String) : [] };
  } catch {
    return { depth: 0, tried: [] };
  }
}

/** True where the words go round and round. */
export function isLoop(guard: Guard): boolean {
  return guard.depth >= MOST_DEEP;
}

/** The guard for the program that is run now. */
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
