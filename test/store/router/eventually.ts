import { HANGS_MS } from '../../support/program.js';

/** Looks again and again until it is so, and returns what was seen; throws with what was seen last where that never comes. */
export async function eventually<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + HANGS_MS;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`never: ${holds.toString()}\nlast: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
