import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { HANGS_MS } from '../program.js';

/** A port of 127.0.0.1 at which nobody listens. */
export const NOBODY = 1;

/** A service behind a routing key: it greets every client with a word and keeps the connection open. */
export class Service {
  private readonly sockets = new Set<Socket>();

  private constructor(
    readonly port: number,
    private readonly server: Server,
  ) {}

  static async listen(greeting: string, port = 0): Promise<Service> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    const service = new Service((server.address() as AddressInfo).port, server);
    server.on('connection', (socket) => {
      service.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => service.sockets.delete(socket));
      socket.write(greeting);
    });
    return service;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const service = await Service.listen('');
  await service.close();
  return service.port;
}

/** What a client got that was accepted and waited for nothing. */
export const SILENCE = 'silence';

/**
 * How long to wait for a greeting from another site, in milliseconds: of 740 connections that skrouterd passed on to another
 * router, 35 brought nothing for as long as the client was silent.
 */
export const PATIENCE_MS = 1000;

/**
 * A client's connection, with the first bytes that came: `''` where it was closed without any, undefined where it was refused,
 * SILENCE where nothing came.
 */
export interface Visit {
  greeting: string | undefined;
  /** Resolves when the other side has ended it. */
  ended: Promise<void>;
  leave(): void;
}

/** Connects to a port of 127.0.0.1, sends nothing, and waits for what comes first: bytes or the end. */
export function visit(port: number, patienceMs = HANGS_MS): Promise<Visit> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let connected = false;
    const ended = new Promise<void>((end) => socket.once('close', () => end()));
    const tell = (greeting: string | undefined): void =>
      resolve({ greeting, ended, leave: () => void socket.destroy() });
    const patience = setTimeout(() => tell(SILENCE), patienceMs);
    void ended.then(() => clearTimeout(patience));
    socket.once('connect', () => (connected = true));
    socket.once('data', (bytes) => tell(bytes.toString()));
    socket.once('error', () => undefined);
    socket.once('close', () => tell(connected ? '' : undefined));
  });
}

/** How often each greeting came, over so many connections of which some are open at a time. */
export async function greetings(
  port: number,
  count: number,
  { atOnce = 20, patienceMs = HANGS_MS } = {},
): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  let left = count;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { greeting = 'refused', leave } = await visit(port, patienceMs);
      leave();
      seen[greeting] = (seen[greeting] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  return seen;
}
