import { Failure } from '../../model/failure.js';
import { ownCommand } from '../../model/own-command.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { Store } from '../../store/store.js';
import type { Context } from '../context.js';
import { lostKeys } from '../inspect.js';
import { placeOf } from './namespace-watch.js';

/**
 * Carries out `inspect --watch`: a live screen on a terminal; in a pipe the inspection is printed after every change.
 *
 * @throws Failure `usage` unless there is exactly one name, and what the watch throws
 */
export async function watchInspect(
  context: Context,
  store: Store,
  names: readonly string[],
  flags: { without?: string[]; router?: boolean; output?: string; timeout?: string },
): Promise<void> {
  const [name = ''] = names;
  if (names.length !== 1)
    throw new Failure('usage', '--watch needs exactly one NAME', {
      hint: `To watch several: ${ownCommand('status --watch')}`,
    });
  const timeoutMs = flags.timeout === undefined ? undefined : Number(flags.timeout);
  const { family } = context.platform;
  const lost = (resource: MultiKeyListener): string[] => lostKeys([resource], flags.without);
  if (flags.output === undefined && context.io.drawable) {
    const { LiveScreen } = await import('./live-table.js');
    // Only to check the keys of --without the resource has to exist already.
    const without = flags.without ? lost(await store.get(name, { signal: context.signal })) : [];
    const place = placeOf(store, false, context.io.out.style.unicode);
    const options = { query: { name }, names: [name], place, namespaces: false, wide: false, family, timeoutMs };
    const id = `${store.where.namespace}/${name}`;
    const member = { context: '', open: () => Promise.resolve(store) };
    return new LiveScreen([member], context, { ...options, inspect: { id, without, router: flags.router } }).run();
  }
  const { followInspect } = await import('./follow-inspect.js');
  return followInspect(store, context, { name, output: flags.output, family, lost, router: flags.router, timeoutMs });
}
