import type http from 'node:http';
import type https from 'node:https';
import type tls from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { keepPasswordOf } from '../../../util/secrets.js';
import type { ClusterEntry, UserEntry } from './kubeconfig.js';
import { proxyFor, proxyUrl as parsedProxy } from '../../../util/proxy.js';
import { belongTogether } from '../../../util/certificates.js';
import { verification } from '../../../util/tls/verification.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The sockets for requests to one server, and the headers with credentials. */
export interface Sockets {
  agent: http.Agent;
  headers: Record<string, string | string[]>;
  /** The client certificate in PEM; undefined without one. */
  certificate: tls.SecureContextOptions['cert'];
}

/** Fields of client-node's agents that their types lack. Only the agent for an HTTP proxy (hpagent) has the last two. */
type ConfiguredAgent = http.Agent & {
  keepAlive: boolean;
  options: https.AgentOptions;
  proxy?: Partial<URL>;
  proxyRequestOptions?: object;
};

/**
 * Creates sockets to a server from entries of a kubeconfig, with client-node, but with the verification and the proxy rules of
 * Go. Does not connect yet.
 *
 * @param host the address to connect to if it is an IPv6 address with a zone, which Node's URL does not allow
 * @throws errors of client-node for files that cannot be read, and an Error if certificate and key do not belong together or the
 *   certificate authority contains no certificate
 */
export async function socketsTo(cluster: ClusterEntry, user: UserEntry, env: Env, host?: string): Promise<Sockets> {
  const secure = cluster.server.startsWith('https:');
  const config = new KubeConfig();
  config.loadFromOptions({
    // client-node refuses plain http unless skipTLSVerify is set, although there is no TLS.
    clusters: [{ ...cluster, proxyUrl: proxyOf(cluster, env), skipTLSVerify: cluster.skipTLSVerify || !secure }],
    users: [user],
    contexts: [{ name: 'one', cluster: cluster.name, user: user.name }],
    currentContext: 'one',
  });
  const applied: https.RequestOptions = {};
  await config.applyToHTTPSOptions(applied);
  refuseForeignKey(applied);
  const agent = applied.agent as ConfiguredAgent;
  if (secure) {
    const name = cluster.tlsServerName ?? host ?? new URL(cluster.server).hostname;
    const verified = (of: string): object => ({
      ...verification(env, of, applied.ca as string | Buffer | undefined, cluster.skipTLSVerify),
      // As in Go, so that a server without HTTP/1.1 fails in the handshake.
      ALPNProtocols: ['http/1.1'],
    });
    Object.assign(agent.options, verified(name));
    // As in Go, a proxy with TLS is verified with the same certificate authority.
    if (agent.proxy?.protocol === 'https:') agent.proxyRequestOptions = verified(agent.proxy.hostname ?? '');
  }
  // Options of the agent take precedence over those of each request.
  if (host !== undefined) agent.options.host = host;
  // client-node sets it to undefined, which would hide the time limit of a request from the agent for an HTTP proxy.
  delete agent.options.timeout;
  // client-node disables keep-alive, so that each request would need a TLS handshake.
  agent.keepAlive = true;
  const headers: Sockets['headers'] = Object.fromEntries(
    Object.entries(applied.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  if (applied.auth) headers.Authorization = `Basic ${Buffer.from(applied.auth).toString('base64')}`;
  return { agent, headers, certificate: applied.cert };
}

/** @throws Error if the proxy's URL cannot be used: client-node takes an unknown protocol for http */
function proxyOf({ server, proxyUrl }: ClusterEntry, env: Env): string | undefined {
  const url = proxyUrl ?? proxyFor(new URL(server), env);
  keepPasswordOf(url);
  if (url !== undefined) parsedProxy(url);
  // As in Go the proxy resolves the server's name, because it may resolve names that this machine cannot.
  return url?.replace(/^socks5:/i, 'socks5h:');
}

/** Throws an Error if the key does not belong to the client certificate, which is clearer than the TLS error that would follow. */
function refuseForeignKey({ cert, key }: https.RequestOptions): void {
  const pem = (value: unknown): value is string | Buffer => typeof value === 'string' || Buffer.isBuffer(value);
  if (pem(cert) && pem(key) && !belongTogether(cert, key))
    throw new Error('the client certificate and the client key do not belong together');
}
