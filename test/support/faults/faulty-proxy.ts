import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { certificateAuthority, type Identity, type Validity } from '../cluster/certificates.js';
import { FaultyClient } from './faulty-client.js';
import { corrupted, WireLayer, type Action, type WireFault } from './faulty-wire.js';
import { writeKubeconfig, type KubeconfigParts } from '../cluster/kubeconfig.js';

/** An answer in place of the server's. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** Something wrong with HTTP. */
export interface HttpFault {
  /** `record`: a TLS record of the answer; `events`: before an event of a watch; `event`: inside one; `answer`: another answer, and the server never sees the request. */
  at: 'request' | 'headers' | 'body' | 'record' | 'events' | 'event' | 'answer';
  action?: Action;
  answer?: Answer;
  /** Only these requests; all without it. */
  when?: (request: Seen) => boolean;
  /** For a watch: with its event of this number, from 0; every event without it. */
  event?: number;
}

export type Fault = (WireFault | HttpFault) & {
  /** Only so often; always without it. */
  times?: number;
};

/** One request that came to the proxy. */
export interface Seen {
  method: string;
  url: string;
  watch: boolean;
  /** What the API server answered, each time that the request was sent on to it. */
  answers: number[];
  /** Lines of a watch that were passed on. */
  lines: number;
}

export const isWrite = ({ method }: Seen): boolean => method !== 'GET';

const HOP_BY_HOP = ['host', 'connection', 'content-length', 'accept-encoding'];

/**
 * A proxy that ends TLS with a certificate of its own, speaks HTTP to the API server behind it and does wrong what it is
 * told: on the wire, in the handshake, and at every point of an exchange.
 */
