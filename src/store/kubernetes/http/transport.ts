import { isUtf8 } from 'node:buffer';
import http from 'node:http';
import https from 'node:https';
import { shortened } from '../../../model/text.js';
import { closeIdle, type Connection } from '../kubeconfig/config.js';
import { Exchange, TransportError } from './exchange.js';

/** One request. `path` begins with a slash; query members that are undefined are left out. */
export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON, but bytes as they are. */
  body?: unknown;
  contentType?: string;
  accept?: string;
  /** The answer may come compressed: worth it where it is large. */
  compressed?: boolean;
}

/** A request that asks for a connection of its own. */
export type UpgradeCall = Pick<Call, 'path' | 'query'>;

/** What came back, whole. */
export interface Reply {
  status: number;
  contentType: string;
  text: string;
  /** Seconds the server asks to wait (Retry-After), when it says so. */
  retryAfter?: number;
}

/** An answer that is still arriving. */
export interface Opened {
  status: number;
  contentType: string;
  retryAfter?: number;
  /** Ends when the server ends it; throws TransportError when it is cut, too slow or aborted. */
  chunks: AsyncIterable<Buffer>;
  /** While true, the next bytes must come within the bound of a request; for a stream that has stopped inside a line. */
  hurry: (on: boolean) => void;
  close(): void;
}

/** Begins an answer anew; takes its body piece by piece. */
export type Receiver = () => (chunk: Buffer) => void;

/** Servers and balancers close a connection that was idle; a request sent into that moment would be lost. */
const IDLE_MS = 4000;
export const USER_AGENT = 'skupper-multikeylistener';
/** Node's own first choice for each of several addresses, in milliseconds. */
const FIRST_ADDRESS_MS = 250;
/** The most that is read of an answer. */
const BODY_LIMIT = 256 * 1024 * 1024;

/** HTTP/1.1 to one API server, over the sockets of one keep-alive agent. No redirects are followed. */
export class Transport {
  private lastUse = 0;

  constructor(
    private readonly connection: Pick<Connection, 'access' | 'server' | 'warn'>,
    /** Upper bound of one request in milliseconds: connecting, headers and body. */
    readonly timeoutMs: number,
  ) {}

  /**
   * Sends one request and reads the whole answer, whatever its status.
   *
   * @param receiver asked for once an answer of 200 begins; takes its body in place of `text`
   * @throws TransportError, or Failure when there are no usable credentials
   */
  async send(call: Call, signal?: AbortSignal, timeoutMs = this.timeoutMs, receiver?: Receiver): Promise<Reply> {
    const opened = await this.open(call, { signal, timeoutMs });
    const parts: Buffer[] = [];
    const receive = (opened.status === 200 && receiver?.()) || ((chunk: Buffer) => void parts.push(chunk));
    let size = 0;
    for await (const chunk of opened.chunks) {
      size += chunk.length;
      if (size > BODY_LIMIT) throw new TransportError('too-large', true);
      receive(chunk);
    }
    const { status, contentType, retryAfter } = opened;
    return { status, contentType, retryAfter, text: Buffer.concat(parts).toString('utf8') };
  }

