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

/** Converts the flags that describe a resource into options of `buildResource`. */
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

/** Throws `usage` if -f is combined with arguments or flags that describe a resource. */
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

/** The complete command line for the hint; missing parts are in capitals. */
function wholeCommand({ args, flags, command }: ResourceInput): string {
  const words = ['skupper', 'multikeylistener', command, args.name ?? 'NAME', args.port ?? 'PORT'];
  if (flags.weighted) words.push('--weighted', flags.weighted.join(','));
  if (flags.priority) words.push('--priority', flags.priority.join(','));
  if (!flags.weighted && !flags.priority) words.push('--weighted', 'KEY=WEIGHT,…');
  return words.map((word) => (word.endsWith('…') ? word : shellWord(word))).join(' ');
}

/** The failure for missing arguments, with the problems of the given ones. */
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

/** Builds the resource from name, port and flags, and returns it with every problem. */
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
 * Builds and checks the resource that arguments and flags describe. If NAME, PORT or the strategy is missing, prompts for it on
 * a terminal.
 *
 * @throws Failure `usage` with everything that is missing, if there is no terminal; `invalid` with every problem
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

/** Throws `invalid` before the first prompt if the given arguments or flags already have problems. */
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

/** The hint for invalid input; a missing or doubled strategy, the most common mistake, has its own. */
function hintFor(problems: readonly Problem[], { flags }: ResourceInput): string {
  const strategy = problems.find((problem) => problem.field === 'spec.strategy');
  if (strategy && !flags.weighted && !flags.priority) {
    return 'Give --weighted KEY=WEIGHT,… to share connections, or --priority KEY,KEY,… for failover.';
  }
  if (strategy) return 'Give either --weighted or --priority, not both.';
  return 'Nothing was sent.';
}
