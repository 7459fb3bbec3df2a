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
  /** The keys to think away, for a resource as it is. */
  lost(resource: MultiKeyListener): string[];
  /** Ask the routers on every platform. */
  router?: boolean;
  timeoutMs?: number;
}

/** The whole inspection with every change: a text after a line with the time, or one JSON document a line. */
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
  /** A wrong key is a usage error at the start; one that the strategy loses later is only said. */
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
    // A server that was never reached is no lost connection.
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
    // What could not be read because the watch ended is not news of the resource.
    if (signal.aborted) break;
    const inspection = { ...diagnosis, without: lostKeys(event.object), place: store.where };
    if (options.output === 'json')
      out.write(`${jsonText({ time, type: event.type, ...inspectDocument(inspection) })}\n`);
    else out.lines([`--- ${time}`, ...renderInspect(inspection, out.style, context.now()), '']);
  }
  if (context.signal.aborted) throw new Failure('interrupted', 'interrupted');
}
