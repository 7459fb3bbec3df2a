import { closest } from '../model/closest.js';
import { Failure, isFailure, type Slip } from '../model/failure.js';
import { escapeText } from '../model/text.js';
import type { Store } from '../store/store.js';

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
  const meant = failure.slips.map((slip) => meantBy(slip, id, commands)).filter((each) => each !== undefined);
  if (meant.length === 0) return failure;
  // A command is shown as a line of its own, to be copied.
  const isLine = failure.slips.some(({ kind }) => kind === 'command');
  return hinting(failure, isLine ? `Did you mean: ${meant.join()}` : `Did you mean ${meant.join(' and ')}?`);
}

function hinting(failure: Failure, meant: string): Failure {
  const hint = [meant, failure.hint].filter(Boolean).join('\n');
  return new Failure(failure.code, failure.message, { ...failure, hint });
}

/** What was probably meant, as it is typed. */
function meantBy(slip: Slip, id: string, commands: KnownCommands): string | undefined {
  if (slip.kind === 'command') {
    const { given, allowed } = slip;
    const word = Object.hasOwn(allowed, given) ? given : closest(given, Object.keys(allowed));
    return word && `skupper ${slip.topic} ${allowed[word]}${slip.rest}`;
  }
  if (slip.kind === 'flag') {
    const command = commands[`multikeylistener:${id.split(':')[1]}`];
    const meant = closest(slip.given.replace(/^-+/, ''), Object.keys({ ...command?.baseFlags, ...command?.flags }));
    return meant && `--${meant}`;
  }
  const meant = closest(slip.given, slip.allowed);
  return meant && [slip.flag, meant].filter(Boolean).join(' ');
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
    return meant === undefined ? error : hinting(error, `Did you mean ${escapeText(meant)}?`);
  };
}

/** `store.get` whose `not-found` says what was probably meant. */
export async function getNamed(
  store: Store,
  name: string,
  signal: AbortSignal,
  router = false,
): ReturnType<Store['get']> {
  try {
    return await store.get(name, { signal, router });
  } catch (error) {
    throw await nameSuggester(store, signal)(name, error);
  }
}
