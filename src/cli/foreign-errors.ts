import { Failure, type FailureDetails } from '../model/failure.js';
import { plural } from '../model/text.js';
import { isTemplate } from '../view/formats.js';

/**
 * An error of oclif. This file is the only one that reads the messages of oclif and the prompts, and translates their errors
 * into Failures. A bundled program has no class names, so an error is recognised by its members or the start of its message.
 */
interface OclifError extends Error {
  oclif?: { exit?: number };
  code?: string;
  /** For errors about arguments: the definitions of the missing ones, or the words that are too many. */
  args?: unknown;
}

const USAGE = 'See --help for usage.';

function usage(message: string, details: FailureDetails): Failure {
  return new Failure('usage', message, { hint: USAGE, ...details });
}

const listOf = (words: readonly string[]): string => words.join(', ');

/**
 * Translates an error of oclif's parser into `usage`, and that of an interrupted prompt into `interrupted`.
 *
 * @returns undefined for any other error
 */
export function translated(error: Error): Failure | undefined {
  if (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')
    return new Failure('interrupted', 'interrupted', { cause: error });
  const { oclif, code, args, message } = error as OclifError;
  if (!oclif && code !== 'MODULE_NOT_FOUND') return undefined;
  if (Array.isArray(args)) return wrongArguments(args, error);
  return invalidValue(message, error) ?? usage(listOf(reasonsOf(message)), { cause: error });
}

function wrongArguments(args: readonly unknown[], cause: Error): Failure {
  const words = args.filter((each) => typeof each === 'string');
  if (words.length > 0) {
    const shown = words.map((word) => JSON.stringify(word));
    // The rest of a list that was typed with spaces arrives here as arguments.
    const list = words.some((word) => /[=:]\d+,?$/.test(word))
      ? ['Write a list without spaces, as in --weighted east=1,west=1.']
      : [];
    const hint = [...list, USAGE].join('\n');
    return usage(`unexpected ${plural(words.length, 'argument')}: ${listOf(shown)}`, { hint, cause });
  }
  const missing = args as readonly { name?: string; description?: string }[];
  const names = missing.map(({ name = 'ARGUMENT' }) => name.toUpperCase());
  return usage(`${listOf(names)} ${names.length === 1 ? 'is' : 'are'} missing`, {
    causes: missing.map(({ description = '' }, index) => ({ field: names[index] ?? '', message: description })),
    cause,
  });
}

/** Translates `Expected --output=jsn to be one of: table, json`; for an argument the message has no flag. */
function invalidValue(message: string, cause: Error): Failure | undefined {
  const [, flag, given = '', list = ''] =
    /^Expected (?:(--[\w-]+)=)?([^]*) to be one of: (.*?)(?:\nSee more.*)?$/.exec(message) ?? [];
  if (list === '') return undefined;
  const allowed = list.split(', ');
  const of = flag === undefined ? '' : ` for ${flag}`;
  return usage(`invalid value ${JSON.stringify(given)}${of}`, {
    ...(flag === '--output' && isTemplate(given) && { hint: `For single values: -o json | jq\n${USAGE}` }),
    causes: [{ field: flag ?? '', message: `must be one of ${list}` }],
    slips: [{ kind: 'value', given, allowed, ...(flag === undefined ? {} : { flag }) }],
    cause,
  });
}

/** The reasons in a message of oclif, reworded by the table below. */
function reasonsOf(message: string): string[] {
  const lines = message.split('\n').map((line) => line.trim());
  const reasons = lines.filter((line) => line !== '' && !/^(See more help|The following errors? occurred)/.test(line));
  return reasons.map((reason) => {
    for (const [pattern, words] of REWORDED) if (pattern.test(reason)) return reason.replace(pattern, words);
    return reason;
  });
}

const REWORDED: readonly (readonly [RegExp, string])[] = [
  [/^(--[\w-]+)(?:=.*)? cannot also be provided when using (--[\w-]+)$/s, '$1 cannot be combined with $2'],
  [/^(?:All|One) of the following must be provided when using (--[\w-]+): (.*)$/s, '$1 needs $2'],
  [/^Flag (--[\w-]+) expects one of these values: (.*)$/s, '$1 needs a value: one of $2'],
  [/^Flag (--[\w-]+) expects a value$/s, '$1 needs a value'],
  [/^Flag (--[\w-]+) can only be specified once$/s, '$1 can be given only once'],
];

/** Removes the text that oclif adds around the message of a Failure thrown by a flag's own parser. */
export function unwrapped(failure: Failure): Failure {
  const own = /^Parsing --\S+ \n\t(.*)\nSee more help with --help$/s.exec(failure.message)?.[1];
  return own === undefined ? failure : new Failure(failure.code, own, { ...failure, brief: own });
}
