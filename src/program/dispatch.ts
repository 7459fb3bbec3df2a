import { LOADERS } from '../commands/load.js';
import { Failure } from '../model/failure.js';
import { commandConfig } from './command-config.js';
import {
  asksHelp,
  checkTopicFlags,
  isGiven,
  parserWords,
  type FlagShape,
  type OwnLine,
  type Token,
} from './command-line.js';
import { VALUE_FLAGS } from '../cli/value-flags.js';
import { meanings, typedAgain } from './words.js';
import type { OwnFiles } from './own-files.js';
import { standardOutput } from '../cli/terminal/streams.js';
import type { KnownCommands } from '../cli/suggest.js';

/** The commands and, once loaded, their flags; suggestions for a mistyped command or flag come from here. */
export const known: Record<string, KnownCommands[string]> = Object.fromEntries(
  Object.keys(LOADERS).map((word) => [`multikeylistener:${word}`, {}]),
);

/**
 * Runs one command line of this program; resolves when the command has finished.
 *
 * @param files reads the program's own files
 * @throws Failure `usage` for an unknown command or flag, and whatever the command throws
 */
export async function dispatch({ id, tokens }: OwnLine, files: OwnFiles): Promise<void> {
  const [, word, ...more] = id.split(':');
  const help = asksHelp(tokens);
  if (word === undefined) {
    checkTopicFlags(tokens);
    if (isGiven(tokens, '--version')) return showVersion(files);
    if (tokens.length > 0 && !help.asked) throw noCommand(id);
    return showHelp(id, files, tokens);
  }
  if (!isCommand(word) || more.length > 0) throw unknownCommand(id, tokens);
  // Without other flags there is nothing to check, so the command is not loaded.
  if (help.asked && help.alone) return showHelp(id, files, tokens);
  const { default: Chosen } = await LOADERS[word]();
  const flags: Record<string, FlagShape> = { ...Chosen.baseFlags, ...Chosen.flags };
  known[`multikeylistener:${word}`] = { flags };
  const words = parserWords(tokens, flags);
  if (help.asked) return showHelp(id, files, tokens);
  Chosen.id = id;
  await Chosen.run(words, commandConfig());
}

const isCommand = (word: string): word is keyof typeof LOADERS => Object.hasOwn(LOADERS, word);

async function showVersion(files: OwnFiles): Promise<void> {
  const { about } = await import('./help.js');
  standardOutput().write(`${about(files)}\n`);
}

async function showHelp(id: string, files: OwnFiles, tokens: readonly Token[]): Promise<void> {
  const { helpPage } = await import('./help.js');
  const page = helpPage(id, files, isGiven(tokens, '--no-color'));
  if (page === undefined) throw unknownCommand(id, tokens);
  standardOutput().write(page);
  if (id === '') await showOtherCommands();
}

/** Adds the commands of the other `skupper` to the help, because this program passes them on. */
async function showOtherCommands(): Promise<void> {
  const { commandsOfOther } = await import('../cli/handover/other-commands.js');
  const other = await commandsOfOther();
  if (!other) return;
  const { escapeText } = await import('../model/text.js');
  const lines = [`COMMANDS OF ${other.file}`, ...other.lines, ''].map(escapeText);
  standardOutput().write(`\n${lines.join('\n')}`);
}

function unknownCommand(id: string, tokens: readonly Token[]): Failure {
  const [topic = '', given = ''] = id.split(':');
  return new Failure('usage', `skupper ${id.replaceAll(':', ' ')} is not a command`, {
    hint: 'See available commands: skupper multikeylistener --help',
    slips: [
      {
        kind: 'command',
        topic,
        given,
        allowed: meanings(Object.keys(LOADERS)),
        rest: typedAgain(tokens, (flag) => VALUE_FLAGS.has(flag)),
      },
    ],
  });
}

function noCommand(id: string): Failure {
  return new Failure('usage', 'no command given', {
    hint: `See available commands: skupper ${id || 'multikeylistener'} --help`,
  });
}
