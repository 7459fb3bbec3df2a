import { ownCommand, type PlaceFlags } from '../model/own-command.js';
import type { Strategy } from '../model/resource.js';
import { strategyFlag } from '../model/strategy.js';
import { shellWord } from '../model/text.js';

/** The command line that shifts traffic to these weights, quoted for a shell; `words` are further flags, already quoted. */
export function shiftCommand(
  name: string,
  weights: Readonly<Record<string, number>>,
  words: readonly string[],
): string {
  const to = Object.entries(weights).map(([key, weight]) => `${key}=${weight}`);
  return ownCommand(['shift', shellWord(name), '--to', shellWord(to.join(',')), ...words].join(' '));
}

/** The command line that sets the strategy in one write, quoted for a shell. */
export function completingCommand(name: string, strategy: Strategy, place: PlaceFlags): string {
  const [flag = '', value = ''] = strategyFlag(strategy).split(/ (.*)/s);
  return ownCommand(['update', shellWord(name), flag, shellWord(value), '--in-place --one-step'].join(' '), place);
}

/**
 * The command line that creates the resource of a file at its old place, quoted for a shell. The command should not depend on the
 * directory, environment and kubeconfig context in which it is typed later.
 *
 * @param place every value explicit, and every path absolute
 */
export function restoringCommand(file: string, place: PlaceFlags): string {
  const kubernetes = place.platform === 'kubernetes';
  const foreign: PlaceFlags = kubernetes ? { 'data-home': '' } : { kubeconfig: '', as: '', 'as-group': [] };
  return ownCommand(`create -f ${shellWord(file)}`, { ...place, ...foreign });
}
