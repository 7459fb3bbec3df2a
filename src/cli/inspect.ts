import { Failure } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import { commaParts, keysOf } from '../model/strategy.js';
import { check } from '../operations/check.js';
import { inspect } from '../operations/inspect.js';
import type { Store } from '../store/store.js';
import type { Inspection } from '../view/inspect/inspect.js';
import type { Context } from './context.js';

/**
 * Diagnoses the resources. The objects around them are read once for all of them.
 *
 * @param flags `without`: routing keys to treat as unreachable; `router`: also ask the routers on Kubernetes
 * @throws Failure `usage` for a key of --without that none of the resources has, and what reading the facts throws
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

/** The routing keys of --without. Throws `usage` for a key that none of the strategies has. */
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
