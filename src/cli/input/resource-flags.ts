import { buildResource, type FieldOptions } from '../../model/build.js';
import { Failure, type Problem } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { splitName } from '../../model/names.js';
import { shellWord } from '../../model/text.js';
import { invalid } from '../../operations/write/plan-update.js';
import type { Context } from '../context.js';
import { specFlags } from '../flags.js';
import { KIND } from '../../model/resource.js';

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

/** The flags that describe a resource, as `model` takes them. */
export function specOptions(flags: SpecFlags): Omit<FieldOptions, 'port'> {
  return {
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

/** Throws `usage` where arguments or flags describe a resource that files describe already. */
export function refuseBesideFiles(args: object, flags: SpecFlags): void {
  const own = new Set(Object.keys(specFlags));
  const mixed = [
    ...Object.entries(args).flatMap(([name, value]) => (value === undefined ? [] : [name.toUpperCase()])),
    ...Object.keys(flags).flatMap((name) => (own.has(name) ? [`--${name}`] : [])),
  ];
  if (mixed.length === 0) return;
  throw new Failure('usage', `-f cannot be combined with ${mixed.join(' and ')}`, {
    hint: 'A file describes the whole resource: set these values in the file.',
  });
}

/** The command as it could be typed, the missing parts in capitals. */
function wholeCommand({ args, flags, command }: ResourceInput): string {
  const words = ['skupper', 'multikeylistener', command, args.name ?? 'NAME', args.port ?? 'PORT'];
  if (flags.weighted) words.push('--weighted', flags.weighted.join(','));
  if (flags.priority) words.push('--priority', flags.priority.join(','));
  if (!flags.weighted && !flags.priority) words.push('--weighted', 'KEY=WEIGHT,…');
  return words.map((word) => (word.endsWith('…') ? word : shellWord(word))).join(' ');
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
      hint: `Full command: ${wholeCommand(input)}`,
    },
  );
}

/** The resource as far as it is known, and every problem it has. */
export function build(
  input: ResourceInput,
  name: string,
  port: string,
  context: Context,
): ReturnType<typeof buildResource> {
  const { flags } = input;
  const options = { name, port, namespace: flags.namespace, ...specOptions(flags) };
  return buildResource(options, context.platform.family, context.platform.defaultHost(name));
}

/**
 * The checked resource that arguments and flags describe. On a terminal NAME, PORT and
 * strategy are asked for when missing; elsewhere that is a usage error which names all that is missing.
 *
 * Throws `usage` or `invalid` with every problem at once.
 */
export async function resourceFrom(given: ResourceInput, context: Context): Promise<MultiKeyListener> {
  const { name: word, port } = given.args;
  const name = word === undefined ? undefined : splitName(word).name;
  const input = { ...given, args: { name, port } };
  const lacking = name === undefined || port === undefined;
  if (lacking && !context.io.interactive) throw missingParts(input, context);
  if (!lacking && (!context.io.interactive || input.flags.weighted || input.flags.priority)) {
    return checked(input, name, port, context);
  }
  refuseWrong(input, context);
  const { askMissing } = await import('./ask-missing.js');
  const answered = await askMissing(input, context);
  return checked(answered, answered.args.name, answered.args.port, context);
}

/** Nobody is asked for the rest of what is wrong already. */
function refuseWrong(input: ResourceInput, context: Context): void {
  const { name = 'web', port = '8080' } = input.args;
  const { problems } = build(input, name, port, context);
  const lacksStrategy = !input.flags.weighted && !input.flags.priority;
  if (problems.some(({ field }) => !(lacksStrategy && field === 'spec.strategy'))) checked(input, name, port, context);
}

function checked(input: ResourceInput, name: string, port: string, context: Context): MultiKeyListener {
  const { resource, problems } = build(input, name, port, context);
  if (problems.length === 0) return resource;
  throw invalid(`invalid ${KIND} ${JSON.stringify(name)}`, problems, hintFor(problems, input));
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
