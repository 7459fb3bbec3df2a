import { askStrategy, type Judge, type StrategyAnswer } from './ask-strategy.js';
import type { Context } from '../context.js';
import { ask } from '../terminal/prompts.js';
import { typedWith } from './pick-names.js';
import { build, type ResourceInput } from './resource-flags.js';

export type Answered = ResourceInput & { args: { name: string; port: string } };

/**
 * Prompts for NAME, PORT and strategy if they are missing; each answer is checked by the same rules as a flag. Then prints
 * the equivalent command on stderr.
 *
 * @returns the input, completed with the answers
 */
export async function askMissing(input: ResourceInput, context: Context): Promise<Answered> {
  const problemOf = (field: string, name: string, port: string): string | undefined => {
    const problem = build(input, name, port, context).problems.find((each) => each.field === field);
    return problem && `${field} ${problem.message}`;
  };
  const name =
    input.args.name ??
    (await ask(context.io, {
      message: 'Name of the resource:',
      problem: (answer) => problemOf('metadata.name', answer, '8080'),
    }));
  const port =
    input.args.port ??
    (await ask(context.io, {
      message: 'Port of the listener:',
      default: '8080',
      problem: (answer) => problemOf('spec.port', name, answer),
    }));
  const given = input.flags.weighted ?? input.flags.priority;
  const strategy = given ? {} : await askForStrategy(input, name, port, context);
  if (input.flags.host === undefined) {
    context.io.err.lines([`Host: ${context.platform.defaultHost(name)} (default; change it with --host)`]);
  }
  context.io.err.lines([`Equivalent command: ${typed(input, { name, port }, strategy)}`]);
  return { ...input, args: { name, port }, flags: { ...input.flags, ...strategy } };
}

function askForStrategy(input: ResourceInput, name: string, port: string, context: Context): Promise<StrategyAnswer> {
  const judge: Judge = (answer) => {
    const { problems } = build({ ...input, flags: { ...input.flags, ...answer } }, name, port, context);
    const problem = problems.find(({ field }) => field.startsWith('spec.strategy'));
    return problem && `${problem.field} ${problem.message}`;
  };
  // `generate` is offline, so it does not look up the routing keys of a network.
  return askStrategy(
    context,
    input.command === 'create' ? build(input, name, port, context).resource : undefined,
    judge,
  );
}

/** The command line as it was typed, followed by the answers. */
function typed({ args, command }: ResourceInput, { name, port }: Answered['args'], strategy: StrategyAnswer): string {
  const words: string[] = [];
  if (args.name === undefined) words.push(name);
  if (args.port === undefined) words.push(port);
  for (const [flag, values] of Object.entries(strategy) as [string, string[]][]) words.push(`--${flag}`, ...values);
  return typedWith(command, words);
}
