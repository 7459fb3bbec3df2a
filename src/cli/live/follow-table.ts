import { Failure } from '../../model/failure.js';
import { subjectOf } from '../../model/resource.js';
import { escapeText, jsonText } from '../../model/text.js';
import type { Member } from '../../operations/fleet.js';
import { FleetWatch, type FleetEvent } from '../../operations/fleet-watch.js';
import type { Store, WatchQuery } from '../../store/store.js';
import { PlaceWatch } from './namespace-watch.js';
import { dataFormat, shown } from '../../view/formats.js';
import { ChangeLines } from '../../view/live/lines.js';
import type { LabelColumns } from '../../view/status.js';
import type { Context } from '../context.js';
import { fleetFailure } from '../fleet/failure.js';

export interface FollowOptions extends LabelColumns {
  query: WatchQuery;
  names: readonly string[];
  /** table, wide, json or name. */
  output: string | undefined;
  namespaces: boolean;
  headers: boolean;
  /** There are several clusters: each line names its context. */
  several: boolean;
  timeoutMs?: number;
}

/** Reports on stderr that a connection is lost, once for each kind of error, and that it is restored. */
export class ConnectionNotices {
  private readonly said = new Set<string>();

  /** @param cluster the context, if there are several clusters */
  constructor(
    private readonly context: Context,
    private readonly cluster?: string,
  ) {}

  notice(event: FleetEvent['event']): void {
    const of = this.cluster === undefined ? '' : `${escapeText(this.cluster)}: `;
    if (event.type === 'LOST' || event.type === 'ENDED') {
      const { code, message } = event.failure;
      if (this.said.has(code)) return;
      this.said.add(code);
      const why = escapeText(message).replace(/\.$/, '');
      const text = event.type === 'LOST' ? `Connection lost: ${why}; reconnecting.` : `Cannot be watched: ${why}.`;
      this.context.io.err.lines([of + text]);
    } else if (event.type === 'SYNCED' && this.said.size > 0) {
      this.said.clear();
      this.context.io.err.lines([`${of}Reconnected.`]);
    }
  }
}

/** The longest delay of a timer; Node fires a longer one at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * The signal that ends a watch: on Ctrl-C, when stdout is closed, or after the timeout. The timer is our own, because Node 20
 * collects an AbortSignal.timeout to which only AbortSignal.any refers.
 */
export function watchSignal(context: Context, timeoutMs: number | undefined, ...others: AbortSignal[]): AbortSignal {
  const over = new AbortController();
  if (timeoutMs !== undefined) setTimeout(() => over.abort(), Math.min(timeoutMs, LONGEST_MS)).unref();
  return AbortSignal.any([context.signal, context.io.closed, over.signal, ...others]);
}

/**
 * Prints a notice for each name that does not exist, because a watch for a mistyped name would print nothing forever.
 *
 * @param several also name the context
 */
export function sayMissing(context: Context, { where }: Store, names: readonly string[], several = false): void {
  const of = several ? `${where.context}: ` : '';
  for (const name of names)
    context.io.err.lines([escapeText(`${of}There is no ${subjectOf(name)} in namespace "${where.namespace}" yet.`)]);
}

/**
 * Prints one line per change to stdout until Ctrl-C, the timeout, or the end of the reader.
 *
 * @throws Failure `interrupted` on Ctrl-C; if clusters were never live, their joined failures (unless the reader has ended)
 */
export async function follow(members: readonly Member[], context: Context, options: FollowOptions): Promise<void> {
  const { io, now } = context;
  const { out } = io;
  const { names, several } = options;
  const contexts = several ? members.map((member) => member.context) : [];
  const lines = new ChangeLines({ wide: options.output === 'wide', ...options, contexts });
  const format = dataFormat(options.output);
  const narrations = new Map(members.map((member) => [member, new Narration(context, member, options)]));
  const watch = new FleetWatch(members);
  for await (const { member, event } of watch.events(options.query, watchSignal(context, options.timeoutMs))) {
    if (event.type === 'SYNCED' && !format) out.lines(lines.settle());
    else if ('object' in event) {
      const { type, object } = event;
      if (names.length > 0 && !names.includes(object.metadata.name)) continue;
      if (!format) out.lines(lines.push(type, object, now(), member.context));
      else if (format.name === 'json')
        out.write(`${jsonText({ ...(several && { context: member.context }), type, object: shown(object) })}\n`);
      else out.write((several ? `${escapeText(member.context)}\t` : '') + (await format.one(object)));
    }
    await narrations.get(member)?.after(event);
  }
  if (context.signal.aborted) throw new Failure('interrupted', 'interrupted');
  if (!io.closed.aborted) refuseUnlessLive(watch, members.length);
}

/** Prints the notices about one cluster to stderr while it is watched. */
class Narration {
  private readonly notices: ConnectionNotices;
  private readonly place: PlaceWatch;
  /** The names of the first list; undefined once the list is complete. */
  private found: Set<string> | undefined = new Set();

  constructor(
    private readonly context: Context,
    private readonly member: Member,
    private readonly options: FollowOptions,
  ) {
    this.notices = new ConnectionNotices(context, options.several ? member.context : undefined);
    this.place = new PlaceWatch(member, options.query);
  }

  async after(event: FleetEvent['event']): Promise<void> {
    this.notices.notice(event);
    if ('failure' in event) return;
    const { found, context } = this;
    const { names, several } = this.options;
    if (event.type !== 'SYNCED') found?.add(event.object.metadata.name);
    else if (found) {
      const missing = names.filter((name) => !found.has(name));
      sayMissing(context, await this.member.open(), missing, several);
      this.found = undefined;
    }
    const problem = await this.place.after(event);
    if (problem) context.io.err.lines([`Warning: ${escapeText(problem)}.`]);
  }
}

/** Throws the joined failures of the clusters that have never been live, if there are any. */
export function refuseUnlessLive({ failures }: FleetWatch, clusters: number): void {
  const failure = fleetFailure(
    [...failures].map(([context, each]) => ({ context, failure: each })),
    clusters,
  );
  if (failure) throw failure;
}
