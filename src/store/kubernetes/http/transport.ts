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
  /** Sent as JSON; a Buffer is sent unchanged. */
  body?: unknown;
  contentType?: string;
  accept?: string;
  /** Let the server compress the answer, which is useful for large answers. */
  compressed?: boolean;
}

/** A request that upgrades its connection to another protocol. */
export type UpgradeCall = Pick<Call, 'path' | 'query'>;

/** A complete answer. */
export interface Reply {
  status: number;
  contentType: string;
  text: string;
  /** Seconds to wait before the next try (header Retry-After), if the server sent it. */
  retryAfter?: number;
}

/** An answer whose body is still arriving. */
export interface Opened {
  status: number;
  contentType: string;
  retryAfter?: number;
  /** The body. Throws TransportError if it is cut off, exceeds its time limit, or is aborted. */
  chunks: AsyncIterable<Buffer>;
  /** With true, the next bytes must arrive within the timeout of a request: used while a stream has stopped within a line. */
  hurry: (on: boolean) => void;
  close(): void;
}

/** Called when an answer begins, also that of a repeated request; returns the function that receives the chunks of its body. */
export type Receiver = () => (chunk: Buffer) => void;

/** Longer idle sockets are not used again: servers and load balancers close them, and a request sent just then is lost. */
const IDLE_MS = 4000;
export const USER_AGENT = 'skupper-multikeylistener';
/** Node's default time for the connection to each of several addresses, in milliseconds. */
const FIRST_ADDRESS_MS = 250;
/** Limit for the body of an answer, in bytes. */
const BODY_LIMIT = 256 * 1024 * 1024;

/** Sends requests to one server over HTTP/1.1, with the sockets of one keep-alive agent. Does not follow redirects. */
export class Transport {
  private lastUse = 0;

  constructor(
    private readonly connection: Pick<Connection, 'access' | 'server' | 'warn'>,
    /** Timeout of one request (connection, headers and body), in milliseconds. */
    readonly timeoutMs: number,
  ) {}

  /**
   * Sends one request and reads the whole answer, whatever its status is.
   *
   * @param receiver receives the body of an answer with status 200; `text` is then empty
   * @throws TransportError, or Failure if there are no usable credentials
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
   * Sends one request and returns its answer after the headers; the body is read from `chunks`.
   *
   * @param lifetimeMs for a stream: the time limit after the headers, in milliseconds, instead of the rest of `timeoutMs`
   * @param timeoutMs the remaining time for the request, if this is not the first try
   * @throws TransportError, or Failure if there are no usable credentials
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
        // An answer that is complete but not read would keep its socket and the process alive.
        if (!response.readableEnded) response.destroy();
      },
    };
  }

  /** Sends a request and waits for the headers of its answer. */
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
        // The agent for an HTTP proxy ends its own request to a proxy that does not answer only with this.
        timeout: Math.max(1, deadline - Date.now()),
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
 * Sends a request, and repeats it with more time per address if the connection to every address of the server's name took too
 * long. Node gives each address only a moment, which is too short after a lost packet.
 *
 * @param deadline end of all attempts, in milliseconds since the epoch
 * @param send `addressMs` is the time for the connection to each address, in milliseconds
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

/** Node's types do not have the option autoSelectFamilyAttemptTimeout, which `net.connect` accepts. */
type RequestOptions = https.RequestOptions & { autoSelectFamilyAttemptTimeout: number };

function start(server: URL, options: RequestOptions): http.ClientRequest {
  try {
    return (server.protocol === 'http:' ? http : https).request(server, options);
  } catch (error) {
    // `request` throws at once for a certificate that is not PEM, and for a token with characters that a header cannot have.
    throw new TransportError('network', false, error);
  }
}

/** `299 agent "text"`, as the API server writes them (RFC 7234, section 5.5). */
const WARNING = /\b299 \S+ "((?:[^"\\]|\\.)*)"/g;

/** The texts of the `Warning` headers of an answer; long texts are cut. */
export function warningsOf(rawHeaders: readonly string[]): string[] {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'warning');
  const texts = values.flatMap((value) =>
    [...value.matchAll(WARNING)].map(([, text = '']) => decoded(text.replace(/\\(.)/g, '$1'))),
  );
  // As in client-go, an empty warning is none.
  return texts.filter((text) => text !== '');
}

/** Decodes a header's text as UTF-8, because Node reads headers as Latin-1. A text that is not UTF-8 stays Latin-1. */
function decoded(latin1: string): string {
  const buffer = Buffer.from(latin1, 'latin1');
  return shortened(isUtf8(buffer) ? buffer.toString('utf8') : latin1);
}

/** Path and query of a request, below the path of the server's URL if it has one. */
export function target(server: URL, { path, query }: UpgradeCall): string {
  const pairs = Object.entries(query ?? {}).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const search = new URLSearchParams(pairs).toString();
  return server.pathname.replace(/\/$/, '') + path + (search ? `?${search}` : '');
}

function seconds(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
