import type { Duplex } from 'node:stream';
import type { RouterState } from '../model/router.js';
import type { RouterConnection } from './connection.js';
import { boundedBy } from '../util/bounded.js';
import { readRouter } from './read.js';

const DEFAULT_MS = 2000;

/** Longest time for one reading of a router, connecting included, in milliseconds. A slow line may need more than the default. */
export function routerTimeoutMs(): number {
  const seconds = Number(process.env['SKUPPER_MKL_ROUTER_TIMEOUT']);
  return seconds > 0 ? seconds * 1000 : DEFAULT_MS;
}

/** A stream to a router, connected, and how the router knows who asks. */
export interface Way {
  socket: Duplex;
  /** See RouterConnection.open. */
  external: boolean;
}

/** One router that is asked now and again: the connection is kept until `close`, and opened anew once it was lost. */
export class RouterLink {
  private connection: Promise<RouterConnection> | undefined;

  /** @param reach opens a stream to the router; throws where there is no way to it */
  constructor(
    private readonly reach: (signal: AbortSignal) => Promise<Way>,
    private readonly timeoutMs = routerTimeoutMs(),
  ) {}

  /**
   * @param network see readRouter
   * @throws RouterTrouble, or what `reach` throws
   */
  async read(network: boolean, signal: AbortSignal): Promise<RouterState> {
    const bound = boundedBy(signal, this.timeoutMs);
    try {
      const connection = await this.connected(bound.signal);
      return await readRouter(connection, { network, timeoutMs: this.timeoutMs, signal: bound.signal });
    } catch (error) {
      // A router that was too slow may be stuck for good; the next reading begins anew.
      this.close();
      throw error;
    } finally {
      bound.clear();
    }
  }

  close(): void {
    void this.connection?.then((connection) => connection.close()).catch(() => undefined);
    this.connection = undefined;
  }

  private async connected(signal: AbortSignal): Promise<RouterConnection> {
    const held = await this.connection?.catch(() => undefined);
    if (held?.alive) return held;
    this.connection = this.open(signal);
    return this.connection;
  }

  private async open(signal: AbortSignal): Promise<RouterConnection> {
    // The AMQP library is loaded only where a router is asked, meanwhile the stream connects.
    const loading = import('./connection.js');
    const { socket, external } = await this.reach(signal);
    // An error before the library listens is met when it is used.
    socket.on('error', () => undefined);
    return (await loading).RouterConnection.open(socket, external, signal);
  }
}
