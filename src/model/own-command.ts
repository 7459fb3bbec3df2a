import { shellWord } from './text.js';

/** The values of the flags that choose platform, cluster, user and namespace. */
export interface PlaceFlags {
  namespace?: string;
  platform?: string;
  context?: string;
  kubeconfig?: string;
  as?: string;
  'as-group'?: readonly string[];
  'data-home'?: string;
}

/** A process runs one command, so its flags can be kept here, where every message finds them. */
let given: PlaceFlags = {};

/** Keeps the flags of this run for the commands in messages. */
export function rememberPlace(flags: PlaceFlags): void {
  given = flags;
}

/**
 * A command line of this program for a hint. It repeats the flags with which this run chose its place, because without them the pasted
 * command would go to another cluster, user or site.
 *
 * @param words the command and its arguments, quoted for a shell
 * @param place replaces flags of this run, for example for a resource of another namespace; an empty text leaves the flag out
 */
export function ownCommand(words: string, place: PlaceFlags = {}): string {
  return inPlace(`skupper multikeylistener ${words}`, place, {
    namespace: '-n',
    platform: '-p',
    context: '-c',
    kubeconfig: '--kubeconfig',
    as: '--as',
    'as-group': '--as-group',
    'data-home': '--data-home',
  });
}

/** A command line of kubectl for a hint, with the flags of the place that kubectl has too. Parameters as for `ownCommand`. */
export function kubectlCommand(words: string, place: PlaceFlags): string {
  return inPlace(`kubectl ${words}`, place, {
    namespace: '-n',
    context: '--context',
    kubeconfig: '--kubeconfig',
    as: '--as',
    'as-group': '--as-group',
  });
}

/** @param spelled the program's flags of the place, in the order in which they are written */
function inPlace(command: string, place: PlaceFlags, spelled: { [Name in keyof PlaceFlags]: string }): string {
  const flags = Object.entries(spelled).flatMap(([name, flag]) => {
    const values = [place[name as keyof PlaceFlags] ?? given[name as keyof PlaceFlags] ?? []].flat();
    return values.filter(Boolean).flatMap((value) => [flag, shellWord(value)]);
  });
  return [command, ...flags].join(' ');
}
