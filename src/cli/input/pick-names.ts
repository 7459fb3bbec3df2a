import process from 'node:process';
import { Failure } from '../../model/failure.js';
import { summarise } from '../../model/summary.js';
import { shellWord } from '../../model/text.js';
import type { Context } from '../context.js';
import type { Choice } from '../terminal/prompts.js';

/** How names are chosen, and for what. */
export interface Picking {
  command: string;
  /** Any number of them, not exactly one. */
  many?: boolean;
}

/**
 * Lets the person at the terminal choose among the resources of the namespace, where a command was given no name. Then shows
 * the whole command that would have done without the question.
 *
 * @returns the chosen names; none only where several may be chosen
 * @throws Failure `usage` where nobody can be asked or there is nothing to choose; what the list throws
 */
export async function pickNames(context: Context, { command, many = false }: Picking): Promise<string[]> {
  if (!context.io.interactive) throw missingName();
  const store = await context.openStore();
  const resources = await store.list({ signal: context.signal, router: true });
  if (resources.length === 0) throw missingName(`Namespace ${store.where.namespace} has no multikeylisteners.`);
  const choices = resources.map((resource): Choice => {
    const { name, state, reachable, total } = summarise(resource);
    return { value: name, about: reachable === undefined ? state : `${state}, ${reachable}/${total} keys` };
  });
  const { choose, chooseMany } = await import('../terminal/prompts.js');
  const message = `Which ${many ? 'multikeylisteners' : 'multikeylistener'} to ${command}:`;
  const names = many ? await chooseMany(context.io, message, choices) : [await choose(context.io, message, choices)];
  if (names.length > 0) context.io.err.lines([`Equivalent command: ${typedWith(command, names)}`]);
  return names;
}

function missingName(why = ''): Failure {
  return new Failure('usage', 'NAME is missing', {
    causes: [{ field: 'NAME', message: 'name of the resource' }],
    hint: [why, 'See --help for usage.'].filter(Boolean).join('\n'),
  });
}

/**
 * The words of this program's own command line, and more behind them, ready for a shell.
 *
 * @param command the command: the kubectl plugin is started without the topic
 */
export function typedWith(command: string, more: readonly string[]): string {
  const raw = process.argv.slice(2);
  const words = raw[0] === command ? ['mkl', ...raw] : raw;
  return ['skupper', ...words, ...more].map(shellWord).join(' ');
}
