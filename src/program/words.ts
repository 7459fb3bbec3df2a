import { shellWord } from '../model/text.js';
import type { Token } from './command-line.js';

/** Words of kubectl and of shells that stand for a command. They work everywhere, and nothing but the topic's help names them. */
const ALIASES: Readonly<Record<string, string>> = {
  list: 'status',
  ls: 'status',
  get: 'status',
  describe: 'inspect',
  show: 'inspect',
  rm: 'delete',
};

/** Words that say another command's name too freely to be obeyed: the line that was probably meant is shown instead. */
const NEAR: Readonly<Record<string, string>> = {
  edit: 'update',
  change: 'update',
  modify: 'update',
  patch: 'update',
  set: 'update',
  add: 'create',
  new: 'create',
  del: 'delete',
  remove: 'delete',
  destroy: 'delete',
  diff: 'apply --dry-run server --diff',
  export: 'generate --from',
  lint: 'validate',
  watch: 'status --watch',
};

/** The command that a word names: an alias is replaced by the real one, any other word stays. */
export function realCommand(word: string): string {
  return Object.hasOwn(ALIASES, word) ? (ALIASES[word] ?? word) : word;
}

/**
 * What to compare a mistyped command with, and what each of these words means.
 *
 * @param commands the real commands
 * @returns by word, the command and perhaps flags
 */
export function meanings(commands: readonly string[]): Readonly<Record<string, string>> {
  return { ...NEAR, ...ALIASES, ...Object.fromEntries(commands.map((command) => [command, command])) };
}

/**
 * Flags and words as they can be typed again, each with a blank before it.
 *
 * @param takesValue whether the next word is the flag's value
 */
export function typedAgain(tokens: readonly Token[], takesValue: (flag: string) => boolean): string {
  const dashed = tokens.find(({ flag, value = '' }) => flag === undefined && /^-./.test(value));
  const words = tokens.flatMap((token): string[] => {
    const { flag, value } = token;
    if (flag === undefined) return token === dashed ? ['--', value ?? ''] : [value ?? ''];
    if (value === undefined) return [flag];
    return takesValue(flag) ? [flag, value] : [`${flag}=${value}`];
  });
  return words.map((word) => ` ${shellWord(word)}`).join('');
}
