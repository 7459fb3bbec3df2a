import { Failure } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import { commaParts, keysOf } from '../model/strategy.js';
import { check } from '../operations/check.js';
import { inspect } from '../operations/inspect.js';
import type { Store } from '../store/store.js';
import type { Inspection } from '../view/inspect/inspect.js';
import type { Context } from './context.js';

/**
 * Diagnoses the resources. What surrounds several of them is read once.
 *
 * @param flags `without`: keys that are thought away; `router`: the routers are asked on every platform
 * @throws Failure `usage` for a key of --without that none of them has
 */
export async function inspectAll(
  context: Context,
  store: Store,
  resources: readonly MultiKeyListener[],
  flags: { without?: readonly string[]; router?: boolean },
): Promise<Inspection[]> {
  const lost = lostKeys(resources, flags.without);
  const { family } = context.platform;
  const { signal } = context;
  const [only] = resources;
  const diagnoses =
    only && resources.length === 1
      ? [await inspect(store, only, family, signal, flags.router)]
      : (await check(store, resources, { family, allNamespaces: false, signal, router: flags.router })).diagnoses;
  return diagnoses.map((diagnosis) => {
    const keys = keysOf(diagnosis.resource.spec.strategy);
    return { ...diagnosis, without: lost.filter((key) => keys.includes(key)), place: store.where };
  });
}

/** The keys of --without. Throws `usage` for one that the strategies do not have. */
export function lostKeys(resources: readonly MultiKeyListener[], given: readonly string[] | undefined): string[] {
  const keys = resources.flatMap(({ spec }) => keysOf(spec.strategy));
  const lost = commaParts(given ?? []).filter((key) => key !== '');
  const foreign = lost.filter((key) => !keys.includes(key));
  if (foreign.length === 0 || resources.length === 0) return lost;
  const names = resources.map(({ metadata }) => metadata.name).join(', ');
  throw new Failure('usage', `${names} has no routing key ${foreign.join(', ')}`, {
    causes: foreign.map((key) => ({
      field: '--without',
      message: `${JSON.stringify(key)} is not one of ${[...new Set(keys)].join(', ')}`,
    })),
  });
}