export class FaultyProxy {
  readonly seen: Seen[] = [];
  readonly faults: Fault[] = [];
  delayMs = 0;
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'mkl-proxy-'));
  private readonly agent = new https.Agent({ keepAlive: true });
  private port = 0;

  private constructor(
    private readonly upstream: { server: string; ca: string },
    private readonly authority: ReturnType<typeof certificateAuthority>,
    private readonly inner: https.Server,
    private readonly wires: WireLayer,
  ) {}

  /**
   * @param upstream the API server: URL and the PEM of who vouches for it
   * @param clientCertificates true: who has no valid one of `identity` is refused in the handshake
   */
  static async start(
    upstream: { server: string; ca: string },
    { clientCertificates = false } = {},
  ): Promise<FaultyProxy> {
    const authority = certificateAuthority('Faulty Proxy CA');
    const { certificate: cert, key } = authority.issue('faulty proxy');
    const asked = { requestCert: true, rejectUnauthorized: true, ca: authority.certificate };
    const inner = https.createServer({ cert, key, ...(clientCertificates ? asked : {}) });
    inner.on('tlsClientError', () => undefined);
    inner.on('clientError', () => undefined);
    await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
    const { port } = inner.address() as AddressInfo;
    const wires = new WireLayer(
      port,
      () => proxy.take((fault): fault is WireFault => fault.at === 'connect' || fault.at === 'tls'),
      () => proxy.delayMs,
    );
    const proxy: FaultyProxy = new FaultyProxy(upstream, authority, inner, wires);
    inner.on('request', (request) => void proxy.serve(request).catch(() => request.socket.destroy()));
    proxy.port = await wires.listen();
    return proxy;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.wires.connections;
  }

  /** The requests that could change something and that the server carried out. */
  get writesDone(): number {
    return this.seen.filter(isWrite).flatMap(({ answers }) => answers.filter((status) => status < 300)).length;
  }

  /** Lines of watches that were passed on. */
  get lines(): number {
    return this.seen.reduce((sum, { lines }) => sum + lines, 0);
  }

  /** A client certificate that this proxy trusts, as long as it is valid. */
  identity(subject: string, validity?: Validity): Identity {
    return this.authority.issue(subject, validity);
  }

  /** The path of a kubeconfig that leads through this proxy. */
  kubeconfig(parts: Partial<KubeconfigParts> = {}): Promise<string> {
    const id = Math.random().toString(36).slice(2);
    const caFile = path.join(this.folder, `ca-${id}.crt`);
    writeFileSync(caFile, this.authority.certificate);
    return writeKubeconfig(path.join(this.folder, `config-${id}`), { server: this.url, caFile, ...parts });
  }

  /** A file beside the kubeconfigs. */
  at(name: string): string {
    return path.join(this.folder, name);
  }

  /** Cuts every connection that is open now; returns how many. */
  cut(how: 'reset' | 'end'): number {
    return this.wires.cutAll(how);
  }

  async stop(): Promise<void> {
    await this.wires.close();
    this.inner.closeAllConnections();
    await new Promise((resolve) => this.inner.close(resolve));
    this.agent.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private take<T extends Fault>(fits: (fault: Fault) => fault is T): T | undefined {
    const fault = this.faults.find((each): each is T => (each.times ?? 1) > 0 && fits(each));
    if (fault?.times !== undefined) fault.times -= 1;
    return fault;
  }

  private async serve(request: IncomingMessage): Promise<void> {
    const { socket, method = '', url = '' } = request;
    const watch = url.includes('watch=1');
    const seen: Seen = { method, url, watch, answers: [], lines: 0 };
    this.seen.push(seen);
    const wire = this.wires.wireOf(socket.remotePort);
    const fault = this.take(
      (each): each is HttpFault & { times?: number } => isHttp(each) && (each.when?.(seen) ?? true),
    );
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const client = new FaultyClient(socket, wire, this.delayMs);
    if (fault?.at === 'answer' && fault.answer) return client.answer(fault.answer);
    const { action } = fault ?? {};
    let body: Buffer = Buffer.concat(parts);
    if (fault?.at === 'request') {
      if (action === 'reset' || action === 'end') return client.cut(action);
      if (action === 'delay') await client.delay();
      if (action === 'corrupt') body = corrupted(body);
      if (action === 'halve') {
        // The server gets half of what it was promised, and then nothing.
        const sent = this.send(request, body.subarray(0, body.length / 2), body.length);
        setTimeout(() => sent.destroy(), 40);
        await new Promise((resolve) => sent.on('error', resolve).on('response', resolve));
        return client.cut('end');
      }
    }
    const response = await this.reach(request, body, seen);
    if (watch && response.statusCode === 200) return client.watch(response, seen, fault);
    const answer = await whole(response);
    if (fault?.at === 'request' && action === 'duplicate') await whole(await this.reach(request, body, seen));
    if (fault?.at === 'record') client.spoil();
    await client.answer(answer, fault);
  }

  private async reach(request: IncomingMessage, body: Buffer, seen: Seen): Promise<IncomingMessage> {
    const sent = this.send(request, body, body.length);
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      sent.on('error', reject).on('response', resolve),
    );
    seen.answers.push(response.statusCode ?? 0);
    request.socket.once('close', () => seen.watch && sent.destroy());
    return response;
  }

  private send(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
    length: number,
  ): ReturnType<typeof https.request> {
    const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name));
    const options = {
      method,
      ca: this.upstream.ca,
      agent: this.agent,
      headers: { ...Object.fromEntries(kept), ...(length > 0 ? { 'Content-Length': String(length) } : {}) },
    };
    const sent = https.request(this.upstream.server + (url ?? ''), options);
    if (body.length === length) sent.end(body);
    else sent.write(body);
    return sent;
  }
}

function isHttp(fault: Fault): fault is HttpFault & { times?: number } {
  return fault.at !== 'connect' && fault.at !== 'tls';
}

async function whole(response: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  const type = response.headers['content-type'] ?? '';
  return {
    status: response.statusCode ?? 0,
    headers: { 'Content-Type': type },
    body: Buffer.concat(parts).toString('utf8'),
  };
}
