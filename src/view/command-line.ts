import type { Strategy } from '../model/resource.js';
import { strategyFlag } from '../model/strategy.js';
import { shellWord } from '../model/text.js';

/** The flags --as and --as-group. */
function impersonationWords(as: string | undefined, groups: readonly string[] = []): string[] {
  return as === undefined
    ? []
    : ['--as', shellWord(as), ...groups.flatMap((group) => ['--as-group', shellWord(group)])];
}

/** The values of the flags that choose cluster, namespace and user, as they were typed. */
interface Typed {
  namespace?: string;
  context?: string;
  as?: string;
  'as-group'?: readonly string[];
}

function placeWords(where: Typed): string[] {
  return [
    ...(where.namespace === undefined ? [] : ['-n', shellWord(where.namespace)]),
    ...(where.context === undefined ? [] : ['-c', shellWord(where.context)]),
    ...impersonationWords(where.as, where['as-group']),
  ];
}

/** The command line that shifts traffic to these weights, quoted for a shell; `words` are further flags, already quoted. */
export function shiftCommand(
  name: string,
  weights: Readonly<Record<string, number>>,
  where: Typed,
  words: readonly string[],
): string {
  const to = Object.entries(weights).map(([key, weight]) => `${key}=${weight}`);
  return [
    'skupper multikeylistener shift',
    shellWord(name),
    '--to',
    shellWord(to.join(',')),
    ...words,
    ...placeWords(where),
  ].join(' ');
}

/** The command line that sets the strategy in one write, quoted for a shell. */
export function completingCommand(name: string, strategy: Strategy, where: Typed): string {
  const [flag = '', value = ''] = strategyFlag(strategy).split(/ (.*)/s);
  return [
    'skupper multikeylistener update',
    shellWord(name),
    flag,
    shellWord(value),
    '--in-place --one-step',
    ...placeWords(where),
  ].join(' ');
}

/**
 * Where a manifest is restored. Every value is explicit and every path absolute, so that the command does not depend on the
 * directory, environment and kubeconfig context in which it is typed later.
 */
export interface Place {
  platform: string;
  namespace: string;
  context?: string;
  kubeconfig?: string;
  as?: string;
  asGroups?: readonly string[];
  dataHome?: string;
}

/** The command line that creates the resource of a file at its old place, quoted for a shell. */
export function restoringCommand(file: string, place: Place): string {
  const { platform, namespace, context, kubeconfig, as, asGroups, dataHome } = place;
  const kubernetes = platform === 'kubernetes';
  const given = (flag: string, value: string | undefined): string[] => (value ? [flag, shellWord(value)] : []);
  return [
    ...['skupper multikeylistener create', '-f', shellWord(file), '-n', shellWord(namespace), '-p', platform],
    ...given('-c', context),
    ...given('--kubeconfig', kubernetes ? kubeconfig : undefined),
    ...(kubernetes ? impersonationWords(as, asGroups) : []),
    ...given('--data-home', kubernetes ? undefined : dataHome),
  ].join(' ');
}
