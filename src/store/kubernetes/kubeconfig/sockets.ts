import type http from 'node:http';
import type https from 'node:https';
import type tls from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { keepPasswordOf } from '../../../util/secrets.js';
import type { ClusterEntry, UserEntry } from './kubeconfig.js';
import { proxyFor } from '../../../util/proxy.js';
import { readable, verification } from './trust.js';
import { belongTogether } from '../../../util/certificates.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What requests to one server need: their sockets, and the headers that say who asks. */
export interface Sockets {
  agent: http.Agent;
  headers: Record<string, string | string[]>;
  /** The client certificate, PEM. */
  certificate: tls.SecureContextOptions['cert'];
}

/**
 * Sockets to a server as client-node makes them from a kubeconfig, verified and proxied as Go does it. Nothing is connected yet.
 *
 * @param host the IPv6 address to connect to where it has a zone: no URL of Node's holds one
 * @throws what client-node throws where a file cannot be read, and an Error for a key that is another certificate's
 */
export async function socketsTo(cluster: ClusterEntry, user: UserEntry, env: Env, host?: string): Promise<Sockets> {
  const secure = cluster.server.startsWith('https:');
  const config = new KubeConfig();
  config.loadFromOptions({
    // client-node refuses plain http without skipTLSVerify; there is no TLS to skip.
    clusters: [{ ...cluster, proxyUrl: proxyOf(cluster, env), skipTLSVerify: cluster.skipTLSVerify || !secure }],
    users: [user],
    contexts: [{ name: 'one', cluster: cluster.name, user: user.name }],
    currentContext: 'one',
  });
  const applied: https.RequestOptions = {};
  await config.applyToHTTPSOptions(applied);
  refuseForeignKey(applied);
  const agent = applied.agent as http.Agent & { keepAlive: boolean; options: https.AgentOptions };
  const { ca } = applied;
  if (secure) Object.assign(agent.options, verification(env, ca !== undefined, cluster.skipTLSVerify));
  if (typeof ca === 'string' || Buffer.isBuffer(ca)) agent.options.ca = readable(ca.toString('latin1'));
  // An agent's own options replace those of each request.
  if (host !== undefined) agent.options.host = host;
  // client-node leaves keep-alive off: each request would pay for a TLS handshake of its own.
  agent.keepAlive = true;
  const headers: Sockets['headers'] = Object.fromEntries(
    Object.entries(applied.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  if (applied.auth) headers.Authorization = `Basic ${Buffer.from(applied.auth).toString('base64')}`;
  return { agent, headers, certificate: applied.cert };
}

function proxyOf({ server, proxyUrl }: ClusterEntry, env: Env): string | undefined {
  const url = proxyUrl ?? proxyFor(new URL(server), env);
  keepPasswordOf(url);
  // As in Go the proxy looks the name up: it may know names that this machine does not.
  return url?.replace(/^socks5:/i, 'socks5h:');
}

/** No server would accept a client certificate with the key of another certificate. */
function refuseForeignKey({ cert, key }: https.RequestOptions): void {
  const pem = (value: unknown): value is string | Buffer => typeof value === 'string' || Buffer.isBuffer(value);
  if (pem(cert) && pem(key) && !belongTogether(cert, key))
    throw new Error('the client certificate and the client key do not belong together');
}
