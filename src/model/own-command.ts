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
  const flag = (spelled: string, name: keyof PlaceFlags): string[] => {
    const values = [place[name] ?? given[name] ?? []].flat();
    return values.filter(Boolean).flatMap((value) => [spelled, shellWord(value)]);
  };
  return [
    `skupper multikeylistener ${words}`,
    ...flag('-n', 'namespace'),
    ...flag('-p', 'platform'),
    ...flag('-c', 'context'),
    ...flag('--kubeconfig', 'kubeconfig'),
    ...flag('--as', 'as'),
    ...flag('--as-group', 'as-group'),
    ...flag('--data-home', 'data-home'),
  ].join(' ');
}
