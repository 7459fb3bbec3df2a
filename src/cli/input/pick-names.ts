import process from 'node:process';
import { Failure } from '../../model/failure.js';
import { summarise } from '../../model/summary.js';
import { shellWord } from '../../model/text.js';
import type { Context } from '../context.js';
import type { Choice } from '../terminal/prompts.js';

/** The command that names are chosen for. */
export interface Picking {
  command: string;
  /** Let the user choose any number of names instead of exactly one. */
  many?: boolean;
}

/**
 * Prompts for resources of the namespace, for a command without NAME. Then prints the equivalent command on stderr.
 *
 * @returns the chosen names; can be empty only with `many`
 * @throws Failure `usage` if there is no terminal or the namespace has no resources; what the list throws
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
 * This program's own command line with more words at the end, quoted for a shell.
 *
 * @param command the name of the command; if the line begins with it (the kubectl plugin), the topic is added
 */
export function typedWith(command: string, more: readonly string[]): string {
  const raw = process.argv.slice(2);
  const words = raw[0] === command ? ['mkl', ...raw] : raw;
  return ['skupper', ...words, ...more].map(shellWord).join(' ');
}
