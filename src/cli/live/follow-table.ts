import { Failure } from '../../model/failure.js';
import { subjectOf, type MultiKeyListener } from '../../model/resource.js';
import { escapeText, jsonText } from '../../model/text.js';
import type { Store, StoreEvent, WatchQuery } from '../../store/store.js';
import { PlaceWatch } from './namespace-watch.js';
import { dataFormat, shown } from '../../view/formats.js';
import { ChangeLines } from '../../view/live/lines.js';
import type { Context } from '../context.js';

export interface FollowOptions {
  query: WatchQuery;
  names: readonly string[];
  /** table, wide, json or name. */
  output: string | undefined;
  namespaces: boolean;
  headers: boolean;
  timeoutMs?: number;
}

/** Says on stderr when a watch is not live any more, why, and when it is again: each kind of reason once, not per attempt. */
export class ConnectionNotices {
  private readonly said = new Set<string>();

  constructor(private readonly context: Context) {}

  notice(event: StoreEvent): void {
    if (event.type === 'LOST') {
      const { code, message } = event.failure;
      if (this.said.has(code)) return;
      this.said.add(code);
      this.context.io.err.lines([`Connection lost: ${escapeText(message).replace(/\.$/, '')}; reconnecting.`]);
    } else if (event.type === 'SYNCED' && this.said.size > 0) {
      this.said.clear();
      this.context.io.err.lines(['Reconnected.']);
    }
  }
}

/** Timers longer than this fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * A signal for a watch: Ctrl-C, the reader of stdout gone, or the time over. Not
 * with AbortSignal.timeout: Node 20 collects one that only AbortSignal.any knows, and it never fires.
 */
export function watchSignal(context: Context, timeoutMs: number | undefined, ...others: AbortSignal[]): AbortSignal {
  const over = new AbortController();
  if (timeoutMs !== undefined) setTimeout(() => over.abort(), Math.min(timeoutMs, LONGEST_MS)).unref();
  return AbortSignal.any([context.signal, context.io.closed, over.signal, ...others]);
}

/** What is waited for is said: a mistyped name would show nothing for ever. */
export function sayMissing(context: Context, { where }: Store, names: readonly string[]): void {
  for (const name of names)
    context.io.err.lines([escapeText(`There is no ${subjectOf(name)} in namespace "${where.namespace}" yet.`)]);
}

/** One line per change on stdout until Ctrl-C (throws `interrupted`), the time or the reader ends it. */
export async function follow(store: Store, context: Context, options: FollowOptions): Promise<void> {
  const { out } = context.io;
  const lines = new ChangeLines({
    wide: options.output === 'wide',
    namespaces: options.namespaces,
    headers: options.headers,
  });
  const notices = new ConnectionNotices(context);
  const place = new PlaceWatch(store, options.query);
  const format = dataFormat(options.output);
  const wanted = (resource: MultiKeyListener): boolean =>
    options.names.length === 0 || options.names.includes(resource.metadata.name);
  // A server that was never reached is no lost connection.
  let synced = false;
  const seen = new Set<string>();
  for await (const event of store.watch(options.query, watchSignal(context, options.timeoutMs))) {
    if (event.type === 'LOST' && !synced) throw event.failure;
    notices.notice(event);
    if (event.type === 'LOST') continue;
    if (!synced && event.type !== 'SYNCED') seen.add(event.object.metadata.name);
    if (event.type === 'SYNCED') {
      if (!synced)
        sayMissing(
          context,
          store,
          options.names.filter((name) => !seen.has(name)),
        );
      synced = true;
      if (!format) out.lines(lines.settle());
    } else if (!wanted(event.object)) continue;
    else if (format?.name === 'json') {
      out.write(`${jsonText({ type: event.type, object: shown(event.object) })}\n`);
    } else if (format) out.write(await format.one(event.object));
    else out.lines(lines.push(event.type, event.object, context.now()));
    const problem = await place.after(event);
    if (problem) context.io.err.lines([`Warning: ${escapeText(problem)}.`]);
  }
  if (context.signal.aborted) throw new Failure('interrupted', 'interrupted');
}
