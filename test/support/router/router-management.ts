import rhea, { type Connection, type EventContext, type Message, type Sender } from 'rhea';
import type { SiteCertificates } from './site-files.js';
import type { Attributes } from './router-double.js';

const CREATED = 201;
const DELETED = 204;

/** Changes the entities of a router over AMQP, as Skupper's controllers do. */
export class RouterManagement {
  private readonly waiting = new Map<number, { resolve(answer: Message): void; reject(error: Error): void }>();
  private serial = 0;
  private replyTo = '';
  private sender: Sender | undefined;
  private closed = false;

  private constructor(private readonly connection: Connection) {}

  /**
   * Connects to a port of 127.0.0.1.
   *
   * @param certificates over TLS with SASL EXTERNAL; without them in plain text as ANONYMOUS
   * @throws an error of the connection
   */
  static async connect(port: number, certificates?: SiteCertificates): Promise<RouterManagement> {
    const { authority, client } = certificates ?? {};
    const security = client
      ? {
          transport: 'tls',
          ca: [authority],
          cert: client.certificate,
          key: client.key,
          servername: 'localhost',
          enable_sasl_external: true,
        }
      : { username: 'anonymous' };
    const options = { ...security, host: '127.0.0.1', port, reconnect: false };
    const connection = rhea.create_container().create_connection(options as unknown as rhea.ConnectionOptions);
    const management = new RouterManagement(connection);
    await new Promise<void>((resolve, reject) => {
      const fail = ({ error, connection: { error: other } }: EventContext): void => {
        if (management.closed) return;
        const reason = error ?? other ?? 'closed';
        const lost = new Error(`the management connection is lost: ${String(reason)}`);
        reject(lost);
        for (const each of management.waiting.values()) each.reject(lost);
      };
      for (const event of ['disconnected', 'connection_error', 'sender_error', 'receiver_error'])
        connection.on(event, fail);
      connection.on('error', reject);
      connection.on('message', ({ message }: EventContext) => {
        if (message) management.waiting.get(Number(message.correlation_id))?.resolve(message);
      });
      connection.on('receiver_open', ({ receiver }: EventContext) => {
        management.replyTo = String(receiver?.source.address);
        resolve();
      });
      connection.connect();
      connection.open_receiver({ source: { address: '', dynamic: true } });
      management.sender = connection.open_sender('$management');
    });
    return management;
  }

  /** @throws an error with the router's words */
  async create(type: string, name: string, attributes: Attributes): Promise<void> {
    await this.ask('CREATE', type, name, attributes, CREATED);
  }

  async delete(type: string, name: string): Promise<void> {
    await this.ask('DELETE', type, name, {}, DELETED);
  }

  /** Without this, a connection that ends is an error. */
  close(): void {
    this.closed = true;
    this.connection.close();
  }

  private async ask(operation: string, type: string, name: string, body: Attributes, expected: number): Promise<void> {
    const id = ++this.serial;
    try {
      const answer = await new Promise<Message>((resolve, reject) => {
        this.waiting.set(id, { resolve, reject });
        this.sender?.send({
          to: '$management',
          reply_to: this.replyTo,
          correlation_id: id as never,
          application_properties: { operation, type: `io.skupper.router.${type}`, name },
          body,
        });
      });
      const { statusCode, statusDescription } = answer.application_properties ?? {};
      if (Number(statusCode) !== expected)
        throw new Error(`${operation} ${type} ${name}: ${String(statusCode)} ${String(statusDescription)}`);
    } finally {
      this.waiting.delete(id);
    }
  }
}
