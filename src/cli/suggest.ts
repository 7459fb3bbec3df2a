import { Failure, isFailure } from '../model/failure.js';
import { escapeText } from '../model/text.js';
import type { Store } from '../store/store.js';
import { closest } from './closest.js';

/** What of a command is known here: its flags by name. */
export type KnownCommands = Readonly<Record<string, { flags?: object; baseFlags?: object }>>;

/**
 * The same failure with what was probably meant as the first line of its hint:
 * a command, flags, or one of the values that a flag takes.
 *
 * @param id the command's oclif id
 * @param commands the commands by oclif id
 */
export function withSuggestion(failure: Failure, id: string, commands: KnownCommands): Failure {
  if (failure.code !== 'usage') return failure;
  const meant = meantCommand(failure, commands) ?? meantFlags(failure, id, commands) ?? meantValue(failure);
  return meant === undefined ? failure : hinting(failure, meant);
}

function hinting(failure: Failure, meant: string): Failure {
  const hint = [`Did you mean ${meant}?`, failure.hint].filter(Boolean).join('\n');
  const { code, message, causes, cause } = failure;
  return new Failure(code, message, { hint, causes, cause });
}

function meantCommand({ message }: Failure, commands: KnownCommands): string | undefined {
  const [, topic, word] = /^skupper (mkl|multikeylistener) (\S+).* is not a command$/.exec(message) ?? [];
  const meant =
    word === undefined
      ? undefined
      : closest(
          word,
          Object.keys(commands).map((id) => id.split(':')[1] ?? ''),
        );
  return meant && `skupper ${topic} ${meant}`;
}

function meantFlags({ message }: Failure, id: string, commands: KnownCommands): string | undefined {
  const unknown = /^Nonexistent flags?: (.*)$/s.exec(message)?.[1]?.split(', ');
  const command = commands[`multikeylistener:${id.split(':')[1]}`];
  if (!unknown || !command) return undefined;
  const known = Object.keys({ ...command.baseFlags, ...command.flags });
  const meant = unknown.map((flag) => closest(flag.replace(/^-+|=.*$/gs, ''), known));
  const found = meant.filter((flag) => flag !== undefined).map((flag) => `--${flag}`);
  return found.length > 0 ? found.join(' and ') : undefined;
}

/** oclif's `Expected --output=jsn to be one of: …`, and our own `"podmn" is …` with `must be one of …`. */
function meantValue({ message, causes }: Failure): string | undefined {
  const [, flag, value, list] = /^Expected (--[\w-]+)=(.*) to be one of: (.*)$/s.exec(message) ?? [];
  if (flag !== undefined) {
    const meant = closest(value ?? '', (list ?? '').split(', '));
    return meant && `${flag} ${meant}`;
  }
  const known = /^must be one of (.*)$/.exec(causes[0]?.message ?? '')?.[1]?.split(/, | or /);
  const given = /^"([^"]*)" is /.exec(message)?.[1];
  return known && given !== undefined ? closest(given, known) : undefined;
}

/**
 * For names that are not found: looks once at what there is, and only then.
 * The returned function takes a failure and gives it back, with the nearest name as its hint if there is one.
 */
export function nameSuggester(store: Store, signal: AbortSignal): (name: string, error: unknown) => Promise<unknown> {
  let names: Promise<string[]> | undefined;
  const list = (): Promise<string[]> =>
    store.list({ signal }).then(
      (resources) => resources.map(({ metadata }) => metadata.name),
      () => [],
    );
  return async (name, error) => {
    if (!isFailure(error, 'not-found')) return error;
    names ??= list();
    const meant = closest(name, await names);
    return meant === undefined ? error : hinting(error, escapeText(meant));
  };
}

/** `store.get` whose `not-found` says what was probably meant. */
export async function getNamed(store: Store, name: string, signal: AbortSignal): ReturnType<Store['get']> {
  try {
    return await store.get(name, { signal });
  } catch (error) {
    throw await nameSuggester(store, signal)(name, error);
  }
}
