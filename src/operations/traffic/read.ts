import type { Finding } from '../../findings/findings.js';
import { trafficFindings } from '../../findings/router-rules.js';
import type { Facts } from '../../model/facts.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { RouterFact, RouterState } from '../../model/router.js';
import { siteNames } from '../../model/routing.js';
import { trafficOf, unknownTraffic, type ListenerTraffic } from '../../model/traffic/traffic.js';
import type { Store } from '../../store/store.js';

type UnknownRouter = Extract<RouterFact<RouterState>, { known: false }>;

/** The traffic of one MultiKeyListener, and the findings about it. */
export interface ResourceTraffic {
  traffic: ListenerTraffic;
  findings: Finding[];
}

export interface TrafficReport {
  /** Time of the last reading of the routers, in milliseconds since the epoch. */
  at: number;
  /** The window that was asked for, in milliseconds; undefined for totals. */
  windowMs: number | undefined;
  resources: ResourceTraffic[];
  /** The namespaces whose router could not be asked, and why. */
  unknown: { namespace: string; fact: UnknownRouter }[];
}

interface Reading {
  at: number;
  fact: RouterFact<RouterState>;
}

/** Collects readings of the routers of some resources, and reports the traffic between them. */
export class TrafficReader {
  private resources: readonly MultiKeyListener[] = [];
  private facts = new Map<string, Facts>();
  /** The kept readings by namespace; only the namespaces of the last reading. */
  private readings: ReadonlyMap<string, readonly Reading[]> = new Map();
  private readAt: number | undefined;

  constructor(
    private readonly store: Store,
    private readonly now: () => number,
  ) {}

  /**
   * Sets the resources of the next reports, and reads the names of the sites around them.
   *
   * @throws Failure what the store throws if nothing can be read at all
   */
  async about(resources: readonly MultiKeyListener[], signal: AbortSignal): Promise<void> {
    const several = new Set(resources.map((each) => this.namespaceOf(each))).size > 1;
    const facts =
      resources.length > 0 ? await this.store.factsOfAll(resources, { allNamespaces: several, signal }) : [];
    this.resources = resources;
    this.facts = new Map(resources.flatMap((each, index) => pair(this.namespaceOf(each), facts[index])));
  }

  /** Asks the routers of these resources now. */
  async read(resources: readonly MultiKeyListener[], signal: AbortSignal): Promise<void> {
    const namespaces = [...new Set(resources.map((each) => this.namespaceOf(each)))];
    const facts = await Promise.all(
      namespaces.map((namespace) => this.store.routers(namespace).state({ network: true, signal })),
    );
    const at = this.now();
    const readings = facts.map((fact, index): [string, Reading[]] => {
      const namespace = namespaces[index] ?? '';
      return [namespace, [...(this.readings.get(namespace) ?? []), { at, fact }]];
    });
    this.readings = new Map(readings);
    this.readAt = at;
  }

  /** Drops readings older than the window that ends with the last reading, except the newest of them, where the window begins. */
  slide(windowMs: number): void {
    const began = (this.readAt ?? 0) - windowMs;
    const first = (readings: readonly Reading[]): number => readings.findLastIndex(({ at }) => at <= began);
    this.keep((readings) => readings.slice(Math.max(0, first(readings))));
  }

  /** Starts the next window at the last reading. If that reading failed, the next window includes this one, which was not reported. */
  next(): void {
    this.keep((readings) =>
      readings.at(-1)?.fact.known ? readings.slice(-1) : readings.filter(({ fact }) => fact.known),
    );
  }

  /**
   * Reports the traffic of the resources.
   *
   * @param windowMs the window that was asked for: reports the traffic between the first and the last kept reading;
   *   undefined: the totals of the last reading
   */
  report(windowMs: number | undefined): TrafficReport {
    const unknown = [...this.readings.keys()].flatMap((namespace) => {
      const fact = this.lastOf(namespace);
      return fact === undefined || fact.known ? [] : [{ namespace, fact }];
    });
    const resources = this.resources.map((resource) => this.trafficOf(resource, windowMs));
    return { at: this.readAt ?? this.now(), windowMs, resources, unknown };
  }

  private trafficOf(resource: MultiKeyListener, windowMs: number | undefined): ResourceTraffic {
    const namespace = this.namespaceOf(resource);
    const fact = this.lastOf(namespace);
    if (!fact?.known) {
      const why = fact ?? ({ known: false, why: 'the router was not asked' } as const);
      return { traffic: unknownTraffic(resource, why), findings: [] };
    }
    const readings = this.readings.get(namespace) ?? [];
    const known = readings.flatMap(({ at, fact: each }) => (each.known ? [{ at, state: each.value }] : []));
    const own = this.facts.get(namespace);
    const names = siteNames(own && { ...own, router: fact });
    const seconds = ((known.at(-1)?.at ?? 0) - (known[0]?.at ?? 0)) / 1000;
    const states = windowMs === undefined ? [fact.value] : known.map(({ state }) => state);
    const traffic = trafficOf(resource, { states, names, ...(windowMs !== undefined && { seconds }) });
    return { traffic, findings: trafficFindings(resource, fact.value, traffic) };
  }

  private lastOf(namespace: string): RouterFact<RouterState> | undefined {
    return this.readings.get(namespace)?.at(-1)?.fact;
  }

  private keep(which: (readings: readonly Reading[]) => readonly Reading[]): void {
    this.readings = new Map([...this.readings].map(([namespace, readings]) => [namespace, which(readings)]));
  }

  private namespaceOf({ metadata }: MultiKeyListener): string {
    return metadata.namespace ?? this.store.where.namespace;
  }
}

function pair(namespace: string, facts: Facts | undefined): [string, Facts][] {
  return facts ? [[namespace, facts]] : [];
}
