/** Names beyond this many are counted, not listed. */
const MOST_NAMES = 6;

/** The first six names, and a count in place of the others. */
export function shortened(names: readonly string[]): string[] {
  const rest = names.length - MOST_NAMES;
  return rest > 1 ? [...names.slice(0, MOST_NAMES), `${rest} more`] : [...names];
}

/** Names in a sentence: `east`, `east and west`, `east, west and 5 more`. */
export function listed(names: readonly string[], word: 'and' | 'or' = 'and'): string {
  const shown = shortened(names);
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} ${word} ${last}`;
}
