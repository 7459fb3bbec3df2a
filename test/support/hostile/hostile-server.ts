import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MultiKeyListener } from '../../../src/model/resource.js';

/** What the server answers with: objects, a Status of that code, or what no API server says. */
export type Mode = 'objects' | number | 'html' | 'plain' | 'half' | 'headers' | 'control-headers' | 'stream' | 'echo';

/** An API server that means no good: every text it sends is the one it was given. */
export interface HostileServer {
  url: string;
  mode: Mode;
  text: string;
  /** What it holds: `web`, and one whose name is hostile too. */
  objects(): MultiKeyListener[];
  stop(): Promise<void>;
}

const AT = '2026-07-20T12:00:00Z';

function resource(name: string, text: string, status: string): MultiKeyListener {
  const map = { [text]: text, app: text };
  const weights = { [text]: 3, east: 1 };
  const condition = { status: 'True', reason: text, message: text, lastTransitionTime: AT, observedGeneration: 1 };
  return {
    apiVersion: 'skupper.io/v2alpha1',
    kind: 'MultiKeyListener',
    metadata: {
      name,
      namespace: 'west',
      uid: text + name,
      resourceVersion: '5',
      generation: 1,
      creationTimestamp: AT,
      labels: map,
      annotations: map,
    },
    spec: {
      host: text,
      port: 8080,
      strategy: { weighted: { routingKeys: weights } },
      tlsCredentials: text,
      settings: map,
    },
    status: {
      status,
      message: text,
      hasDestination: true,
      conditions: [
        { type: 'Configured', ...condition },
        { type: text, ...condition },
      ],
      strategy: { weighted: { routingKeysReachable: { [text]: 3 } } },
    },
  } as unknown as MultiKeyListener;
}

function surroundings(plural: string, text: string): object {
  const metadata = { name: text, uid: text, namespace: 'west' };
  const services = [{ routingKey: text, listeners: ['multiAddress/web'], connectors: [text, 'a'] }];
  const network = [{ id: text, name: text, namespace: text, platform: text, services }];
  const conditions = [{ type: 'Configured', status: 'True', reason: text, message: text }];
  const status = { status: text, message: text, conditions, network, controller: { name: text, version: text } };
  if (plural === 'services') return { metadata, spec: { clusterIP: text, ports: [{ name: text, port: 1 }] } };
  if (plural === 'secrets') return { kind: 'Table', columnDefinitions: [{ name: 'Type' }], rows: [{ cells: [text] }] };
  if (plural === 'namespaces') return { metadata };
  const spec = { host: text, port: 8080, routingKey: text };
  return { kind: 'List', metadata: {}, items: [{ metadata, spec, status }] };
}

/** Starts one that listens on a port of its own. */
export async function hostileServer(text: string): Promise<HostileServer> {
  const streams = new Set<ServerResponse>();
  const state: HostileServer = {
    url: '',
    mode: 'objects',
    text,
    objects: () => [resource('web', state.text, 'Ready'), resource(state.text, state.text, 'Error')],
    async stop() {
      for (const stream of streams) stream.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () =>
      state.mode === 'objects' ? serve(state, request, response, streams) : refuse(state, request, response),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function serve(
  state: HostileServer,
  { method, url = '' }: IncomingMessage,
  response: ServerResponse,
  streams: Set<ServerResponse>,
): void {
  const { pathname, searchParams } = new URL(url, state.url);
  const [, plural = '', name] =
    /\/([a-z]+)(?:\/([^/]+))?$/.exec(pathname.replace(/\/namespaces\/[^/]+(?=\/)/, '')) ?? [];
  const [web, other] = state.objects();
  if (method === 'DELETE') return send(response, 200, { kind: 'Status', status: 'Success', message: state.text });
  if (method !== 'GET') return send(response, 200, web);
  if (plural !== 'multikeylisteners') return send(response, 200, surroundings(plural, state.text));
  if (searchParams.get('watch') === '1') return watch(state, searchParams, response, streams);
  if (name === undefined)
    return send(response, 200, {
      kind: 'MultiKeyListenerList',
      metadata: { resourceVersion: '5' },
      items: [web, other],
    });
  if (decodeURIComponent(name) === 'nope') return send(response, 404, status(404, state.text));
  return send(response, 200, web);
}

/** All there is, a change of everything, and an error inside the stream. */
function watch(
  { objects, text }: HostileServer,
  query: URLSearchParams,
  response: ServerResponse,
  streams: Set<ServerResponse>,
): void {
  streams.add(response);
  response.on('close', () => streams.delete(response));
  response.writeHead(200, { 'Content-Type': 'application/json', Warning: '299 - "x"' });
  const say = (type: string, object: object): void => void response.write(`${JSON.stringify({ type, object })}\n`);
  const [web, other] = objects();
  const end = { metadata: { resourceVersion: '6', annotations: { 'k8s.io/initial-events-end': 'true' } } };
  if (query.get('sendInitialEvents') === 'true') {
    for (const object of [web!, other!]) say('ADDED', object);
    say('BOOKMARK', { kind: 'MultiKeyListener', ...end });
  }
  const changed = { ...web!, metadata: { ...web!.metadata, resourceVersion: '7' } };
  setTimeout(() => {
    say('MODIFIED', { ...changed, status: { status: 'Error', message: `${text}2` } });
    say('DELETED', { ...other!, metadata: { ...other!.metadata, resourceVersion: '8' } });
  }, 150);
  setTimeout(() => say('ERROR', status(500, text)), 300);
}

function status(code: number, text: string): object {
  const causes = [
    { reason: text, field: text, message: text },
    { reason: text, field: `spec.${text}`, message: `unknown field "${text}"` },
  ];
  return {
    kind: 'Status',
    status: 'Failure',
    code,
    reason: text,
    message: text,
    details: { name: text, kind: text, causes },
  };
}

/** Bytes that HTTP allows in a header: tabs, and everything above 0x7f. */
const inHeader = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim() || '\u009b31m';

function refuse({ mode, text }: HostileServer, { headers }: IncomingMessage, response: ServerResponse): void {
  if (typeof mode === 'number') {
    response.setHeader('Warning', `299 - "${inHeader(text)}"`);
    response.setHeader('Retry-After', inHeader(text));
    response.statusMessage = inHeader(text);
    return send(response, mode, status(mode, text));
  }
  // Half of a surrogate pair has no UTF-8: it would come as U+FFFD, which stands for broken bytes.
  const raw = text.toWellFormed().replaceAll('\ufffd', '');
  const echo = `Bad gateway. Your request: ${JSON.stringify(headers)} ${raw}`;
  if (mode === 'html') response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<html>${raw}</html>`);
  if (mode === 'plain') response.writeHead(502, { 'Content-Type': 'text/plain' }).end(raw);
  if (mode === 'echo') response.writeHead(502, { 'Content-Type': 'text/plain' }).end(echo);
  if (mode === 'half') response.writeHead(200, { 'Content-Type': 'application/json' }).end(`{"kind":"${raw}`);
  if (mode === 'stream') response.writeHead(200, { 'Content-Type': 'application/json' }).end(`${raw}\n${raw}\n`);
  if (mode === 'headers') {
    const hostile = inHeader(text);
    response.writeHead(200, hostile, { 'Content-Type': hostile, Server: hostile, Location: hostile }).end(raw);
  }
  // Node would not send these, and should not take them.
  if (mode === 'control-headers')
    response.socket?.end(`HTTP/1.1 200 OK\r\nContent-Type: a${text.slice(0, 40)}\r\n\r\n`);
}
