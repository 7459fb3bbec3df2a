import { Failure } from '../model/failure.js';
import { shellWord } from '../model/text.js';
import type { Token } from './command-line.js';

/** An entry that can only belong to the list, because names and ports contain neither `=` nor `:`. */
const WEIGHTS = /^[^=:]+[=:][0-9]+(?:,|$)/;
/** The flags with a comma-separated value, and the pattern by which a further word is recognised as an entry. */
const LISTS: Readonly<Record<string, RegExp | undefined>> = {
  '--weighted': WEIGHTS,
  '--priority': undefined,
  '--without': undefined,
};

/**
 * Joins a list that was typed with a space after a comma (`--weighted east=1, west=1`) if the next word cannot be an argument.
 *
 * @throws Failure `usage` with the corrected list if the next word could be an argument
 */
export function joinLists(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const last = joined.at(-1);
    const open = last?.flag !== undefined && last.flag in LISTS && last.value?.endsWith(',');
    if (!open || token.flag !== undefined) joined.push(token);
    else if (LISTS[last.flag ?? '']?.test(token.value ?? ''))
      joined[joined.length - 1] = { ...last, value: `${last.value}${token.value}` };
    else if (last.flag === '--weighted') joined.push(token);
    else throw blankInList(last, tokens.slice(tokens.indexOf(token)));
  }
  return joined;
}

function blankInList({ flag = '', value = '' }: Token, rest: readonly Token[]): Failure {
  let list = value;
  for (const next of rest) if (list.endsWith(',') && next.flag === undefined) list += next.value;
  return new Failure('usage', `${flag} has a space after a comma`, {
    causes: [{ field: flag, message: `${JSON.stringify(value)} ends with a comma, and another word follows` }],
    hint: `Write the list without spaces: ${flag} ${shellWord(list)}`,
  });
}
