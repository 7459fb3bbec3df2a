import { distance } from 'fastest-levenshtein';

/** Longer words are no slip of the hand, and cost time. */
const LONGEST = 100;

const sorted = (word: string): string => [...word].sort().join('');

/** Slips between two words; letters that only changed places are one. */
function slips(word: string, other: string): number {
  const edits = distance(word, other);
  return edits === 2 && sorted(word) === sorted(other) ? 1 : edits;
}

/**
 * The known word that was probably meant: at most one slip in three letters
 * apart, the nearest, the first of equals. Undefined where none is near.
 */
export function closest(word: string, known: Iterable<string>): string | undefined {
  if (word === '' || word.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const other of known) {
    if (other === word || other.length > LONGEST || Math.abs(other.length - word.length) >= least) continue;
    const apart = slips(word.toLowerCase(), other.toLowerCase());
    if (apart < least) [best, least] = [other, apart];
  }
  return best;
}
