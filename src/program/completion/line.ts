import { flagOf, scan } from '../command-line.js';
import { realCommand } from '../words.js';

/** A flag in oclif.manifest.json: the members that completion uses. */
export interface KnownFlag {
  name: string;
  char?: string;
  type: 'option' | 'boolean';
  description?: string;
  options?: string[];
  exclusive?: string[];
  multiple?: boolean;
  allowNo?: boolean;
  hidden?: boolean;
}

export interface KnownCommand {
  summary?: string;
  hidden?: boolean;
  flags: Record<string, KnownFlag>;
}

export type Commands = Readonly<Record<string, KnownCommand>>;

/** The command line up to the cursor. */
export interface Line {
  /** The word that is being typed, without quotes. */
  text: string;
  /** The words that are not flags: topic, command (aliases replaced), arguments. */
  words: string[];
  /** The flags given, with their values; booleans have none. */
  flags: Map<string, string[]>;
  /** Set if the word being typed is the value of this flag. */
  pending?: KnownFlag;
  /** True after `--`: only arguments follow. */
  ended: boolean;
  command?: KnownCommand;
}

/** Reads the words after the program's name, of which the last is being typed. */
export function readLine(words: readonly string[], commands: Commands): Line {
  const { tokens, ended } = scan(words.slice(0, -1));
  const line: Line = { text: words.at(-1) ?? '', words: [], flags: new Map(), ended };
  const given = tokens.flatMap(({ flag, value = '' }) => (flag === undefined ? [value] : []));
  line.words = given.map((word, index) => (index === 1 ? realCommand(word) : word));
  line.command = commands[`multikeylistener:${line.words[1]}`];
  const every = Object.assign({}, ...Object.values(commands).map(({ flags }) => flags)) as KnownCommand['flags'];
  for (const { flag: spelled, value } of tokens) {
    const flag = spelled === undefined ? undefined : flagOf(spelled, line.command?.flags ?? every)?.flag;
    if (!flag) continue;
    if (flag.type === 'option' && value === undefined) line.pending = flag;
    else line.flags.set(flag.name, [...(line.flags.get(flag.name) ?? []), ...(value === undefined ? [] : [value])]);
  }
  return line;
}

/** Splits a shell's line up to the cursor into words and removes quotes; the last word is being typed and may be empty. */
export function splitLine(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let open = false;
  for (const [, blank, single, double, escaped, plain] of text.matchAll(
    /(\s+)|'([^']*)(?:'|$)|"((?:[^"\\]|\\[^])*)(?:"|\\?$)|\\([^]?)|([^\s'"\\]+)/g,
  )) {
    open = blank === undefined;
    if (open) word += single ?? double?.replace(/\\([\\"$`])/g, '$1') ?? escaped ?? plain ?? '';
    else if (words.length > 0 || word !== '') {
      words.push(word);
      word = '';
    }
  }
  return [...words, open ? word : ''];
}
