import { LOADERS } from '../commands/load.js';
import { Failure } from '../model/failure.js';
import { commandConfig } from './command-config.js';
import { standardOutput } from '../cli/streams.js';
import type { KnownCommands } from '../cli/suggest.js';

/** What a command line is about: the oclif id it names, and the words that are left for it. */
export interface Line {
  /** `mkl:create`; `mkl` for the topic alone; `` for the program itself. */
  id: string;
  /** `create`, where there is such a command. */
  command: keyof typeof LOADERS | undefined;
  rest: string[];
}

/** Takes the topic and the command off a line, as `mkl create …` or `mkl:create …`. */
export function readLine(argv: readonly string[]): Line {
  const [first = '', ...others] = argv;
  const words = first.startsWith('-') ? [] : first.split(':');
  const rest = words.length === 0 ? [...argv] : others;
  if (words.length === 1 && rest[0] !== undefined && !rest[0].startsWith('-')) words.push(rest.shift() ?? '');
  const command = words.length === 2 ? words[1] : undefined;
  const known = command !== undefined && Object.hasOwn(LOADERS, command);
  return { id: words.join(':'), command: known ? (command as keyof typeof LOADERS) : undefined, rest };
}

const HELP = ['--help', '-h'];

/** Whether help is asked for, anywhere before `--`, or a topic stands alone. */
export function asksHelp({ id, command, rest }: Line): boolean {
  const end = rest.indexOf('--');
  const flags = end === -1 ? rest : rest.slice(0, end);
  return flags.some((word) => HELP.includes(word)) || (command === undefined && !id.includes(':'));
}

/** The commands, as far as they are loaded: what a mistyped word or flag is compared with. */
export const known: Record<string, KnownCommands[string]> = Object.fromEntries(
  Object.keys(LOADERS).map((word) => [`multikeylistener:${word}`, {}]),
);

/**
 * Runs one command line of ours.
 *
 * @param argv the words after the program's name, topic first
 * @param root the folder of package.json
 * @returns when the command is through; throws what it throws
 */
export async function dispatch(argv: readonly string[], root: string): Promise<void> {
  const line = readLine(argv);
  if (argv[0] === '--version') {
    const { about } = await import('./help.js');
    standardOutput().write(`${about(root)}\n`);
    return;
  }
  if (asksHelp(line)) return showHelp(line, root);
  if (line.command === undefined) throw unknownCommand(line.id);
  const { default: Chosen } = await LOADERS[line.command]();
  known[`multikeylistener:${line.command}`] = Chosen;
  Chosen.id = line.id;
  await Chosen.run(line.rest, commandConfig(root));
}

async function showHelp({ id, rest }: Line, root: string): Promise<void> {
  const { helpPage } = await import('./help.js');
  const page = helpPage(id, root, rest.includes('--no-color'));
  if (page === undefined) throw unknownCommand(id);
  standardOutput().write(page);
}

function unknownCommand(id: string): Failure {
  return new Failure('usage', `skupper ${id.replaceAll(':', ' ')} is not a command`, {
    hint: 'See what there is: skupper multikeylistener --help',
  });
}
