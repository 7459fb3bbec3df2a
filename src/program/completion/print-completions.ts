import process from 'node:process';
import { splitName } from '../../model/names.js';
import type { OwnFiles } from '../own-files.js';
import { readLine, splitLine, type Commands, type KnownFlag, type Line } from './line.js';
import { Sources, type Candidate } from './sources.js';
import { ANY_FILES, DIRECTIVE, NOTHING, flagValues, isHarmless, type Answer } from './values.js';

/** Time limit in seconds from the start of the process; the candidates found until then are printed. */
const BOUND_S = 1;

/** The commands whose arguments are names of resources: several names, or one. */
const MANY_NAMES = ['status', 'delete', 'wait', 'check', 'inspect', 'traffic'];
const ONE_NAME = ['update', 'shift'];
const FILES = ['apply', 'validate'];

/**
 * Prints the completion candidates: one line for each, with a tab before its description, and a last line with the directive
 * for the shell (`:4`). Prints nothing else, never prompts, and always exits 0.
 *
 * @param words the words after the program's name, of which the last is being typed; or `--line` and the shell's line up to
 *   the cursor
 * @param files reads the program's own files
 */
export async function printCompletions(words: readonly string[], files: OwnFiles): Promise<void> {
  process.removeAllListeners('warning');
  process.stdout.on('error', () => process.exit(0));
  const given = words[0] === '--line' ? splitLine(words[1] ?? '').slice(1) : words;
  // The user can allow more seconds for a slow machine or server. An invalid number is ignored, as completion prints no errors.
  const boundS = Number(process.env['SKUPPER_MKL_COMPLETION_TIMEOUT']) || BOUND_S;
  const leftMs = Math.max(1, Math.round(boundS * 1000 - performance.now()));
  const text = await completions(given, files, leftMs).catch(() => `:${DIRECTIVE.NoFiles}\n`);
  // Ends open sockets and credential plugins, for which the process would wait.
  process.stdout.write(text, () => process.exit(0));
}

async function completions(words: readonly string[], files: OwnFiles, leftMs: number): Promise<string> {
  const { commands } = JSON.parse(files('oclif.manifest.json')) as { commands: Commands };
  const line = readLine(words, commands);
  const deadline = new AbortController();
  setTimeout(() => deadline.abort(), leftMs);
  const sources = new Sources(line.flags, process.env, deadline.signal, leftMs);
  const { prefix, answer, typed } = answerFor(line, commands, sources);
  const found = new Map<string, Candidate>();
  const add = (candidate: Candidate): void => {
    const { value } = candidate;
    if (value.startsWith(typed) && !found.has(value)) found.set(value, candidate);
  };
  const late = new Promise<void>((resolve) => deadline.signal.addEventListener('abort', () => resolve()));
  await Promise.race([Promise.resolve(answer.collect(add)).catch(() => undefined), late]);
  const lines = [...found.values()].flatMap(({ value, description = '' }) =>
    value.startsWith('-') || isHarmless(value) ? [`${prefix}${value}\t${oneLine(description)}`] : [],
  );
  return [...lines, `:${answer.directive}`, ''].join('\n');
}

const TOPICS: readonly Candidate[] = [
  { value: 'multikeylistener', description: 'create, update, inspect and delete MultiKeyListeners' },
  { value: 'mkl', description: 'short for multikeylistener' },
];

/** Replaces everything but printable ASCII, because a description can contain text from a server, and shells print it unescaped. */
function oneLine(description: string): string {
  return description.replace(/[^\x20-\x7e]/g, '?');
}

interface Asked {
  answer: Answer;
  /** The part of the word that candidates have to begin with. */
  typed: string;
  /** The part of the word before the candidates, such as `--output=`. */
  prefix: string;
}

function answerFor(line: Line, commands: Commands, sources: Sources): Asked {
  const { text, command } = line;
  const asked = (answer: Answer, typed = text, prefix = ''): Asked => ({ answer, typed, prefix });
  if (line.pending) return asked(flagValues(line.pending, text, line, sources));
  if (line.words.length === 0) return asked(fixed(TOPICS));
  if (!TOPICS.some(({ value }) => value === line.words[0])) return asked(NOTHING);
  if (line.words.length === 1) return asked(fixed(commandNames(commands)));
  if (!command) return asked(NOTHING);
  const attached = /^(--?([A-Za-z-]+)=)([^]*)$/.exec(text);
  const flag = Object.values(command.flags).find(({ name, char }) => attached?.[2] === name || attached?.[2] === char);
  if (attached && flag && !line.ended) {
    const [, prefix = '', , value = ''] = attached;
    return asked(flagValues(flag, value, line, sources), value, prefix);
  }
  if (text.startsWith('-') && !line.ended) return asked(fixed(flagNames(line, Object.values(command.flags))));
  const { type, name } = splitName(text);
  return asked(argumentValues(line, sources), name, type);
}

function fixed(candidates: readonly Candidate[]): Answer {
  return { directive: DIRECTIVE.NoFiles, collect: (add) => candidates.forEach(add) };
}

function commandNames(commands: Commands): Candidate[] {
  return Object.entries(commands)
    .filter(([, { hidden }]) => !hidden)
    .map(([id, { summary }]) => ({ value: id.split(':')[1] ?? '', description: summary }));
}

/** The flags that can still be given: not hidden, not given yet (or repeatable), not exclusive with a given flag. */
function flagNames(line: Line, flags: readonly KnownFlag[]): Candidate[] {
  const free = flags.filter(
    ({ name, hidden, multiple, exclusive }) =>
      !hidden && (multiple || !line.flags.has(name)) && !exclusive?.some((other) => line.flags.has(other)),
  );
  return free.flatMap(({ name, allowNo, description = '' }) => [
    { value: `--${name}`, description },
    ...(allowNo ? [{ value: `--no-${name}`, description: `not: ${description}` }] : []),
  ]);
}

function argumentValues(line: Line, sources: Sources): Answer {
  const [, command = '', ...words] = line.words;
  const names = words.map((word) => splitName(word).name);
  if (command === 'completion' && names.length === 0) return fixed(['bash', 'zsh', 'fish'].map((value) => ({ value })));
  if (FILES.includes(command)) return ANY_FILES;
  const byOther = ['selector', 'all', 'all-namespaces', 'filename'].some((flag) => line.flags.has(flag));
  const wanted = (MANY_NAMES.includes(command) && !byOther) || (ONE_NAME.includes(command) && names.length === 0);
  if (!wanted) return NOTHING;
  return {
    directive: DIRECTIVE.NoFiles,
    collect: (add) => sources.names((name) => (names.includes(name.value) ? undefined : add(name))),
  };
}
