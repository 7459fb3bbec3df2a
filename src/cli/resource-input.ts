import { buildResource, type ResourceOptions } from '../model/build.js';
import { Failure, type Problem } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import { invalid } from '../operations/update.js';
import type { Context } from './context.js';

/** The flags of `create` and `generate` that describe a resource. */
export interface SpecFlags {
  namespace?: string;
  weighted?: string[];
  priority?: string[];
  host?: string;
  'tls-credentials'?: string;
  'require-client-cert'?: boolean;
  observer?: string;
  setting?: string[];
  label?: string[];
  annotation?: string[];
}

export interface ResourceInput {
  args: { name?: string; port?: string };
  flags: SpecFlags;
  command: 'create' | 'generate';
}

function optionsOf({ flags }: ResourceInput, name: string, port: string): ResourceOptions {
  return {
    name,
    port,
    namespace: flags.namespace,
    weighted: flags.weighted,
    priority: flags.priority,
    host: flags.host,
    tlsCredentials: flags['tls-credentials'],
    requireClientCert: flags['require-client-cert'],
    observer: flags.observer,
    settings: flags.setting,
    labels: flags.label,
    annotations: flags.annotation,
  };
}

/** The command as it could be typed, the missing parts in capitals. */
function wholeCommand({ args, flags, command }: ResourceInput): string {
  const words = ['skupper', 'multikeylistener', command, args.name ?? 'NAME', args.port ?? 'PORT'];
  if (flags.weighted) words.push('--weighted', flags.weighted.join(','));
  if (flags.priority) words.push('--priority', flags.priority.join(','));
  if (!flags.weighted && !flags.priority) words.push('--weighted', 'KEY=WEIGHT,…');
  return words.join(' ');
}

/** Everything that is missing at once, together with what is wrong in the rest. */
function missingParts(input: ResourceInput, context: Context): Failure {
  const { name, port } = input.args;
  const missing: Problem[] = [];
  if (name === undefined) missing.push({ field: 'NAME', message: 'is missing: the name of the resource' });
  if (port === undefined) missing.push({ field: 'PORT', message: 'is missing: the port of the listener, 1 to 65535' });
  const { problems } = build(input, name ?? 'web', port ?? '8080', context);
  return new Failure(
    'usage',
    `${missing.map(({ field }) => field).join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
    {
      causes: [...missing, ...problems],
      hint: `Type the whole command: ${wholeCommand(input)}`,
    },
  );
}

function build(input: ResourceInput, name: string, port: string, context: Context): ReturnType<typeof buildResource> {
  return buildResource(optionsOf(input, name, port), context.platform.family, context.platform.defaultHost(name));
}

/** Asks for NAME and PORT; each answer is judged by the same rules as a flag. */
async function askMissing(input: ResourceInput, context: Context): Promise<{ name: string; port: string }> {
  const { ask } = await import('./prompts.js');
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
  return { name, port };
}

/**
 * The checked resource that arguments and flags describe. On a terminal NAME and
 * PORT are asked for when missing; elsewhere that is a usage error which names all that is missing.
 *
 * Throws `usage` or `invalid` with every problem at once.
 */
export async function resourceFrom(input: ResourceInput, context: Context): Promise<MultiKeyListener> {
  let { name, port } = input.args;
  if (name === undefined || port === undefined) {
    if (!context.io.interactive) throw missingParts(input, context);
    ({ name, port } = await askMissing(input, context));
    if (input.flags.host === undefined) {
      context.io.err.lines([`Host: ${context.platform.defaultHost(name)} (default; --host changes it)`]);
    }
  }
  const { resource, problems } = build(input, name, port, context);
  if (problems.length === 0) return resource;
  throw invalid(
    `${JSON.stringify(name)} can't be ${input.command === 'create' ? 'created' : 'generated'} like that`,
    problems,
    hintFor(problems, input),
  );
}

/** The most common slip gets its own next step. */
function hintFor(problems: readonly Problem[], { flags }: ResourceInput): string {
  const strategy = problems.find((problem) => problem.field === 'spec.strategy');
  if (strategy && !flags.weighted && !flags.priority) {
    return 'Give --weighted KEY=WEIGHT,… to share connections, or --priority KEY,KEY,… for failover.';
  }
  if (strategy) return 'Give either --weighted or --priority, not both.';
  return 'Nothing was sent.';
}
