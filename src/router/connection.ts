import type { Duplex } from 'node:stream';
import rhea, { type Connection, type EventContext, type Message, type Sender } from 'rhea';
import { RouterTrouble } from './trouble.js';

/** The address of the management node, the same on every router. */
const MANAGEMENT = '$management';
/** Limit for the answers to one batch of queries: ten times those of a router with thousands of addresses. */
const MOST_BYTES = 16 * 1024 * 1024;
const NOT_FOUND = 400;

/** A query to the management node of a router for all entities of one type. */
export interface Query {
  /** Entity type without its prefix `io.skupper.router.`. */
  entityType: string;
  /** Attributes to return. Default: all. */
  attributes?: readonly string[];
  /** The address of another router's management node. Default: that of the connected router. */
  to?: string;
}

/** An entity of a router: its attributes by name, of any type. */
export type Entity = Readonly<Record<string, unknown>>;

interface Pending {
  resolve(entities: Entity[]): void;
  reject(trouble: RouterTrouble): void;
}

/**
 * One AMQP connection to a router. Several queries may run on it at the same time. The protocol is that of the AMQP
 * Management specification (operation QUERY), as skupper-router implements it.
 */
export class RouterConnection {
  private readonly connection: Connection;
  private readonly pending = new Map<number, Pending>();
  private readonly deliveries = new Map<unknown, number>();
  private own: Sender | undefined;
  private relay: Sender | undefined;
  private replyTo = '';
  private serial = 0;
  private received = 0;
  private ended: RouterTrouble | undefined;
  private ready: { resolve(): void; reject(trouble: RouterTrouble): void } | undefined;

  private constructor(
    private readonly socket: Duplex,
    external: boolean,
  ) {
    const container = rhea.create_container();
    const mechanisms = container.sasl.client_mechanisms();
    if (external) mechanisms.enable_external();
    else mechanisms.enable_anonymous('anonymous');
    const options = {
      reconnect: false,
      sasl_mechanisms: mechanisms,
      connection_details: () => ({
        host: 'router',
        port: 0,
        connect: (_port: number, _host: string, _options: object, connected: () => void): Duplex => {
          setImmediate(connected);
          return socket;
        },
      }),
    };
    socket.on('data', (chunk: Buffer) => this.count(chunk.length));
    socket.on('close', () => this.end(new RouterTrouble('lost', 'the connection was closed')));
    this.connection = container.create_connection(options as unknown as rhea.ConnectionOptions);
    this.listen();
  }

