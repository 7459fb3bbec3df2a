/** Longer words are not typos, and edit distance is quadratic. */
const LONGEST = 100;

/** The optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours from one word to another. */
function distance(word: string, other: string): number {
  const [a, b] = [[...word], [...other]];
  let beforeLast: number[] = [];
  let last = b.map((_, j) => j + 1);
  for (const [i, letter] of a.entries()) {
    const row: number[] = [];
    for (const [j, same] of b.entries()) {
      const left = row[j - 1] ?? i + 1;
      const above = last[j] ?? 0;
      const corner = last[j - 1] ?? i;
      let least = Math.min(left + 1, above + 1, corner + (letter === same ? 0 : 1));
      if (i > 0 && j > 0 && letter === b[j - 1] && a[i - 1] === same)
        least = Math.min(least, (beforeLast[j - 2] ?? i - 1) + 1);
      row.push(least);
    }
    [beforeLast, last] = [last, row];
  }
  return last.at(-1) ?? a.length;
}

/**
 * The candidate that was probably meant: the nearest one, with at most one edit for every three letters of the word, and the
 * first of several at the same distance. Upper and lower case count as the same. Undefined if none is near enough.
 */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  if (word === '' || word.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const other of candidates) {
    if (other === word || other.length > LONGEST || Math.abs(other.length - word.length) >= least) continue;
    const apart = distance(word.toLowerCase(), other.toLowerCase());
    if (apart < least) [best, least] = [other, apart];
  }
  return best;
}
