import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { parseSelector } from '../../../src/model/selector.js';
import { answer, discovery, targetOf, type Asked, type Target } from './api-double-handlers.js';
import { badRequest, Refusal } from './api-double-status.js';
import { Storage } from './api-double-storage.js';
import { Watch, type Cut } from './api-double-watch.js';
import { KubeletDouble, refuseUpgrade } from '../router/kubelet-double.js';
import { writeKubeconfig, type KubeconfigParts } from '../cluster/kubeconfig.js';

export interface Logged {
  method: string;
  url: string;
  body: string;
  contentType: string;
  token: string;
  /** Whom the request impersonates: the user, then the groups. */
  as: string[];
}

/** What goes wrong with a request in place of an answer. */
export interface Fault {
  kind: 'hang' | 'reset' | 'html' | 'half-json' | 'other-json' | 'status' | 'redirect' | 'half-headers';
  /** For `status` and `html`. */
  code?: number;
  retryAfter?: number;
  /** Only these; all without it. */
  when?: (request: { method: string; url: string }) => boolean;
  /** Only so many times; always without it. */
  times?: number;
  /** The request is carried out before the answer goes wrong. */
  done?: boolean;
}

/** From this size on kube-apiserver compresses what it answers, in bytes. */
const GZIP_FROM = 128 * 1024;

export type Role = 'admin' | 'nobody' | 'limited' | 'unwatching' | 'unforwarding';

/**
 * An API server in this process, over plain http, for skupper.io/v2alpha1 and
 * the few core objects that facts ask for. It behaves as kube-apiserver 1.34
 * does (test/e2e/verdicts.test.ts compares), and misbehaves on request.
 */
export class ApiDouble {
  readonly storage = new Storage();
  readonly requests: Logged[] = [];
  /** Bearer tokens and what they may do: `limited` has multikeylisteners only, the last two all but watch or port-forward. */
  readonly tokens = new Map<string, Role>([
    ['admin-token', 'admin'],
    ['nobody-token', 'nobody'],
    ['limited-token', 'limited'],
    ['unwatching-token', 'unwatching'],
    ['unforwarding-token', 'unforwarding'],
  ]);
  skupper: 'present' | 'older' | 'absent' = 'present';
  /** `refused` as servers without the feature; `endless` as with an old etcd, whose bookmark never comes. */
  streamingLists: 'yes' | 'refused' | 'endless' = 'yes';
  /** Watches are not ended when they asked to be: what a half-open connection looks like. */
  endlessWatches = false;
  readonly faults: Fault[] = [];
  /** A request is answered when this resolves. */
  hold: (request: Logged) => Promise<void> = () => Promise.resolve();
  /** Where port-forwards go. */
  readonly kubelet = new KubeletDouble();
  /** TCP connections taken so far. */
  connections = 0;
  private readonly watches = new Set<Watch>();
  private server: Server | undefined;
  private port = 0;

  private constructor(private readonly folder: string) {}

