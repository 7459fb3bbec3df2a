import { setMaxListeners } from 'node:events';
import type http from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createGunzip } from 'node:zlib';

/** `cut`: the answer began and did not come to its end. */
export type TransportTrouble = 'network' | 'cut' | 'timeout' | 'aborted' | 'too-large';

/** A request that got no whole answer. `sent`: the server may have acted on it. */
export class TransportError extends Error {
  constructor(
    readonly trouble: TransportTrouble,
    readonly sent: boolean,
    cause?: unknown,
    /** The server's certificate was not accepted. */
    readonly unverified = false,
  ) {
    super(cause instanceof Error ? cause.message : trouble, { cause });
    this.name = 'TransportError';
  }

  /** Node's code of the error underneath: ECONNREFUSED, CERT_HAS_EXPIRED, … */
  get code(): string {
    const { code } = (this.cause ?? {}) as { code?: unknown };
    return typeof code === 'string' ? code : '';
  }

  /** No address of the name was reached, and at least one only because its time was short. */
  get hurried(): boolean {
    const errors: unknown[] = this.cause instanceof AggregateError ? this.cause.errors : [];
    return !this.sent && errors.some((error) => (error as { code?: unknown }).code === HURRIED);
  }
}

/** Node's code for an address that was given up when its time was over. */
const HURRIED = 'ETIMEDOUT';
const TCP_KEEPALIVE_MS = 15_000;

/** One request in flight: its time bound, its abort signal, and why it ended. */
export class Exchange {
  private sent = false;
  private stopped: TransportError | undefined;
  private timer: NodeJS.Timeout | undefined;
  private hurryTimer: NodeJS.Timeout | undefined;
  private response: http.IncomingMessage | undefined;
  private socket: Socket | undefined;
  private readonly onAbort = (): void => this.stop('aborted');

  constructor(
    private readonly request: http.ClientRequest,
    timeoutMs: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    request.once('socket', (socket) => {
      this.socket = socket;
      socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
      const ready = 'encrypted' in socket ? 'secureConnect' : 'connect';
      if (!socket.connecting) this.sent = true;
      else socket.once(ready, () => (this.sent = true));
    });
    this.bound(timeoutMs);
    // However many requests run side by side under one signal: Node would warn of more than ten.
    if (signal) setMaxListeners(0, signal);
    signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  /** The exchange is cut this many milliseconds from now; replaces an earlier bound. */
  bound(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stop('timeout'), ms);
  }

  /** Beside the bound: more must come within so many milliseconds; undefined: it need not. */
  hurry(ms: number | undefined): void {
    clearTimeout(this.hurryTimer);
    if (ms !== undefined) this.hurryTimer = setTimeout(() => this.stop('timeout'), ms);
  }

  headers(): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      this.request.on('response', (response) => {
        this.response = response;
        // Cut before somebody reads it: the reader sees it later, it must not become an uncaught error.
        response.on('error', () => undefined);
        resolve(response);
      });
      // Stays attached: a late socket error must not become an uncaught one.
      this.request.on('error', (error) => {
        if (!this.response) this.release();
        reject(this.trouble(error));
      });
    });
  }

  async *body(response: http.IncomingMessage, touch: () => void): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of unpacked(response)) yield chunk as Buffer;
    } catch (error) {
      throw this.trouble(error);
    } finally {
      this.end();
      touch();
    }
    if (this.stopped) throw this.stopped;
  }

  /** Nothing is left behind: no timer, no listener, and no socket unless the answer was read to its end. */
  end(): void {
    this.release();
    if (!this.response?.complete) this.request.destroy();
  }

  /** Nobody waits for an answer any more, and the socket is somebody else's. */
  release(): void {
    clearTimeout(this.timer);
    clearTimeout(this.hurryTimer);
    this.signal?.removeEventListener('abort', this.onAbort);
  }

  private stop(trouble: TransportTrouble): void {
    this.stopped ??= new TransportError(trouble, this.sent);
    (this.response ?? this.request).destroy(this.stopped);
  }

  private trouble(error: unknown): TransportError {
    const unverified = this.socket instanceof TLSSocket && Boolean(this.socket.authorizationError);
    return this.stopped ?? new TransportError(this.response ? 'cut' : 'network', this.sent, error, unverified);
  }
}

/** The body as it was before the server compressed it; an error of either stream is met by who reads it. */
function unpacked(response: http.IncomingMessage): AsyncIterable<unknown> {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  return pipeline(response, createGunzip({ chunkSize: 64 * 1024 }), () => undefined);
}

const BEGINNING_BYTES = 1024 * 1024;

/** Enough of the body of an error to say what it is. */
export async function beginning(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size > BEGINNING_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8');
}
