/** What Skupper makes of a MultiKeyListener. */
export interface Held {
  name: string;
  host: string;
  port: number;
  strategy: 'weighted' | 'priority';
  /** By routing key. */
  values: Record<string, number>;
}

/** Another router of the network. */
export interface Neighbour {
  readonly id: string;
  /** Serves a key with one connector to each of these ports of 127.0.0.1, and no other. */
  serve(key: string, ports: readonly number[]): Promise<void>;
}

/**
 * The router of a system site, with the hands that Skupper has: the same for a real router and for its double. What is asked
 * for has been taken by the router when a promise resolves; what follows from it may come a little later.
 */
export interface PlayedRouter {
  readonly id: string;
  /** Makes the listener with all of its addresses anew. */
  hold(listener: Held): Promise<void>;
  drop(name: string): Promise<void>;
  /** Gives one key of a listener another value as Skupper does: its address is deleted and made again. */
  revalue(name: string, key: string, value: number): Promise<void>;
  /** Serves a key with one connector to each of these ports of 127.0.0.1, and no other. */
  serve(key: string, ports: readonly number[]): Promise<void>;
  /** Another router joins the network, linked to this one; or an edge router, attached to an interior one that joined before. */
  join(id: string, mode: 'interior' | 'edge', to?: Neighbour): Promise<Neighbour>;
  /** As `skupper system stop`: nothing answers, open connections are cut. */
  stop(): Promise<void>;
  /** As after `skupper system start`: the same listeners and connectors on the same ports, and counters from 0. */
  start(): Promise<void>;
  /** Ends it for good, with its neighbours. */
  close(): Promise<void>;
}

/** Something that plays the router of a system site. */
export interface Player {
  /** For the names of tests. */
  title: string;
  /** Starts it for namespace `default` of a data home, with the files that Skupper writes for its clients. */
  play(home: string): Promise<PlayedRouter>;
}
