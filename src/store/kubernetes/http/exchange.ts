import { setMaxListeners } from 'node:events';
import type http from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createGunzip } from 'node:zlib';

/** Why a request got no complete answer. `cut`: the answer began but is incomplete. */
export type TransportTrouble = 'network' | 'cut' | 'timeout' | 'aborted' | 'too-large';

/** A request without a complete answer. `sent` is true if the server may have received it and acted on it. */
export class TransportError extends Error {
  constructor(
    readonly trouble: TransportTrouble,
    readonly sent: boolean,
    cause?: unknown,
    /** True if the server's certificate could not be verified. */
    readonly unverified = false,
  ) {
    super(messageOf(cause) ?? trouble, { cause });
    this.name = 'TransportError';
  }

  /**
   * Node's code of the underlying error, such as ECONNREFUSED or CERT_HAS_EXPIRED; empty if it has none. EPROTO, the one code for
   * every handshake that fails during a write, is replaced with the code that Node makes from OpenSSL's reason in other cases.
   */
  get code(): string {
    const { code } = (this.cause ?? {}) as { code?: unknown };
    if (code === 'EPROTO' && this.openSslReason !== undefined)
      return `ERR_SSL_${this.openSslReason.toUpperCase().replaceAll(' ', '_')}`;
    return typeof code === 'string' ? code : '';
  }

  /** The reason in OpenSSL's own words if the message is a line of OpenSSL, which also has numbers and the place in its source. */
  get openSslReason(): string | undefined {
    return /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/.exec(this.message)?.[1];
  }

  /** True if no address of the server's name was reached and the connection to at least one only took too long. */
  get hurried(): boolean {
    const errors: unknown[] = this.cause instanceof AggregateError ? this.cause.errors : [];
    return !this.sent && errors.some((error) => (error as { code?: unknown }).code === HURRIED);
  }
}

/** Without instanceof, because in tests errors of Node belong to another realm. */
function messageOf(cause: unknown): string | undefined {
  const { message } = (cause ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : undefined;
}

/** Node's code for an address that did not accept the connection within autoSelectFamilyAttemptTimeout. */
const HURRIED = 'ETIMEDOUT';
const TCP_KEEPALIVE_MS = 15_000;

/** One running request: its time limit, its abort signal, and the reason for its end. */
export class Exchange {
  private sent = false;
  private stopped: TransportError | undefined;
  private timer: NodeJS.Timeout | undefined;
  private hurryTimer: NodeJS.Timeout | undefined;
  private response: http.IncomingMessage | undefined;
  /** Rejects the promise of `headers`. */
  private giveUp: ((error: TransportError) => void) | undefined;
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
    // Many requests may share one signal, and Node warns about more than ten listeners.
    if (signal) setMaxListeners(0, signal);
    signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  /** Sets the time limit, in milliseconds from now, in place of an earlier one. */
  bound(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stop('timeout'), ms);
  }

  /** Sets a second time limit, in milliseconds from now, beside that of `bound`; undefined removes it. */
  hurry(ms: number | undefined): void {
    clearTimeout(this.hurryTimer);
    if (ms !== undefined) this.hurryTimer = setTimeout(() => this.stop('timeout'), ms);
  }

  /** Waits for the headers of the answer. Rejects with TransportError. */
  headers(): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      this.giveUp = reject;
      this.request.on('response', (response) => {
        this.response = response;
        // An error before the body is read must not become an uncaught error; the reader of the body receives it later.
        response.on('error', () => undefined);
        resolve(response);
      });
      // This listener stays, so that a late socket error does not become an uncaught error.
      this.request.on('error', (error) => {
        if (!this.response) this.release();
        reject(this.trouble(error));
      });
    });
  }

  /**
   * The body of the answer, decompressed.
   *
   * @param touch called when the body has ended, for whatever reason
   * @throws TransportError
   */
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

  /** Removes timers and listeners, and closes the socket unless the answer is complete and the socket can be used again. */
  end(): void {
    this.release();
    if (!this.response?.complete) this.request.destroy();
  }

  /** Removes timers and listeners, but leaves the socket open. */
  release(): void {
    clearTimeout(this.timer);
    clearTimeout(this.hurryTimer);
    this.signal?.removeEventListener('abort', this.onAbort);
  }

  private stop(trouble: TransportTrouble): void {
    this.stopped ??= new TransportError(trouble, this.sent);
    (this.response ?? this.request).destroy(this.stopped);
    // Without a socket, as while a proxy does not answer, Node reports the end of a request only when it gets one.
    if (!this.socket) {
      this.release();
      this.giveUp?.(this.stopped);
    }
  }

  private trouble(error: unknown): TransportError {
    const unverified = this.socket instanceof TLSSocket && Boolean(this.socket.authorizationError);
    return this.stopped ?? new TransportError(this.response ? 'cut' : 'network', this.sent, error, unverified);
  }
}

/** The decompressed body. The reader receives the errors of both streams. */
function unpacked(response: http.IncomingMessage): AsyncIterable<unknown> {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  return pipeline(response, createGunzip({ chunkSize: 64 * 1024 }), () => undefined);
}

const BEGINNING_BYTES = 1024 * 1024;

/** The first part of a body as text, at most about 1 MiB, for the message of a failure. */
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
