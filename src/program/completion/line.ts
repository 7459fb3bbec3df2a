/** What is read of oclif.manifest.json. */
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

/** A command line up to the cursor. */
export interface Line {
  /** The word that is being typed, without quotes. */
  text: string;
  /** The words that are no flags: topic, command, arguments. */
  words: string[];
  /** The flags given, with their values; booleans have none. */
  flags: Map<string, string[]>;
  /** The flag whose value is being typed as a word of its own. */
  pending?: KnownFlag;
  /** `--` was given: what follows are arguments. */
  ended: boolean;
  command?: KnownCommand;
}

/** Reads the words after the program's name; the last is the one that is being typed. */
export function readLine(words: readonly string[], commands: Commands): Line {
  const all = Object.assign({}, ...Object.values(commands).map((command) => command.flags)) as KnownCommand['flags'];
  const first = readFlags(words, Object.values(all));
  const command = commands[`multikeylistener:${first.words[1]}`];
  return command ? { ...readFlags(words, Object.values(command.flags)), command } : first;
}

function readFlags(words: readonly string[], known: readonly KnownFlag[]): Line {
  const line: Line = { text: words.at(-1) ?? '', words: [], flags: new Map(), ended: false };
  for (const word of words.slice(0, -1)) {
    if (line.pending) {
      note(line, line.pending, word);
      line.pending = undefined;
    } else if (line.ended || !word.startsWith('-') || word === '-') line.words.push(word);
    else if (word === '--') line.ended = true;
    else if (word.startsWith('--')) readLong(line, word.slice(2), known);
    else readShort(line, word.slice(1), known);
  }
  return line;
}

function note(line: Line, flag: KnownFlag, value?: string): void {
  const values = line.flags.get(flag.name) ?? [];
  line.flags.set(flag.name, value === undefined ? values : [...values, value]);
}

function readLong(line: Line, word: string, known: readonly KnownFlag[]): void {
  const at = word.indexOf('=');
  const name = at < 0 ? word : word.slice(0, at);
  const flag = known.find((each) => each.name === name || (each.allowNo && `no-${each.name}` === name));
  if (!flag) return;
  if (at >= 0 || flag.type === 'boolean') note(line, flag, at < 0 ? undefined : word.slice(at + 1));
  else line.pending = flag;
}

/** `-n west`, `-nwest`, `-n=west` and booleans together, `-Aw`. */
function readShort(line: Line, word: string, known: readonly KnownFlag[]): void {
  for (let at = 0; at < word.length; at += 1) {
    const flag = known.find((each) => each.char === word[at]);
    if (!flag) return;
    if (flag.type === 'option') {
      const value = word.slice(at + 1).replace(/^=/, '');
      if (value === '') line.pending = flag;
      else note(line, flag, value);
      return;
    }
    note(line, flag);
  }
}

/** The words of a shell's line up to the cursor, without quotes; the last is the one that is being typed. */
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
