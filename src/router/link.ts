import type { Duplex } from 'node:stream';
import type { RouterState } from '../model/router.js';
import type { RouterConnection } from './connection.js';
import { boundedBy } from '../util/bounded.js';
import { readRouter } from './read.js';

const DEFAULT_MS = 2000;

/**
 * Timeout for one reading of a router, including the connection, in milliseconds. SKUPPER_MKL_ROUTER_TIMEOUT (seconds) sets
 * it, because 2 s are too short on a slow line.
 */
export function routerTimeoutMs(): number {
  const seconds = Number(process.env['SKUPPER_MKL_ROUTER_TIMEOUT']);
  return seconds > 0 ? seconds * 1000 : DEFAULT_MS;
}

/** A connected stream to a router, and how to authenticate on it. */
export interface Way {
  socket: Duplex;
  /** True for SASL EXTERNAL; see RouterConnection.open. */
  external: boolean;
}

/** Reads one router repeatedly over one connection, which is kept until `close` and reopened after it was lost. */
export class RouterLink {
  private connection: Promise<RouterConnection> | undefined;

  /**
   * @param reach opens a stream to the router, or throws if the router cannot be reached
   * @param timeoutMs for one reading, in milliseconds
   */
  constructor(
    private readonly reach: (signal: AbortSignal) => Promise<Way>,
    private readonly timeoutMs = routerTimeoutMs(),
  ) {}

  /**
   * Asks the router for its present state.
   *
   * @param network see readRouter
   * @throws RouterTrouble, and the errors of `reach`
   */
  async read(network: boolean, signal: AbortSignal): Promise<RouterState> {
    const bound = boundedBy(signal, this.timeoutMs);
    try {
      const connection = await this.connected(bound.signal);
      return await readRouter(connection, { network, timeoutMs: this.timeoutMs, signal: bound.signal });
    } catch (error) {
      // The router may never answer on this connection again, so the next reading opens a new one.
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
    const existing = await this.connection?.catch(() => undefined);
    if (existing?.alive) return existing;
    this.connection = this.open(signal);
    return this.connection;
  }

  private async open(signal: AbortSignal): Promise<RouterConnection> {
    // The AMQP library is loaded on demand, because most commands ask no router, and while the stream connects.
    const loading = import('./connection.js');
    const { socket, external } = await this.reach(signal);
    // Without a listener an early error would end the process; `RouterConnection.open` reports it from `socket.errored`.
    socket.on('error', () => undefined);
    return (await loading).RouterConnection.open(socket, external, signal);
  }
}