  /**
   * Sends one request and hands over its answer as it arrives.
   *
   * @param lifetimeMs for a stream: once the headers are there, the bound is this instead of the request's
   * @param timeoutMs what is left of the request's bound, where this is not the first try
   */
  async open(
    call: Call,
    {
      signal,
      lifetimeMs,
      timeoutMs = this.timeoutMs,
    }: { signal?: AbortSignal; lifetimeMs?: number; timeoutMs?: number } = {},
  ): Promise<Opened> {
    const { agent, headers } = await this.connection.access();
    if (signal?.aborted) throw new TransportError('aborted', false);
    if (Date.now() - this.lastUse > IDLE_MS) closeIdle(agent);

    const { exchange, response } = await this.begin(call, agent, headers, timeoutMs, signal);
    if (lifetimeMs !== undefined && response.statusCode === 200) exchange.bound(lifetimeMs);
    const touch = (): void => {
      this.lastUse = Date.now();
    };
    touch();
    for (const text of warningsOf(response.rawHeaders)) this.connection.warn?.(text);
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers['content-type'] ?? '',
      retryAfter: seconds(response.headers['retry-after']),
      chunks: exchange.body(response, touch),
      hurry: (on) => exchange.hurry(on ? this.timeoutMs : undefined),
      close: () => {
        exchange.end();
        // A whole answer that nobody reads would hold its socket, and the process.
        if (!response.readableEnded) response.destroy();
      },
    };
  }

  /**
   * Sends a request and waits for the headers of its answer. Node gives each address of a name a moment only: where that was too
   * short for all of them (a dead address, a lost packet), they are tried again with more time, within the bound of the request.
   */
  private async begin(
    call: Call,
    agent: http.Agent,
    headers: http.OutgoingHttpHeaders,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<{ exchange: Exchange; response: http.IncomingMessage }> {
    const body =
      call.body === undefined || Buffer.isBuffer(call.body) ? call.body : Buffer.from(JSON.stringify(call.body));
    const { server } = this.connection;
    const deadline = Date.now() + timeoutMs;
    return withTimeForAddresses(deadline, async (addressMs) => {
      const request = start(server, {
        autoSelectFamilyAttemptTimeout: addressMs,
        method: call.method,
        path: target(server, call),
        agent,
        headers: {
          'User-Agent': USER_AGENT,
          Accept: call.accept ?? 'application/json',
          ...headers,
          ...(call.compressed && { 'Accept-Encoding': 'gzip' }),
          ...(body && {
            'Content-Type': call.contentType ?? 'application/json',
            'Content-Length': String(body.length),
          }),
        },
      });
      const exchange = new Exchange(request, Math.max(1, deadline - Date.now()), signal);
      request.end(body);
      return { exchange, response: await exchange.headers() };
    });
  }
}

/**
 * Sends a request, with more time for each address of the server's name where that was too short for all of them.
 *
 * @param deadline of all attempts, in milliseconds since the epoch
 */
export async function withTimeForAddresses<T>(deadline: number, send: (addressMs: number) => Promise<T>): Promise<T> {
  for (let addressMs = FIRST_ADDRESS_MS; ; addressMs *= 4) {
    try {
      return await send(addressMs);
    } catch (error) {
      if (!(error instanceof TransportError) || !error.hurried || Date.now() >= deadline) throw error;
    }
  }
}

/** Node's types lack the last one, which its net.connect has. */
type RequestOptions = https.RequestOptions & { autoSelectFamilyAttemptTimeout: number };

function start(server: URL, options: RequestOptions): http.ClientRequest {
  try {
    return (server.protocol === 'http:' ? http : https).request(server, options);
  } catch (error) {
    // Thrown at once: a certificate that is no PEM, a token that no header may hold.
    throw new TransportError('network', false, error);
  }
}

/** `299 agent "text"`, as the API server writes them (RFC 7234, section 5.5). */
const WARNING = /\b299 \S+ "((?:[^"\\]|\\.)*)"/g;

/** The texts of the `Warning` headers of an answer, cut where they are long. Node reads the bytes of a header as Latin-1. */
export function warningsOf(rawHeaders: readonly string[]): string[] {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'warning');
  return values.flatMap((value) =>
    [...value.matchAll(WARNING)].map(([, text = '']) => decoded(text.replace(/\\(.)/g, '$1'))),
  );
}

/** As UTF-8, or where the bytes are none as they are: each is a character then, and escaped like any other. */
function decoded(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  return shortened(isUtf8(buffer) ? buffer.toString('utf8') : bytes);
}

/** The path and the query of a request: a server may stand below a path of its own. */
export function target(server: URL, { path, query }: UpgradeCall): string {
  const pairs = Object.entries(query ?? {}).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const search = new URLSearchParams(pairs).toString();
  return server.pathname.replace(/\/$/, '') + path + (search ? `?${search}` : '');
}

function seconds(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