  /**
   * Opens an AMQP connection on a connected stream, with a sender to the management node and a receiver for its answers.
   *
   * @param external authenticate with the client certificate of the TLS stream (SASL EXTERNAL) instead of SASL ANONYMOUS
   * @param signal aborts at the timeout
   * @throws RouterTrouble, after destroying the stream
   */
  static async open(socket: Duplex, external: boolean, signal: AbortSignal): Promise<RouterConnection> {
    if (socket.destroyed) throw lost(socket.errored);
    const opened = new RouterConnection(socket, external);
    try {
      await opened.orTimeout<undefined>(signal, (resolve, reject) => {
        opened.ready = { resolve: () => resolve(undefined), reject };
        opened.connection.connect();
        opened.connection.open_receiver({ source: { address: '', dynamic: true } });
        opened.own = opened.connection.open_sender(MANAGEMENT);
      });
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /** False after the connection has ended. It is never reopened. */
  get alive(): boolean {
    return this.ended === undefined;
  }

  /**
   * Returns all entities of one type.
   *
   * @param signal aborts at the timeout
   * @throws RouterTrouble; the connection is still usable after `timeout`, `query-failed`, `unknown-type` and `no-such-router`
   */
  async query({ entityType, attributes = [], to }: Query, signal: AbortSignal): Promise<Entity[]> {
    if (this.ended) throw this.ended;
    if (this.pending.size === 0) this.received = 0;
    const id = ++this.serial;
    const message = {
      to: to ?? MANAGEMENT,
      reply_to: this.replyTo,
      correlation_id: id,
      application_properties: {
        operation: 'QUERY',
        type: 'org.amqp.management',
        name: 'self',
        entityType: `io.skupper.router.${entityType}`,
      },
      body: { attributeNames: [...attributes] },
    };
    try {
      return await this.orTimeout(signal, (resolve, reject) => {
        this.pending.set(id, { resolve, reject });
        // A sender without a target lets the router forward each message to the address in its `to`.
        const sender = to === undefined ? this.own : (this.relay ??= this.connection.open_sender({ target: {} }));
        if (sender) this.deliveries.set(sender.send(message as unknown as Message), id);
      });
    } finally {
      this.pending.delete(id);
    }
  }

  /** Closes the connection. Running queries fail. */
  close(): void {
    if (!this.ended) this.connection.close();
    this.end(new RouterTrouble('lost', 'the connection was closed'));
  }

  private listen(): void {
    const { connection } = this;
    connection.on('receiver_open', ({ receiver }: EventContext) => {
      const address = receiver?.source.address;
      if (typeof address !== 'string' || address === '') return this.failProtocol(undefined);
      this.replyTo = address;
      this.ready?.resolve();
    });
    connection.on('message', ({ message }: EventContext) => this.settleQuery(message));
    for (const outcome of ['released', 'rejected', 'modified'])
      connection.on(outcome, ({ delivery }: EventContext) => {
        const id = this.deliveries.get(delivery);
        if (id === undefined) return;
        this.deliveries.delete(delivery);
        this.pending.get(id)?.reject(new RouterTrouble('no-such-router', 'no such router can be reached'));
      });
    connection.on('accepted', ({ delivery }: EventContext) => void this.deliveries.delete(delivery));
    for (const event of ['protocol_error', 'error']) connection.on(event, (error: unknown) => this.failProtocol(error));
    for (const event of ['connection_error', 'session_error', 'sender_error', 'receiver_error'])
      connection.on(event, (context: EventContext) => {
        const error = context.error ?? context.sender?.error ?? context.receiver?.error ?? context.session?.error;
        this.end(new RouterTrouble('refused', `the router refused the connection: ${wordsOf(error)}`, error));
      });
    connection.on('connection_close', () => this.end(lost(undefined)));
    connection.on('disconnected', ({ error }: EventContext) => this.end(lost(error)));
  }

  /** Ends the connection after a violation of AMQP, such as the answer of an HTTP server. */
  private failProtocol(error: unknown): void {
    this.end(new RouterTrouble('protocol', 'the program that listens there is not a router', error));
  }

  private settleQuery(message: Message | undefined): void {
    const waiting = this.pending.get(Number(message?.correlation_id));
    if (!waiting || !message) return;
    const properties = message.application_properties ?? {};
    const code = Number(properties['statusCode']);
    const description = String(properties['statusDescription'] ?? '');
    if (code === 200) {
      const entities = entitiesOf(message.body);
      if (entities) waiting.resolve(entities);
      else waiting.reject(new RouterTrouble('query-failed', 'the router sent an incomplete answer'));
    } else if (code === NOT_FOUND) waiting.reject(new RouterTrouble('unknown-type', description || 'unknown query'));
    else waiting.reject(new RouterTrouble('query-failed', `the router answered ${code}: ${description}`));
  }

  private count(bytes: number): void {
    this.received += bytes;
    if (this.received > MOST_BYTES) this.end(new RouterTrouble('too-large', 'its answer is too large'));
  }

  private end(trouble: RouterTrouble): void {
    if (this.ended) return;
    this.ended = trouble;
    this.ready?.reject(trouble);
    for (const { reject } of this.pending.values()) reject(trouble);
    this.pending.clear();
    // rhea writes its close frame at the next tick, so the socket is destroyed after that. Without this a router that does
    // not close its side would keep the process alive.
    setImmediate(() => this.socket.destroy());
  }

  /** Settles as `work` does, or rejects with RouterTrouble `timeout` when the signal aborts. */
  private orTimeout<T>(
    signal: AbortSignal,
    work: (resolve: (value: T) => void, reject: (trouble: RouterTrouble) => void) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const late = (): void => reject(new RouterTrouble('timeout', 'the router did not answer in time'));
      if (signal.aborted) return late();
      signal.addEventListener('abort', late, { once: true });
      const settled =
        <A>(settle: (value: A) => void) =>
        (value: A): void => {
          signal.removeEventListener('abort', late);
          settle(value);
        };
      work(settled(resolve), settled(reject));
    });
  }
}

/** The entities in the body of an answer (`attributeNames`, and `results` as rows); undefined if the body has another shape. */
export function entitiesOf(body: unknown): Entity[] | undefined {
  const { attributeNames, results } = (body ?? {}) as { attributeNames?: unknown; results?: unknown };
  if (!Array.isArray(attributeNames) || !Array.isArray(results)) return undefined;
  if (!results.every(Array.isArray)) return undefined;
  return results.map((row) => Object.fromEntries(attributeNames.map((name, at) => [String(name), row[at]])));
}

function lost(error: unknown): RouterTrouble {
  return new RouterTrouble('lost', error ? wordsOf(error) : 'the router closed the connection', error ?? undefined);
}

function wordsOf(error: unknown): string {
  const { description, message, condition } = (error ?? {}) as Record<string, unknown>;
  return String(description || message || condition || 'without a reason');
}
