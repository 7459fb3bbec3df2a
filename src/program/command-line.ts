import { Failure } from '../model/failure.js';

/**
 * The raw command line, read before any command is loaded. Flags may stand before the topic, between topic and command, and
 * after the command.
 */
export type CommandLine =
  | { to: 'own'; line: OwnLine }
  /** For the next `skupper` on the PATH, with all words as they are. */
  | { to: 'other'; argv: string[] }
  /** What the completion scripts ask: the words up to the cursor. */
  | { to: 'completion'; argv: string[] };

export interface OwnLine {
  /** The oclif id that the words name: `mkl:create`; `mkl` for the topic alone; `` for the program itself. */
  id: string;
  /** The words besides: flags and arguments. */
  rest: string[];
}

const TOPICS = ['multikeylistener', 'mkl'];
const COMPLETE = '__complete';
const HELP = ['--help', '-h'];

/** The flags of all commands that take a value; the next word is theirs. A test compares the list with the manifest. */
export const VALUE_FLAGS: ReadonlySet<string> = new Set(
  (
    '-c -f -l -n -o -p --annotation --context --data-home --dry-run --filename --for --from --host --kubeconfig --label ' +
    '--namespace --observer --output --platform --port --priority --request-timeout --selector --setting --settle --sort-by ' +
    '--timeout --tls-credentials --wait --weighted --without'
  ).split(' '),
);

/**
 * Decides whose a command line is and which command it names. A topic that is not ours belongs to the other `skupper` on the
 * PATH; help, the version and an empty line are ours.
 *
 * @param argv the words after the program's name
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const at = firstWord(argv);
  const word = argv[at];
  const before = argv.slice(0, at);
  const after = argv.slice(at + 1);
  if (word === undefined) return own('', argv);
  if (word === 'help' && after[0] === undefined) return own('', [...before, '--help']);
  if (word === 'help' && isOurs(after[0])) return readCommandLine([...before, ...after, '--help']);
  if (!isOurs(word)) {
    const asked = before.find((flag) => [...HELP, '--version'].includes(flag));
    return asked === undefined ? { to: 'other', argv: [...argv] } : own('', [asked]);
  }
  if (at === 0 && after[0] === COMPLETE)
    return { to: 'completion', argv: after[1] === '--' ? after.slice(2) : after.slice(1) };
  if (word.includes(':')) return own(word, [...before, ...after]);
  const next = firstWord(after);
  const command = after[next];
  if (command === undefined) return own(word, [...before, ...after]);
  if (command === 'help') return readCommandLine([...before, word, ...without(after, next), '--help']);
  return own(`${word}:${command}`, [...before, ...without(after, next)]);
}

function own(id: string, rest: readonly string[]): CommandLine {
  return { to: 'own', line: { id, rest: [...rest] } };
}

const isOurs = (word: string | undefined): boolean =>
  word !== undefined && TOPICS.some((topic) => word === topic || word.startsWith(`${topic}:`));

const without = (words: readonly string[], at: number): string[] => words.filter((_, index) => index !== at);

/** The index of the first word that is no flag and no flag's value; the length where there is none. */
function firstWord(argv: readonly string[]): number {
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) return at;
    if (VALUE_FLAGS.has(word)) at += 1;
  }
  return argv.length;
}

/** The words before `--`: only these can be flags. */
function flagWords(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end === -1 ? words : words.slice(0, end);
}

/** Whether a boolean flag is given, as `--flag` or with a value that means true. */
export function isGiven(words: readonly string[], ...names: readonly string[]): boolean {
  return flagWords(words).some((word) => {
    const [name = '', value] = splitFlag(word);
    return names.includes(name) && (value === undefined || TRUE.includes(value));
  });
}

/** Whether help is asked for. */
export function asksHelp(words: readonly string[]): boolean {
  return isGiven(words, ...HELP);
}

/** `-o json`, `-ojson`, `--output json`, `--output=json`: known before the flags are parsed, for their own errors. */
export function wantsJson(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const value = /^(?:-o=?|--output=)(.+)$/.exec(word)?.[1] ?? words[index + 1];
    return /^(-o|--output)/.test(word) && value === 'json';
  });
}

/** What of a flag's definition its spelling depends on (oclif's definitions have these). */
export interface FlagShape {
  type: 'boolean' | 'option';
  char?: string;
  allowNo?: boolean;
}

/** As Go's strconv.ParseBool, and so kubectl, reads them. */
const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

function splitFlag(word: string): [name: string, value: string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** The definition that a word names, and whether it is the `--no-` form. */
function flagOf(name: string, flags: Readonly<Record<string, FlagShape>>): { key: string; no: boolean } | undefined {
  const all = Object.entries(flags);
  for (const [key, flag] of all) {
    if (name === `--${key}` || (flag.char !== undefined && name === `-${flag.char}`)) return { key, no: false };
    if (flag.allowNo && name === `--no-${key}`) return { key, no: true };
  }
  return undefined;
}

/**
 * The words with each boolean flag written without a value: `--watch=true` is `--watch`, `--watch=false` is left out, and
 * `--preflight=false` is `--no-preflight`.
 *
 * @param flags the command's flags by name
 * @throws Failure `usage` for any other value
 */
export function withPlainBooleans(words: readonly string[], flags: Readonly<Record<string, FlagShape>>): string[] {
  const given = flagWords(words);
  let valueNext = false;
  const plain = given.flatMap((word): string[] => {
    const isValue: boolean = valueNext;
    valueNext = !isValue && VALUE_FLAGS.has(word);
    const [name, value] = splitFlag(word);
    const found = isValue || value === undefined || !word.startsWith('-') ? undefined : flagOf(name, flags);
    const flag = found && flags[found.key];
    if (!found || flag?.type !== 'boolean') return [word];
    if (TRUE.includes(value ?? '')) return [name];
    if (!FALSE.includes(value ?? '')) {
      throw new Failure('usage', `${name} takes true or false, not ${JSON.stringify(value)}`, {
        causes: [{ field: name, message: 'is a flag without a value; =true and =false are understood' }],
      });
    }
    if (found.no) return [`--${found.key}`];
    return flag.allowNo ? [`--no-${found.key}`] : [];
  });
  return [...plain, ...words.slice(given.length)];
}

/**
 * The flags that a command does not have, as they were written without their values.
 *
 * @param flags the command's flags by name
 */
export function unknownFlags(words: readonly string[], flags: Readonly<Record<string, FlagShape>>): string[] {
  const unknown: string[] = [];
  let valueNext = false;
  for (const word of flagWords(words)) {
    const isValue: boolean = valueNext;
    valueNext = !isValue && VALUE_FLAGS.has(word);
    if (isValue || !word.startsWith('-') || word === '-') continue;
    const [name] = splitFlag(word);
    // Short flags may stand together, and their value may follow at once.
    const known = word.startsWith('--') ? flagOf(name, flags) : flagOf(word.slice(0, 2), flags);
    if (!known) unknown.push(name);
  }
  return unknown;
}
