import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { Failure } from '../../../model/failure.js';
import { API_VERSION, PLURAL } from '../../../model/resource.js';
import { badResponse, fromReply, isUnknownApi, missingApi, type Situation } from './errors.js';
import { withoutSecrets, withoutSecretsInJson } from '../../../util/secrets.js';
import type { Connection } from '../kubeconfig/config.js';
import { beginning, TransportError } from './exchange.js';
import { ListReader } from './list-reader.js';
import { fromTransport } from './network-errors.js';
import { Transport, type Call, type Opened, type Receiver, type Reply, type UpgradeCall } from './transport.js';

/** The verb and object of a call, for the message of a failure. */
export type Doing = Pick<Situation, 'verb' | 'resource' | 'name' | 'allNamespaces'>;

const DISCOVERY = `/apis/${API_VERSION}`;
const RETRIES = 3;

/** Requests with JSON answers. Every error is thrown as a `Failure`. */
export class Api {
  private readonly transport: Transport;

  constructor(
    private readonly connection: Connection,
    timeoutMs: number,
  ) {
    this.transport = new Transport(connection, timeoutMs);
  }

  /** The namespace of the connection, for the paths of requests. */
  get namespace(): string {
    return this.connection.namespace;
  }

  /** Makes the next request read the credentials again. */
  refresh(): void {
    this.connection.refresh();
  }

  /**
   * Sends one request and returns its JSON answer.
   *
   * @throws Failure with any code of errors.ts and network-errors.ts
   */
  async json(doing: Doing, call: Call, signal?: AbortSignal): Promise<unknown> {
    const ask = (leftMs: number): Promise<Reply> => this.send(call, leftMs, signal);
    const reply = await this.attempt(doing, () => this.retryThrottled(ask, signal));
    const at = this.situation(doing);
    if (reply.status >= 300) throw await this.refused(at, reply, signal);
    try {
      const value: unknown = JSON.parse(reply.text);
      if (isAnswer(value, doing)) return value;
    } catch {
      // Falls through: not JSON.
    }
    throw badResponse(at, harmless(reply));
  }

  /**
   * Requests a list and parses its items while they arrive.
   *
   * @param keep turns an item into the value to keep, or undefined to drop it. If the request is repeated, it is called again
   *   for every item
   * @param terse skip the managedFields of the items
   * @returns the kept values, and the list with 0 in place of each item
   * @throws Failure
   */
  async items<T>(
    doing: Doing,
    call: Call,
    keep: (item: object) => T | undefined,
    { signal, terse }: { signal?: AbortSignal; terse?: boolean },
  ): Promise<{ kept: T[]; list: object }> {
    let reader = new ListReader(keep, terse);
    const begin = (): ((chunk: Buffer) => void) => {
      reader = new ListReader(keep, terse);
      return (chunk) => reader.push(chunk);
    };
    const ask = (leftMs: number): Promise<Reply> => this.send({ ...call, compressed: true }, leftMs, signal, begin);
    const reply = await this.attempt(doing, () => this.retryThrottled(ask, signal));
    const at = this.situation(doing);
    if (reply.status >= 300) throw await this.refused(at, reply, signal);
    const list = reader.end();
    if (list === undefined || !isAnswer(list, doing))
      throw badResponse(at, harmless({ ...reply, text: reader.beginning }));
    return { kept: reader.kept, list };
  }

  /**
   * Sends one request whose answer is read as a stream.
   *
   * @param lifetimeMs time limit of the stream after its headers, in milliseconds
   * @throws Failure, also for an answer other than 200 with JSON
   */
  async stream(doing: Doing, call: Call, signal: AbortSignal, lifetimeMs: number): Promise<Opened> {
    const open = (timeoutMs: number): Promise<Opened> => this.transport.open(call, { signal, lifetimeMs, timeoutMs });
    const opened = await this.attempt(doing, () => this.retryThrottled(open, signal));
    const at = this.situation(doing);
    const isJson = opened.contentType.includes('json');
    if (opened.status === 200 && isJson) return opened;
    const text = await this.attempt(doing, () => beginning(opened.chunks));
    const reply: Reply = { ...opened, text };
    throw opened.status === 200 ? badResponse(at, harmless(reply)) : await this.refused(at, reply, signal);
  }

  /**
   * Opens a WebSocket with the same sockets, verification and credentials as other requests.
   *
   * @param protocol the subprotocol that the server must speak
   * @throws Failure
   */
  async webSocket(doing: Doing, call: UpgradeCall, protocol: string, signal: AbortSignal): Promise<WebSocket> {
    const { openWebSocket } = await import('./websocket.js');
    const open = (leftMs: number): ReturnType<typeof openWebSocket> =>
      openWebSocket(this.connection, call, protocol, { signal, timeoutMs: leftMs });
    const opened = await this.attempt(doing, () => onceMore(open, this.transport.timeoutMs));
    if ('socket' in opened) return opened.socket;
    // Not `refused`: a 404 here may be the kubelet's own, which does not mean that an API is missing.
    throw fromReply(this.situation(doing), harmless(opened.reply));
  }

