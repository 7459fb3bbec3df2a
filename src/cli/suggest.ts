import { closest } from '../model/closest.js';
import { Failure, isFailure, type Slip } from '../model/failure.js';
import { escapeText } from '../model/text.js';
import type { Store } from '../store/store.js';

/** The commands by oclif id, with the definitions of their flags by name. */
export type KnownCommands = Readonly<Record<string, { flags?: object; baseFlags?: object }>>;

/**
 * Adds a suggestion for a mistyped command, flag or value as the first line of a failure's hint. Returns the same failure if
 * it is not `usage` or nothing is similar.
 *
 * @param id the command's oclif id
 * @param commands the commands by oclif id
 */
export function withSuggestion(failure: Failure, id: string, commands: KnownCommands): Failure {
  if (failure.code !== 'usage') return failure;
  const meant = failure.slips.map((slip) => meantBy(slip, id, commands)).filter((each) => each !== undefined);
  if (meant.length === 0) return failure;
  // A suggested command line is at the end of its line, so that it can be copied.
  const isLine = failure.slips.some(({ kind }) => kind === 'command');
  return hinting(failure, isLine ? `Did you mean: ${meant.join()}` : `Did you mean ${meant.join(' and ')}?`);
}

function hinting(failure: Failure, meant: string): Failure {
  const hint = [meant, failure.hint].filter(Boolean).join('\n');
  return new Failure(failure.code, failure.message, { ...failure, hint });
}

/** The suggestion for one mistyped word, as it is typed; undefined if nothing is similar. */
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
 * Makes a function that adds the most similar name of an existing resource to the hint of a `not-found` failure. The
 * resources are listed once, at the first such failure. Any other error is returned unchanged.
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

/** As `store.get`; a `not-found` failure suggests the most similar name. */
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
