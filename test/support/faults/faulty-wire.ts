import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What goes wrong with bytes. `reset` and `end`: the connection is cut, by RST or by FIN. */
export type Action = 'reset' | 'end' | 'delay' | 'halve' | 'duplicate' | 'corrupt';

/** Something wrong below HTTP: with the TCP connection, or the server's part of the handshake. */
export interface WireFault {
  at: 'connect' | 'tls';
  action: Action;
}

/** One client's connection, as bytes between it and the TLS server behind. */
export class Wire {
  /** The server's next bytes are damaged on their way. */
  spoilNext: 'corrupt' | undefined;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
  ) {}

  cut(how: 'reset' | 'end'): void {
    if (how === 'reset') this.client.resetAndDestroy();
    else this.client.end();
    this.server.destroy();
  }
}

/**
 * Takes TCP connections and hands their bytes to a server in this process, unless something is to go wrong below HTTP.
 */
export class WireLayer {
  /** Connections taken so far. */
  connections = 0;
  private readonly wires = new Map<number, Wire>();
  private readonly clients = new Set<Socket>();
  private readonly server: Server;

  /**
   * @param port of the TLS server behind, on loopback
   * @param next called for each connection: what goes wrong with it
   * @param delayMs how long a delay is
   */
  constructor(
    private readonly port: number,
    private readonly next: () => WireFault | undefined,
    private readonly delayMs: () => number,
  ) {
    this.server = createServer((client) => this.take(client));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  /** The wire whose far end has this local port. */
  wireOf(port: number | undefined): Wire | undefined {
    return this.wires.get(port ?? 0);
  }

  /** Cuts every connection that is open now; returns how many. */
  cutAll(how: 'reset' | 'end'): number {
    const open = [...this.wires.values()];
    for (const wire of open) wire.cut(how);
    return open.length;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(client: Socket): void {
    this.connections += 1;
    client.on('error', () => undefined);
    this.clients.add(client);
    client.on('close', () => this.clients.delete(client));
    const fault = this.next();
    if (fault?.at !== 'connect') return this.join(client, fault);
    if (fault.action === 'reset') client.resetAndDestroy();
    else if (fault.action === 'end') client.resume().end();
    else setTimeout(() => this.join(client, undefined), this.delayMs()).unref();
  }

  private join(client: Socket, fault: WireFault | undefined): void {
    const server = connect(this.port, '127.0.0.1');
    const wire = new Wire(client, server);
    server.on('error', () => client.destroy());
    server.on('connect', () => this.wires.set(server.localPort ?? 0, wire));
    let first = fault?.at === 'tls';
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => {
      const action = first ? fault?.action : wire.spoilNext;
      first = false;
      wire.spoilNext = undefined;
      this.pass(client, bytes, action);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => {
      this.wires.delete(server.localPort ?? 0);
      client.end();
    });
  }

  private pass(client: Socket, bytes: Buffer, action: Action | undefined): void {
    if (client.destroyed) return;
    if (action === 'reset') client.resetAndDestroy();
    else if (action === 'end') client.end();
    else if (action === 'halve') client.end(bytes.subarray(0, bytes.length / 2));
    else if (action === 'delay') setTimeout(() => this.pass(client, bytes, undefined), this.delayMs()).unref();
    else if (action === 'duplicate') client.write(Buffer.concat([bytes, bytes]));
    else client.write(action === 'corrupt' ? corrupted(bytes) : bytes);
  }
}

/** Eight bytes in the middle are others, which no HTTP and no JSON allows. */
export function corrupted(bytes: Buffer): Buffer {
  const middle = Math.max(0, Math.floor(bytes.length / 2) - 4);
  return Buffer.from(bytes).fill(0x01, middle, middle + 8);
}
