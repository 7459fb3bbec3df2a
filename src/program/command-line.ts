import { VALUE_FLAGS } from '../cli/value-flags.js';
import { Failure } from '../model/failure.js';
import { joinLists } from './lists.js';
import { realCommand } from './words.js';

/**
 * A command line, read before any command is loaded; this file is the only reader of raw command lines. Flags may be before
 * the topic, between topic and command, and after the command. Everything after `--` is a word.
 */
export type CommandLine =
  | { to: 'own'; line: OwnLine }
  /** A command line for the next `skupper` on the PATH, unchanged. The topic of `help site` is `site`. */
  | { to: 'other'; argv: string[]; topic: string }
  /** A request of the completion scripts: the words up to the cursor. */
  | { to: 'completion'; argv: string[] };

export interface OwnLine {
  /** The oclif id of the command: `mkl:create`; `mkl` for the topic alone; `` for the program itself. */
  id: string;
  /** All flags, and the words other than topic and command. */
  tokens: Token[];
}

/** One flag with its value, or one word. */
export interface Token {
  /** The flag as it was typed: `--watch`, or `-w` (also out of `-Aw`); undefined for a word. */
  flag?: string;
  /** The value of the flag, which follows `=`, the flag's letter, or is the next word; for a word, the word itself. */
  value?: string;
}

const TOPICS = ['multikeylistener', 'mkl'];
const COMPLETE = '__complete';
const HELP = ['--help', '-h'];
/** Flags without a value that are valid without a command. */
const TOPIC_FLAGS = [...HELP, '--version', '--no-color', '--no-input', '--debug'];

/**
 * Splits a command line into flags with their values, and words.
 *
 * @param argv the words after the program's name
 * @returns the tokens in order; `ended` is true if there was a `--`, which does not become a token
 */
export function scan(argv: readonly string[]): { tokens: Token[]; ended: boolean } {
  const tokens: Token[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return { tokens: [...tokens, ...argv.slice(at + 1).map((value) => ({ value }))], ended: true };
    const found = !word.startsWith('-') || word === '-' ? [{ value: word }] : flagsIn(word);
    const last = found.at(-1);
    if (last?.flag !== undefined && last.value === undefined && VALUE_FLAGS.has(last.flag))
      last.value = argv[(at += 1)];
    tokens.push(...found);
  }
  return { tokens, ended: false };
}

/** Parses `--name`, `--name=value`, `-n`, `-nvalue`, `-n=value`, and joined letters, of which the last can have a value: `-Aw=false`. */
function flagsIn(word: string): Token[] {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  const value = equals < 0 ? undefined : word.slice(equals + 1);
  if (name.startsWith('--') || name.length < 2) return [{ flag: name, value }];
  const letters = [...name.slice(1)].map((letter) => `-${letter}`);
  const valued = letters.findIndex((letter) => VALUE_FLAGS.has(letter));
  const last = valued < 0 ? letters.length - 1 : valued;
  const tokens: Token[] = letters.slice(0, last + 1).map((flag) => ({ flag }));
  const attached = letters.length > last + 1 ? word.slice(last + 2) : value;
  return tokens.map((token, index) => (index === last ? { ...token, value: attached } : token));
}

/**
 * Decides which program a command line is for, and which command it names. Every topic but ours is for the other `skupper` on
 * the PATH; help, --version and an empty line are for this program.
 *
 * @param argv the words after the program's name
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  if (TOPICS.includes(argv[0] ?? '') && argv[1] === COMPLETE)
    return { to: 'completion', argv: argv.slice(argv[2] === '--' ? 3 : 2) };
  const { tokens } = scan(argv);
  const [first, second] = tokens.filter(isWord);
  const helped = [...tokens, { flag: '--help' }];
  if (first === undefined) return own('', tokens);
  if (first.value === 'help' && second === undefined) return own('', without(helped, first));
  if (first.value === 'help' && isOurs(second?.value)) return named(without(helped, first));
  if (isOurs(first.value)) return named(tokens);
  const before = tokens.slice(0, tokens.indexOf(first));
  return isGiven(before, ...HELP, '--version')
    ? own('', before)
    : { to: 'other', argv: [...argv], topic: (first.value === 'help' ? second : first)?.value ?? '' };
}

/** Separates topic and command from the other tokens. `mkl help create` means `mkl create --help`; aliases are replaced. */
function named(tokens: readonly Token[]): CommandLine {
  const [topic, command] = tokens.filter(isWord);
  const rest = without(tokens, topic);
  if (command?.value === 'help') return named([...without(tokens, command), { flag: '--help' }]);
  const [first = '', second, ...more] = (topic?.value ?? '').split(':');
  if (second !== undefined) return own([first, realCommand(second), ...more].join(':'), rest);
  if (command === undefined) return own(first, rest);
  return own(`${first}:${realCommand(command.value ?? '')}`, without(rest, command));
}

function own(id: string, tokens: readonly Token[]): CommandLine {
  return { to: 'own', line: { id, tokens: [...tokens] } };
}

