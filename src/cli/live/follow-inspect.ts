import { Failure, isFailure } from '../../model/failure.js';
import { escapeText, jsonText } from '../../model/text.js';
import type { Family, MultiKeyListener } from '../../model/resource.js';
import { inspect } from '../../operations/inspect.js';
import type { Store } from '../../store/store.js';
import { inspectDocument } from '../../view/inspect/inspect-document.js';
import { renderInspect } from '../../view/inspect/inspect.js';
import type { Context } from '../context.js';
import { ConnectionNotices, sayMissing, watchSignal } from './follow-table.js';

export interface FollowInspectOptions {
  name: string;
  output: string | undefined;
  family: Family;
  /** Returns the routing keys of --without. Throws `usage` for a key that the resource does not have. */
  lost(resource: MultiKeyListener): string[];
  /** Also ask the routers on Kubernetes. */
  router?: boolean;
  timeoutMs?: number;
}

/**
 * Prints the whole inspection after every change: as text after a line with the time, or as one JSON document per line.
 *
 * @throws Failure `usage` for -o yaml and unknown keys of --without, `interrupted` on Ctrl-C, and what the watch throws
 */
export async function followInspect(store: Store, context: Context, options: FollowInspectOptions): Promise<void> {
  if (options.output === 'yaml')
    throw new Failure('usage', '-o yaml is not supported with --watch', { hint: 'Use -o json with --watch.' });
  const { out } = context.io;
  const { name, family } = options;
  const signal = watchSignal(context, options.timeoutMs);
  const notices = new ConnectionNotices(context);
  const shownName = escapeText(name);
  let exists = false;
  let synced = false;
  let without: string[] | undefined;
  /** A key that the strategy does not have is an error at the start, but only a notice if the strategy loses it later. */
  const lostKeys = (resource: MultiKeyListener): string[] => {
    try {
      without = options.lost(resource);
    } catch (error) {
      if (!isFailure(error) || without === undefined) throw error;
      context.io.err.lines([escapeText(error.message)]);
      return [];
    }
    return without;
  };
  for await (const event of store.watch({ name }, signal)) {
    // A server that was never reached is an error, not a lost connection.
    if (event.type === 'LOST' && !synced) throw event.failure;
    notices.notice(event);
    if (event.type === 'LOST') continue;
    const time = new Date(context.now()).toISOString();
    if (event.type === 'SYNCED') {
      if (!exists && !synced) sayMissing(context, store, [name]);
      synced = true;
      continue;
    }
    exists = event.type !== 'DELETED';
    if (!exists) {
      if (options.output === 'json') out.write(`${jsonText({ time, type: 'DELETED' })}\n`);
      else out.lines([`--- ${time} ${shownName} was deleted`]);
      continue;
    }
    const diagnosis = await inspect(store, event.object, family, signal, options.router);
    // Once the watch has ended, facts are missing only because their requests were aborted.
    if (signal.aborted) break;
    const inspection = { ...diagnosis, without: lostKeys(event.object), place: store.where };
    if (options.output === 'json')
      out.write(`${jsonText({ time, type: event.type, ...inspectDocument(inspection) })}\n`);
    else out.lines([`--- ${time}`, ...renderInspect(inspection, out.style, context.now()), '']);
  }
  if (context.signal.aborted) throw new Failure('interrupted', 'interrupted');
}
