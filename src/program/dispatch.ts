import { LOADERS } from '../commands/load.js';
import { Failure } from '../model/failure.js';
import { commandConfig } from './command-config.js';
import {
  asksHelp,
  isGiven,
  unknownFlags,
  VALUE_FLAGS,
  withPlainBooleans,
  type FlagShape,
  type OwnLine,
} from './command-line.js';
import { standardOutput } from '../cli/streams.js';
import type { KnownCommands } from '../cli/suggest.js';

/** The commands, as far as they are loaded: what a mistyped word or flag is compared with. */
export const known: Record<string, KnownCommands[string]> = Object.fromEntries(
  Object.keys(LOADERS).map((word) => [`multikeylistener:${word}`, {}]),
);

/**
 * Runs one command line of ours.
 *
 * @param root the folder of package.json
 * @returns when the command is through; throws what it throws
 */
export async function dispatch({ id, rest }: OwnLine, root: string): Promise<void> {
  const word = id.split(':')[1];
  const help = asksHelp(rest);
  if (word === undefined) {
    if (id === '' && isGiven(rest, '--version')) return showVersion(root);
    const foreign = unknownFlags(rest, TOPIC_FLAGS);
    if (foreign.length > 0 || (rest.length > 0 && !help)) throw noCommand(id, foreign);
    return showHelp(id, root, rest);
  }
  const command =
    Object.hasOwn(LOADERS, word) && id.split(':').length === 2 ? (word as keyof typeof LOADERS) : undefined;
  if (command === undefined) throw unknownCommand(id);
  // Without other flags nothing can be wrong, and the command need not be loaded.
  if (help && !rest.some((each) => each.startsWith('-') && !asksHelp([each]))) return showHelp(id, root, rest);
  const { default: Chosen } = await LOADERS[command]();
  const flags: Record<string, FlagShape> = { ...Chosen.baseFlags, ...Chosen.flags };
  known[`multikeylistener:${command}`] = { flags };
  // An unknown flag is left for the command to refuse.
  if (help && unknownFlags(rest, flags).length === 0) return showHelp(id, root, rest);
  Chosen.id = id;
  const asked = rest.filter((each) => !help || !asksHelp([each]));
  await Chosen.run(withPlainBooleans(asked, flags), commandConfig(root));
}

/** The flags that help understands where no command is named; those of every command may stand there too. */
const TOPIC_FLAGS: Readonly<Record<string, FlagShape>> = {
  ...Object.fromEntries([...VALUE_FLAGS].map((flag) => [flag.replace(/^-+/, ''), shapeOf(flag)])),
  help: { type: 'boolean', char: 'h' },
  version: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  'no-input': { type: 'boolean' },
  debug: { type: 'boolean' },
};

/** `-n` is given by its letter alone. */
function shapeOf(flag: string): FlagShape {
  return { type: 'option', ...(flag.startsWith('--') ? {} : { char: flag.slice(1) }) };
}

async function showVersion(root: string): Promise<void> {
  const { about } = await import('./help.js');
  standardOutput().write(`${about(root)}\n`);
}

async function showHelp(id: string, root: string, rest: readonly string[]): Promise<void> {
  const { helpPage } = await import('./help.js');
  const page = helpPage(id, root, isGiven(rest, '--no-color'));
  if (page === undefined) throw unknownCommand(id);
  standardOutput().write(page);
}

function unknownCommand(id: string): Failure {
  return new Failure('usage', `skupper ${id.replaceAll(':', ' ')} is not a command`, {
    hint: 'See available commands: skupper multikeylistener --help',
    slips: [{ kind: 'command', topic: id.split(':')[0] ?? '', given: id.split(':')[1] ?? '' }],
  });
}

function noCommand(id: string, foreign: readonly string[]): Failure {
  const what =
    foreign.length > 0
      ? `unknown ${foreign.length === 1 ? 'flag' : 'flags'} ${foreign.join(', ')}`
      : 'no command is given';
  return new Failure('usage', what, { hint: `See available commands: skupper ${id || 'multikeylistener'} --help` });
}