const isWord = ({ flag }: Token): boolean => flag === undefined;
const without = (tokens: readonly Token[], gone: Token | undefined): Token[] => tokens.filter((each) => each !== gone);
const isOurs = (word: string | undefined): boolean =>
  word !== undefined && TOPICS.some((topic) => word === topic || word.startsWith(`${topic}:`));

/** The boolean values that Go's strconv.ParseBool, and so kubectl, accepts. */
const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/** True if the last of these boolean flags is given without a value or with a true one. */
export function isGiven(tokens: readonly Token[], ...names: readonly string[]): boolean {
  const last = tokens.findLast(({ flag = '' }) => names.includes(flag));
  return last !== undefined && (last.value === undefined || TRUE.includes(last.value));
}

/** Whether help is requested (`asked`), and whether the line has no other flags (`alone`). */
export function asksHelp(tokens: readonly Token[]): { asked: boolean; alone: boolean } {
  return {
    asked: isGiven(tokens, ...HELP),
    alone: tokens.every((token) => isWord(token) || isGiven([token], ...HELP)),
  };
}

/** True if `-o json` is given. It is needed before the command parses its flags, because errors of that parsing are JSON too. */
export function wantsJson(tokens: readonly Token[]): boolean {
  // A flag without its value, as in `-n --output json`, has taken the next flag as its value.
  const all = tokens.flatMap((token) =>
    token.flag !== undefined && token.value?.startsWith('-') ? [token, ...flagsIn(token.value)] : [token],
  );
  return all.some(({ flag, value }, at) => {
    const next = all[at + 1];
    const given = value ?? (next?.flag === undefined ? next?.value : undefined);
    return (flag === '-o' || flag === '--output') && given === 'json';
  });
}

/** The members of oclif's flag definition that determine how the flag can be typed. */
export interface FlagShape {
  type: 'boolean' | 'option';
  char?: string;
  allowNo?: boolean;
}

/** Finds the flag for a spelling; `no` is true for its `--no-` form. Undefined if there is no such flag. */
export function flagOf<Flag extends FlagShape>(
  spelled: string,
  flags: Readonly<Record<string, Flag>>,
): { name: string; flag: Flag; no: boolean } | undefined {
  for (const [name, flag] of Object.entries(flags)) {
    if (spelled === `--${name}` || spelled === `-${flag.char}`) return { name, flag, no: false };
    if (flag.allowNo && spelled === `--no-${name}`) return { name, flag, no: true };
  }
  return undefined;
}

/**
 * Converts tokens into words for oclif's parser: arguments, flags with their long names, and boolean flags without a value.
 * `--watch=false` is left out and `--preflight=false` becomes `--no-preflight`; if a boolean flag is repeated, the last counts.
 *
 * @param flags the command's flags by name
 * @throws Failure `usage` for unknown flags, for a boolean flag whose value is neither true nor false, and what `joinLists` throws
 */
export function parserWords(given: readonly Token[], flags: Readonly<Record<string, FlagShape>>): string[] {
  refuseUnknown(given, (spelled) => flagOf(spelled, flags) !== undefined);
  const tokens = joinLists(given);
  const found = tokens.flatMap(({ flag: spelled = '', value }) => {
    const meant = flagOf(spelled, flags);
    return meant ? [{ ...meant, spelled, value }] : [];
  });
  const options = found.flatMap(({ name, flag, no, spelled, value }, index): string[] => {
    if (flag.type === 'option') return [value === undefined ? `--${name}` : `--${name}=${value}`];
    const on = truth(spelled, value) !== no;
    if (found.slice(index + 1).some((later) => later.name === name)) return [];
    if (on) return [`--${name}`];
    return flag.allowNo ? [`--no-${name}`] : [];
  });
  const words = tokens.filter(isWord).map(({ value = '' }) => value);
  // Flags come last unless `--` is needed: a flag with a missing value must not take the next word as its value.
  return words.some((word) => /^-./.test(word)) ? [...options, '--', ...words] : [...words, ...options];
}

/** Checks the flags of a line without a command. Throws `usage` for unknown flags and for invalid values of boolean flags. */
export function checkTopicFlags(tokens: readonly Token[]): void {
  refuseUnknown(tokens, (spelled) => VALUE_FLAGS.has(spelled) || TOPIC_FLAGS.includes(spelled));
  for (const { flag, value } of tokens) if (flag !== undefined && TOPIC_FLAGS.includes(flag)) truth(flag, value);
}

function refuseUnknown(tokens: readonly Token[], isKnown: (spelled: string) => boolean): void {
  const unknown = tokens.flatMap(({ flag }) => (flag === undefined || isKnown(flag) ? [] : [flag]));
  if (unknown.length === 0) return;
  throw new Failure('usage', `unknown ${unknown.length === 1 ? 'flag' : 'flags'}: ${unknown.join(', ')}`, {
    hint: 'See --help for usage.',
    slips: unknown.map((given) => ({ kind: 'flag', given })),
  });
}

function truth(spelled: string, value = 'true'): boolean {
  if (TRUE.includes(value)) return true;
  if (FALSE.includes(value)) return false;
  throw new Failure('usage', `${spelled} takes true or false, not ${JSON.stringify(value)}`, {
    causes: [{ field: spelled, message: 'must be alone, or have =true or =false' }],
  });
}