  static async start(): Promise<ApiDouble> {
    const double = new ApiDouble(await mkdtemp(path.join(tmpdir(), 'mkl-double-')));
    await double.listen();
    return double;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The path of a kubeconfig for this server. */
  kubeconfig(parts: Partial<KubeconfigParts> = {}): Promise<string> {
    const file = path.join(this.folder, `config-${Math.random().toString(36).slice(2)}`);
    return writeKubeconfig(file, { server: this.url, token: 'admin-token', ...parts });
  }

  /** Refuses connections until `listen`. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }

  /** Listens, on the port it had before. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.serve(request, response));
    server.on('connection', () => (this.connections += 1));
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    const address = server.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
    this.server = server;
  }

  async stop(): Promise<void> {
    await this.refuse();
    await this.kubelet.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Resolves to the number of open watches, as soon as there are none or after a minute. */
  async openWatches(): Promise<number> {
    for (let tries = 0; tries < 3000 && this.watches.size > 0; tries++) await sleep(20);
    return this.watches.size;
  }

  /** Ends every open watch in that way. */
  cutWatches(how: Cut): void {
    for (const watch of [...this.watches]) watch.cut(how);
  }

  bookmark(): void {
    for (const watch of this.watches) watch.bookmark();
  }

  /** The requests that could change something. */
  get writes(): Logged[] {
    return this.requests.filter(({ method }) => method !== 'GET');
  }

  /** A port-forward, which is authorised as any request and then the kubelet's. */
  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { url = '', headers } = request;
    const token = (headers.authorization ?? '').replace(/^Bearer /, '');
    this.requests.push({ method: 'GET', url, body: '', contentType: '', token, as: [] });
    const fault = this.faults.find(({ when }) => when?.({ method: 'GET', url }));
    socket.on('error', () => undefined);
    if (fault?.kind === 'hang') return void socket.resume().on('end', () => socket.destroy());
    const { pathname, searchParams } = new URL(url, this.url);
    const place = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/portforward$/.exec(pathname);
    const [, namespace = '', pod = ''] = place ?? [];
    try {
      const role = this.tokens.get(token);
      const what = `pods "${pod}" is forbidden: User "${role}" cannot get resource "pods/portforward" in API group "" in the namespace "${namespace}"`;
      if (role !== 'admin') throw new Refusal(403, 'Forbidden', what, { name: pod, kind: 'pods' });
      this.storage.get('pods', namespace, pod);
      this.kubelet.upgrade({ namespace, pod, port: Number(searchParams.get('ports')) }, request, socket, head);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, body } = error.answer;
      refuseUpgrade(socket, code, JSON.stringify(body), 'application/json');
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const chunk of request) parts.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const body = Buffer.concat(parts).toString('utf8');
    const token = (headers.authorization ?? '').replace(/^Bearer /, '');
    const contentType = headers['content-type'] ?? '';
    const as = [headers['impersonate-user'] ?? [], headers['impersonate-group'] ?? []].flat();
    this.requests.push({ method, url, body, contentType, token, as });
    const fault = this.faults.find(({ times = 1, when }) => times > 0 && (when?.({ method, url }) ?? true));
    if (fault?.times !== undefined) fault.times -= 1;
    const { pathname, searchParams } = new URL(url, this.url);
    const asked: Asked = {
      method,
      path: pathname,
      query: searchParams,
      body,
      contentType,
      accept: headers.accept ?? '',
      gzip: headers['accept-encoding'] === 'gzip',
      response,
    };
    if (fault?.done) this.reply(asked, token, true);
    if (fault) fail(fault, response);
    else this.reply(asked, token);
  }

  private reply(asked: Asked, token: string, silent = false): void {
    const send = (code: number, body: unknown, type = 'application/json'): void => {
      if (silent) return;
      const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      const packed = bytes.length > GZIP_FROM && asked.gzip;
      const encoding = packed ? { 'Content-Encoding': 'gzip' } : {};
      asked.response.writeHead(code, { 'Content-Type': type, ...encoding }).end(packed ? gzipSync(bytes) : bytes);
    };
    try {
      const target = targetOf(asked.path);
      this.authorize(asked, target, token);
      checkSelector(asked.query.get('labelSelector'));
      const known =
        target &&
        (target.group === '' ||
          this.skupper === 'present' ||
          (this.skupper === 'older' && target.plural !== 'multikeylisteners'));
      if (asked.path === '/apis/skupper.io/v2alpha1' && this.skupper !== 'absent') {
        const found = discovery(this.skupper === 'older');
        send(found.code, found.body);
      } else if (!known) {
        send(404, '404 page not found\n', 'text/plain; charset=utf-8');
      } else if (asked.query.get('watch') === '1') {
        this.watch(asked, target);
      } else {
        const { code, body } = answer(this.storage, asked, target);
        send(code, body);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(error.answer.code, error.answer.body);
    }
  }

  private authorize({ method, query }: Asked, target: Target | undefined, token: string): void {
    const role = this.tokens.get(token);
    if (!role) throw new Refusal(401, 'Unauthorized', 'Unauthorized');
    if (role === 'admin' || !target || (role === 'limited' && target.plural === 'multikeylisteners')) return;
    const { plural, group, namespace, name } = target;
    const read = query.get('watch') === '1' ? 'watch' : name === undefined ? 'list' : 'get';
    const verb = { GET: read, POST: 'create', PATCH: 'patch', PUT: 'update' }[method] ?? 'delete';
    if ((role === 'unwatching' && verb !== 'watch') || role === 'unforwarding') return;
    const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
    const what = `${plural}.${group}${name ? ` "${name}"` : ''}`.replace(/\.(?= |$)/, '');
    throw new Refusal(
      403,
      'Forbidden',
      `${what} is forbidden: User "${role}" cannot ${verb} resource "${plural}" in API group "${group}" ${where}`,
      { name, group, kind: plural },
    );
  }

  private watch({ query, response }: Asked, { plural, namespace }: Target): void {
    const sendInitialEvents = query.get('sendInitialEvents') === 'true';
    if (sendInitialEvents && this.streamingLists === 'refused') {
      throw new Refusal(
        422,
        'Invalid',
        'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
      );
    }
    const labelSelector = query.get('labelSelector') ?? undefined;
    const options = {
      resourceVersion: query.get('resourceVersion') ?? undefined,
      sendInitialEvents,
      bookmarks: query.get('allowWatchBookmarks') === 'true',
      timeoutSeconds: this.endlessWatches ? 1_000_000 : Number(query.get('timeoutSeconds') ?? 1800),
      endInitial: this.streamingLists !== 'endless',
    };
    const filter = { plural, namespace, labelSelector, fieldSelector: query.get('fieldSelector') ?? undefined };
    this.watches.add(new Watch(response, filter, this.storage, options, (watch) => this.watches.delete(watch)));
  }
}

function checkSelector(selector: string | null): void {
  try {
    parseSelector(selector ?? '');
  } catch {
    throw badRequest(`unable to parse requirement: ${selector}`);
  }
}

function fail({ kind, code = kind === 'html' ? 200 : 500, retryAfter }: Fault, response: ServerResponse): void {
  const wait = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  if (kind === 'reset') response.socket?.resetAndDestroy();
  if (kind === 'html')
    response.writeHead(code, { 'Content-Type': 'text/html' }).end('<html><body>Please log in\u001b[2J</body></html>');
  if (kind === 'other-json')
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"error":"please log in"}');
  if (kind === 'redirect') response.writeHead(302, { Location: 'http://127.0.0.1:9/elsewhere' }).end();
  if (kind === 'half-json') {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' });
    response.write('{"kind":"MultiKeyListenerList","items":[{"meta', () => response.socket?.end());
  }
  if (kind === 'half-headers') response.socket?.end('HTTP/1.1 200 OK\r\nContent-Ty');
  if (kind === 'status') {
    const refusal = new Refusal(
      code,
      code === 429 ? 'TooManyRequests' : 'InternalError',
      'etcdserver: request timed out',
    );
    response.writeHead(code, { 'Content-Type': 'application/json', ...wait }).end(JSON.stringify(refusal.answer.body));
  }
}
