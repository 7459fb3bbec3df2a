import { Failure } from '../../model/failure.js';
import { escapeText } from '../../model/text.js';
import type { Member } from '../../operations/fleet.js';
import { closest } from '../../model/closest.js';
import type { Context } from '../context.js';

/** The flags that choose several clusters. */
export interface FleetFlags {
  contexts?: string[];
  'all-contexts'?: boolean;
}

/**
 * The clusters that --contexts or --all-contexts choose. This reads only the kubeconfig.
 *
 * @returns undefined without these flags: the command then works on the one cluster of the context
 * @throws Failure `usage` for a list that is empty or names a context twice, `context-unknown` with every context that the
 *   kubeconfig does not have, `kubeconfig-missing`, `kubeconfig-invalid`
 */
export async function membersOf(context: Context, flags: FleetFlags): Promise<Member[] | undefined> {
  if (flags.contexts === undefined && !flags['all-contexts']) return undefined;
  const asked = flags.contexts && contextNames(flags.contexts);
  const { contexts } = await context.places();
  refuseUnknown(asked ?? [], contexts);
  const names = asked ?? contexts;
  if (names.length > 0) return names.map((name) => ({ context: name, open: () => context.openStore(undefined, name) }));
  // A kubeconfig without contexts: in a pod the service account is used; elsewhere opening the store fails with the reason.
  const store = await context.openStore();
  return [{ context: store.where.context ?? '', open: () => Promise.resolve(store) }];
}

function contextNames(given: readonly string[]): string[] {
  const names = given.flatMap((value) => value.split(',')).filter((name) => name !== '');
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  const problems = twice.map((name) => `${JSON.stringify(name)} is given twice`);
  if (names.length === 0) problems.push('is empty: expected one or more contexts, for example --contexts east,west');
  if (problems.length === 0) return names;
  throw new Failure('usage', 'invalid list of contexts', {
    causes: problems.map((message) => ({ field: '--contexts', message })),
  });
}

function refuseUnknown(asked: readonly string[], known: readonly string[]): void {
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const names = unknown.map((name) => JSON.stringify(name)).join(', ');
  const [noun, verb] = unknown.length === 1 ? ['context', 'does'] : ['contexts', 'do'];
  const meant = unknown.flatMap((name) => closest(name, known) ?? []);
  const hints = [
    ...(meant.length > 0 ? [`Did you mean ${meant.map(escapeText).join(' and ')}?`] : []),
    known.length > 0 ? `Available contexts: ${known.map(escapeText).join(', ')}.` : 'The kubeconfig has no contexts.',
  ];
  throw new Failure('context-unknown', `the ${noun} ${names} ${verb} not exist in the kubeconfig`, {
    causes: unknown.map((name) => ({
      field: '--contexts',
      message: `${JSON.stringify(name)} is not in the kubeconfig`,
    })),
    hint: hints.join('\n'),
  });
}
