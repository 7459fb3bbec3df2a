import { readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import type { Duplex } from 'node:stream';
import rhea, { type Connection, type Container, type EventContext, type Message, type Sender } from 'rhea';

/** An entity of a router, by attribute. */
export type Attributes = Record<string, unknown>;

/** The entities of one management node by type, after `io.skupper.router.`. */
export type Entities = Record<string, Attributes[]>;

/** How the double misbehaves towards queries. */
export type Fault = 'hang' | 'half' | 'error-400' | 'error-500' | 'close' | 'huge';

export interface Identity {
  key: string;
  certificate: string;
}

const PREFIX = 'io.skupper.router.';

/** What a router of a network of three answered, by the address of the management node that was asked. */
export function recordedNetwork(): Record<string, Entities> {
  const nodes: Record<string, Entities> = {};
  for (const file of ['west', 'east', 'north-edge']) {
    const lines = readFileSync(`test/support/router/${file}.ndjson`, 'utf8').trim().split('\n');
    for (const line of lines) {
      const { to, entityType, body } = JSON.parse(line) as {
        to: string;
        entityType: string;
        body: { attributeNames: string[]; results: unknown[][] };
      };
      const rows = body.results.map((row) =>
        Object.fromEntries(body.attributeNames.map((name, at) => [name, row[at]])),
      );
      (nodes[to] ??= {})[entityType.slice(PREFIX.length)] = rows;
    }
  }
  return nodes;
}

/** The management node of a router, made with the server side of an AMQP library: it speaks the protocol over real sockets. */
export class RouterDouble {
  readonly nodes: Record<string, Entities>;
  /** Undefined: it answers as a router does. */
  fault: Fault | undefined;
  /** Every query, as `type` or `address type`. */
  readonly asked: string[] = [];
  /** How many clients have connected. */
  connections = 0;
  private server: Server | undefined;
  private readonly container: Container;
  private readonly open = new Set<Connection>();
  private readonly replies = new Map<string, Sender>();

  constructor(nodes: Record<string, Entities> = recordedNetwork()) {
    this.nodes = nodes;
    this.container = rhea.create_container({ id: 'router-double' });
    const { container } = this;
    container.on('connection_open', ({ connection }: EventContext) => {
      this.connections += 1;
      this.open.add(connection);
      if (this.fault === 'close') connection.close();
    });
    container.on('sender_open', ({ sender }: EventContext) => {
      if (!sender?.source.dynamic) return;
      const address = `temp.${this.replies.size}`;
      sender.set_source({ address, dynamic: true } as never);
      this.replies.set(address, sender);
    });
    container.on('message', (context: EventContext) => this.take(context));
    for (const event of ['disconnected', 'connection_close', 'error', 'protocol_error', 'connection_error'])
      container.on(event, () => undefined);
  }

  /** The entities of its own management node. */
  get own(): Entities {
    return (this.nodes['$management'] ??= {});
  }

  /** Listens on a free port of 127.0.0.1: without TLS, or with TLS and SASL EXTERNAL for clients of that authority. */
  async listen(tls?: { authority: string; server: Identity; port?: number }): Promise<number> {
    const options = tls
      ? {
          transport: 'tls',
          key: tls.server.key,
          cert: tls.server.certificate,
          ca: tls.authority,
          requestCert: true,
          rejectUnauthorized: true,
          enable_sasl_external: true,
          require_sasl: true,
        }
      : {};
    const receiver = { receiver_options: { autoaccept: false }, tcp_no_delay: true };
    const server = this.container.listen({ ...options, ...receiver, host: '127.0.0.1', port: tls?.port ?? 0 } as never);
    this.server = server as Server;
    // A client whose certificate is refused is an error of the server's socket.
    server.on('tlsClientError', () => undefined);
    await new Promise((resolve) => server.once('listening', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** Serves a client over a stream. */
  accept(stream: Duplex): void {
    const options = { receiver_options: { autoaccept: false }, tcp_no_delay: true };
    this.container.create_connection(options as never).accept(stream as never);
  }

  /** One entity of its own, found by name. */
  entity(type: string, name: string): Attributes {
    const found = this.own[type]?.find((each) => each['name'] === name);
    if (!found) throw new Error(`the double has no ${type} ${name}`);
    return found;
  }

  /** Makes what Skupper makes of a MultiKeyListener. */
  hold(
    name: string,
    host: string,
    port: number,
    strategy: 'weighted' | 'priority',
    values: Record<string, number>,
  ): void {
    const listener = `multiAddress/${name}`;
    this.drop(name);
    const up = Object.keys(values).some((key) => this.reached(key));
    (this.own['tcpListener'] ??= []).push({
      name: listener,
      host,
      port: String(port),
      multiAddressStrategy: strategy,
      operStatus: up ? 'up' : 'down',
      connectionMsg: '',
      connectionsOpened: 0,
      connectionsClosed: 0,
    });
    for (const [key, value] of Object.entries(values))
      (this.own['listenerAddress'] ??= []).push({
        name: `${name}/${key}`,
        listener,
        address: key,
        value,
        connectionsOpened: 0,
      });
  }

  drop(name: string): void {
    const listener = `multiAddress/${name}`;
    this.own['tcpListener'] = (this.own['tcpListener'] ?? []).filter((each) => each['name'] !== listener);
    this.own['listenerAddress'] = (this.own['listenerAddress'] ?? []).filter((each) => each['listener'] !== listener);
  }

  /** Lets a key be served by that many connectors of this router; its listeners go up and down with their keys. */
  serve(key: string, connectors: number, site = 'site-id'): void {
    const others = (type: string, of: string): Attributes[] =>
      (this.own[type] ?? []).filter((each) => each[of] !== key);
    this.own['tcpConnector'] = [
      ...others('tcpConnector', 'address'),
      ...Array.from({ length: connectors }, (_, at) => ({
        name: `${key}-${at}@10.0.0.${at}`,
        address: key,
        host: `10.0.0.${at}`,
        port: '8080',
        siteId: site,
      })),
    ];
    const rest = (this.own['router.address'] ?? []).filter((each) => each['name'] !== `M${key}`);
    const address = { name: `M${key}`, subscriberCount: connectors, remoteCount: 0, remoteHostRouters: [] };
    this.own['router.address'] = [...rest, address];
    for (const listener of this.own['tcpListener'] ?? []) {
      const keys = (this.own['listenerAddress'] ?? []).filter((each) => each['listener'] === listener['name']);
      const bound = listener['connectionMsg'] === '';
      listener['operStatus'] = bound && keys.some((each) => this.reached(String(each['address']))) ? 'up' : 'down';
    }
  }

  /** Moves the counters as so many connections given to a key do; they are closed again at once. */
  give(name: string, key: string, count: number): void {
    const add = (entity: Attributes, attribute: string): void =>
      void (entity[attribute] = Number(entity[attribute] ?? 0) + count);
    add(this.entity('listenerAddress', `${name}/${key}`), 'connectionsOpened');
    add(this.entity('tcpListener', `multiAddress/${name}`), 'connectionsOpened');
    add(this.entity('tcpListener', `multiAddress/${name}`), 'connectionsClosed');
  }

  /** What a start changes: counters are 0, and the instance of a router is the second in which it started. */
  anew(): void {
    for (const type of ['tcpListener', 'listenerAddress'])
      for (const entity of this.own[type] ?? [])
        for (const counter of ['connectionsOpened', 'connectionsClosed']) if (counter in entity) entity[counter] = 0;
    const id = this.own['router']?.[0]?.['id'];
    const self = this.own['router.node']?.find((each) => each['id'] === id);
    if (self) self['instance'] = Math.floor(Date.now() / 1000);
  }

  async close(): Promise<void> {
    for (const connection of this.open) (connection as unknown as { socket: Duplex }).socket.destroy();
    const { server } = this;
    if (server) await new Promise((resolve) => server.close(resolve));
    this.server = undefined;
  }

  private reached(key: string): boolean {
    const address = this.own['router.address']?.find((each) => each['name'] === `M${key}`);
    return Number(address?.['subscriberCount'] ?? 0) + Number(address?.['remoteCount'] ?? 0) > 0;
  }

  private take({ message, delivery, connection }: EventContext): void {
    const to = String(message?.to ?? '');
    const type = String(message?.application_properties?.['entityType'] ?? '').slice(PREFIX.length);
    this.asked.push(to === '$management' ? type : `${to} ${type}`);
    // One huge answer is enough, and seven of them would take this process long to make.
    if (this.fault === 'hang' || (this.fault === 'huge' && type !== 'router')) return;
    if (this.fault === 'close') return void connection.close();
    const node = this.nodes[to];
    if (!node) return void delivery?.release();
    delivery?.accept();
    const reply = this.replies.get(String(message?.reply_to));
    reply?.send({ ...this.answer(node[type], type, message), correlation_id: message?.correlation_id } as Message);
  }

  private answer(entities: Attributes[] | undefined, type: string, message: Message | undefined): Partial<Message> {
    if (this.fault === 'half')
      return { application_properties: { statusCode: 200 }, body: { attributeNames: ['name'] } };
    if (this.fault === 'huge')
      return {
        application_properties: { statusCode: 200 },
        body: { attributeNames: ['name'], results: [['x'.repeat(50 * 1024 * 1024)]] },
      };
    if (this.fault === 'error-500')
      return { application_properties: { statusCode: 500, statusDescription: 'broken' }, body: {} };
    if (this.fault === 'error-400' || !entities) {
      const statusDescription = `No such entity type '${PREFIX}${type}'`;
      return { application_properties: { statusCode: 400, statusDescription }, body: {} };
    }
    const asked = (message?.body as { attributeNames?: string[] } | undefined)?.attributeNames ?? [];
    const names = asked.length > 0 ? asked : [...new Set(entities.flatMap((entity) => Object.keys(entity)))];
    const results = entities.map((entity) => names.map((name) => entity[name] ?? null));
    return {
      application_properties: { statusCode: 200, statusDescription: 'OK' },
      body: { attributeNames: names, results },
    };
  }
}
