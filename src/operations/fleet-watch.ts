import { isFailure, type Failure } from '../model/failure.js';
import type { StoreEvent, WatchQuery } from '../store/store.js';
import { inTurns } from '../util/in-turns.js';
import { CLUSTERS_AT_ONCE, type Member } from './fleet.js';

/** An event of one cluster. `ENDED` is its last event: the watch failed with an error that a retry cannot cure. */
export interface FleetEvent {
  member: Member;
  event: StoreEvent | { type: 'ENDED'; failure: Failure };
}

/** Merges the watches of several clusters. Each watch reconnects on its own; a cluster that is down does not delay the others. */
export class FleetWatch {
  /** The last failure of each cluster whose watch has never been live, by context. */
  readonly failures = new Map<string, Failure>();
  private readonly live = new Set<string>();
  private readonly waiting: FleetEvent[] = [];
  private open: number;
  private fault: { error: unknown } | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly members: readonly Member[]) {
    this.open = members.length;
  }

  /** True if every cluster has failed and none has ever been live. */
  get hopeless(): boolean {
    return this.failures.size === this.members.length;
  }

  /**
   * Yields the events of all clusters until the signal aborts, all watches have ended, or `hopeless` is true. At most
   * `CLUSTERS_AT_ONCE` clusters make their first list at the same time.
   *
   * @throws anything but a Failure that a watch throws; a Failure becomes an `ENDED` event
   */
  async *events(query: WatchQuery, signal: AbortSignal): AsyncGenerator<FleetEvent> {
    const stop = new AbortController();
    const until = AbortSignal.any([signal, stop.signal]);
    void inTurns(this.members, CLUSTERS_AT_ONCE, (member) => this.begin(member, query, until));
    try {
      for (;;) {
        if (this.fault) throw this.fault.error;
        if (this.hopeless) return;
        const next = this.waiting.shift();
        if (next) yield next;
        else if (this.open === 0) return;
        else await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      stop.abort();
    }
  }

  /** Starts the watch of one cluster. Resolves when it is first live or has failed; the watch itself continues. */
  private begin(member: Member, query: WatchQuery, signal: AbortSignal): Promise<void> {
    return new Promise((begun) => {
      const tell = (event: FleetEvent['event']): void => {
        this.note(member.context, event);
        this.waiting.push({ member, event });
        this.wake();
        if (!('object' in event)) begun();
      };
      const end = (): void => {
        this.open -= 1;
        this.wake();
        begun();
      };
      void this.follow(member, query, signal, tell).then(end, (error: unknown) => {
        this.fault ??= { error };
        end();
      });
    });
  }

  private async follow(
    { open }: Member,
    query: WatchQuery,
    signal: AbortSignal,
    tell: (event: FleetEvent['event']) => void,
  ): Promise<void> {
    try {
      const store = await open();
      for await (const event of store.watch(query, signal)) tell(event);
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (!signal.aborted) tell({ type: 'ENDED', failure: error });
    }
  }

  private note(context: string, event: FleetEvent['event']): void {
    if (event.type === 'SYNCED') {
      this.live.add(context);
      this.failures.delete(context);
    } else if ('failure' in event && !this.live.has(context)) this.failures.set(context, event.failure);
  }
}
