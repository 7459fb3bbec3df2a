import { Failure } from '../../model/failure.js';
import type { Member } from '../../operations/fleet.js';
import { CUSTOM_COLUMNS } from '../../view/custom-columns.js';
import type { Context } from '../context.js';
import { labelColumns } from '../label-flags.js';
import type { Choice } from '../read-resources.js';
import { placeOf } from './namespace-watch.js';

export interface WatchStatusFlags extends Choice {
  output?: string;
  'label-columns'?: string[];
  'show-labels'?: boolean;
  'no-headers'?: boolean;
  timeout?: string;
}

/**
 * Carries out `status --watch`: a live screen on a terminal, otherwise one line per change.
 *
 * @param members the clusters, if the flags choose several
 * @throws Failure `usage` for a format that --watch does not support, and what the watch throws
 */
export async function watchStatus(
  context: Context,
  members: readonly Member[] | undefined,
  names: readonly string[],
  flags: WatchStatusFlags,
): Promise<void> {
  const { output } = flags;
  const namespaces = flags['all-namespaces'] ?? false;
  const [name, ...others] = names;
  const query = {
    selector: flags.selector,
    allNamespaces: namespaces,
    ...(name !== undefined && others.length === 0 ? { name } : {}),
  };
  const timeoutMs = flags.timeout === undefined ? undefined : Number(flags.timeout);
  const human = output === undefined || output === 'table' || output === 'wide';
  const watched = members ?? [{ context: '', open: () => context.openStore() }];
  if (!human || !context.io.drawable) {
    if (output === 'yaml' || output?.startsWith(CUSTOM_COLUMNS))
      throw new Failure('usage', `-o ${output} is not supported with --watch`, { hint: 'Use -o json with --watch.' });
    const { follow } = await import('./follow-table.js');
    const headers = !flags['no-headers'];
    return follow(watched, context, {
      query,
      names,
      output,
      namespaces,
      ...labelColumns(flags),
      headers,
      several: members !== undefined,
      timeoutMs,
    });
  }
  const { LiveScreen } = await import('./live-table.js');
  const [only, ...more] = members ?? [];
  const place = only
    ? more.length > 0
      ? `${more.length + 1} contexts`
      : only.context
    : placeOf(await context.openStore(), namespaces, context.io.out.style.unicode);
  const { family } = context.platform;
  return new LiveScreen(watched, context, {
    query,
    names,
    place,
    namespaces,
    ...labelColumns(flags),
    wide: output === 'wide',
    family,
    timeoutMs,
  }).run();
}
