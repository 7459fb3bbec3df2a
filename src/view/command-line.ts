import type { Strategy } from '../model/resource.js';
import { strategyFlag } from '../model/strategy.js';
import { shellWord } from '../model/text.js';

/** The flags that say whom to act as. */
function asWhom(as: string | undefined, groups: readonly string[] = []): string[] {
  return as === undefined
    ? []
    : ['--as', shellWord(as), ...groups.flatMap((group) => ['--as-group', shellWord(group)])];
}

/** The flags of where to work, as they were typed. */
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
    ...asWhom(where.as, where['as-group']),
  ];
}

/** The command line that shifts traffic to these weights, ready for a shell; `words` are flags that are so already. */
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

/** The command line that brings the strategy about in one write, ready for a shell. */
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

/** Where a manifest is put back: what decides about it, whatever is the default when the line is typed; paths are absolute. */
export interface Place {
  platform: string;
  namespace: string;
  context?: string;
  kubeconfig?: string;
  as?: string;
  asGroups?: readonly string[];
  dataHome?: string;
}

/** The command line that creates what a file holds at its old place, ready for a shell in another directory. */
export function restoringCommand(file: string, place: Place): string {
  const { platform, namespace, context, kubeconfig, as, asGroups, dataHome } = place;
  const kubernetes = platform === 'kubernetes';
  const given = (flag: string, value: string | undefined): string[] => (value ? [flag, shellWord(value)] : []);
  return [
    ...['skupper multikeylistener create', '-f', shellWord(file), '-n', shellWord(namespace), '-p', platform],
    ...given('-c', context),
    ...given('--kubeconfig', kubernetes ? kubeconfig : undefined),
    ...(kubernetes ? asWhom(as, asGroups) : []),
    ...given('--data-home', kubernetes ? undefined : dataHome),
  ].join(' ');
}
