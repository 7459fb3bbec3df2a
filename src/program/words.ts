import { shellWord } from '../model/text.js';
import type { Token } from './command-line.js';

/** Aliases of commands, from kubectl and shells. They work in every place; only the topic's help mentions them. */
const ALIASES: Readonly<Record<string, string>> = {
  list: 'status',
  ls: 'status',
  get: 'status',
  describe: 'inspect',
  show: 'inspect',
  rm: 'delete',
};

/** Words that suggest a command but are not run as an alias: the error shows the command line that was probably meant. */
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

/** Replaces an alias by the name of its command; returns any other word unchanged. */
export function realCommand(word: string): string {
  return Object.hasOwn(ALIASES, word) ? (ALIASES[word] ?? word) : word;
}

/**
 * The words that a mistyped command is compared with.
 *
 * @param commands the names of the commands
 * @returns by word, the command that it means, possibly with flags
 */
export function meanings(commands: readonly string[]): Readonly<Record<string, string>> {
  return { ...NEAR, ...ALIASES, ...Object.fromEntries(commands.map((command) => [command, command])) };
}

/**
 * Turns tokens back into text for a command line, quoted for a shell, with a space before each.
 *
 * @param takesValue true for a flag whose value is written as the next word
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