  /** The failure for an error that was thrown while a stream was read. */
  failure(doing: Doing, error: unknown): Failure {
    if (error instanceof Failure) return error;
    if (error instanceof TransportError) return fromTransport(this.situation(doing), error);
    const why = withoutSecrets(error instanceof Error ? error.message : String(error));
    return new Failure('internal', `unexpected error: ${why}`, { cause: error });
  }

  /** The failure for a metav1.Status that arrived inside a stream. */
  statusFailure(doing: Doing, status: { code?: number }): Failure {
    const reply = { status: status.code ?? 500, contentType: 'application/json', text: JSON.stringify(status) };
    return fromReply(this.situation(doing), harmless(reply));
  }

  /** The failure for a line of a stream that is not JSON. */
  badLine(doing: Doing, text: string): Failure {
    return badResponse(this.situation(doing), harmless({ status: 200, contentType: 'application/json', text }));
  }

  private situation(doing: Doing): Situation {
    const { context, namespace, address, credentialTrouble } = this.connection;
    return {
      ...doing,
      context,
      namespace,
      server: address,
      credentialTrouble,
      timeoutMs: this.transport.timeoutMs,
    };
  }

  private async attempt<T>(doing: Doing, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw this.failure(doing, error);
    }
  }

  /**
   * Repeats a request after the status 429 with Retry-After, as client-go does: the server has then done nothing. The timeout of
   * one request includes the repetitions.
   */
  private async retryThrottled<T extends Pick<Opened, 'status' | 'retryAfter'> & Partial<Pick<Opened, 'close'>>>(
    ask: (leftMs: number) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const deadline = Date.now() + this.transport.timeoutMs;
    for (let attempt = 1; ; attempt++) {
      const reply = await ask(Math.max(1, deadline - Date.now()));
      const waitMs = (reply.retryAfter ?? Infinity) * 1000;
      if (reply.status !== 429 || attempt > RETRIES || Date.now() + waitMs > deadline) return reply;
      reply.close?.();
      await sleep(waitMs, undefined, { signal }).catch(() => {
        throw new TransportError('aborted', false);
      });
    }
  }

  private send(call: Call, leftMs: number, signal?: AbortSignal, receiver?: Receiver): Promise<Reply> {
    const ask = (timeoutMs: number): Promise<Reply> => this.transport.send(call, signal, timeoutMs, receiver);
    return call.method === 'GET' ? onceMore(ask, leftMs) : ask(leftMs);
  }

  private async refused(at: Situation, reply: Reply, signal?: AbortSignal): Promise<Failure> {
    if (!isUnknownApi(reply)) return fromReply(at, harmless(reply));
    if (at.resource !== PLURAL) return missingApi(at, 'unknown');
    const found = await this.transport.send({ method: 'GET', path: DISCOVERY }, signal).catch(() => undefined);
    if (found?.status === 404) return missingApi(at, 'absent');
    if (found?.status === 200) return missingApi(at, found.text.includes(`"${PLURAL}"`) ? 'unknown' : 'older');
    return missingApi(at, 'unknown');
  }
}

/** Repeats a read once, in the remaining time, if the server closed an idle connection just when the request was sent on it. */
async function onceMore<T>(ask: (leftMs: number) => Promise<T>, leftMs: number): Promise<T> {
  const deadline = Date.now() + leftMs;
  try {
    return await ask(leftMs);
  } catch (error) {
    const reset = error instanceof TransportError && error.sent && error.code === 'ECONNRESET';
    if (!reset) throw error;
    return ask(Math.max(1, deadline - Date.now()));
  }
}

/**
 * True if a JSON value can be the API server's answer to the request: a list, a Table, the object with that name, or for a
 * delete a Status. Other JSON, such as a gateway's "please log in", would otherwise be taken for an empty list.
 */
function isAnswer(value: unknown, { verb, name }: Doing): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, metadata, items } = value as { kind?: unknown; metadata?: { name?: unknown } | null; items?: unknown };
  if (kind === 'Table') return true;
  if (verb === 'list') return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items ?? []);
  if (kind === 'Status') return verb === 'delete';
  return metadata?.name !== undefined && metadata.name === (name ?? metadata.name);
}

/**
 * The reply without secrets, for messages: a proxy may echo our credentials. Must be called before the text is cut, because a
 * part of a secret is not found.
 */
const harmless = (reply: Reply): Reply => ({ ...reply, text: withoutSecretsInJson(reply.text) });
