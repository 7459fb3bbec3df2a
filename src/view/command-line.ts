import type { Strategy } from '../model/resource.js';
import { strategyFlag } from '../model/strategy.js';

/** The command line that brings the strategy about in one write, ready for a shell. */
export function completingCommand(
  name: string,
  strategy: Strategy,
  where: { namespace?: string; context?: string },
): string {
  const [flag = '', value = ''] = strategyFlag(strategy).split(/ (.*)/s);
  const place = [
    ...(where.namespace === undefined ? [] : ['-n', quoted(where.namespace)]),
    ...(where.context === undefined ? [] : ['-c', quoted(where.context)]),
  ];
  return ['skupper multikeylistener update', name, flag, quoted(value), '--in-place --one-step', ...place].join(' ');
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w.,=@%+:/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
