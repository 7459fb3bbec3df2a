import type https from 'node:https';
import { proxyFor, proxyUrl } from '../../util/proxy.js';
import { keepPasswordOf } from '../../util/secrets.js';
import { verification } from '../../util/tls/verification.js';

/**
 * The request options for a URL, with the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY choose for it, as in kubectl. The
 * certificate of an https proxy is verified too.
 *
 * @returns options for `http.get` or `https.get`; `protocol` says which
 * @throws Error if the proxy's URL is not valid or has an unsupported protocol
 */
export async function proxyRoute(
  url: URL,
  env: Readonly<Record<string, string | undefined>>,
): Promise<https.RequestOptions> {
  const proxy = proxyFor(url, env);
  if (proxy === undefined) return { protocol: url.protocol, agent: false };
  keepPasswordOf(proxy);
  const { protocol, hostname, port, username, password } = proxyUrl(proxy);
  if (protocol.startsWith('socks')) {
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    // As in Go, the proxy resolves the host name (socks5h).
    return { protocol: url.protocol, agent: new SocksProxyAgent(proxy.replace(/^socks5:/i, 'socks5h:')) };
  }
  if (url.protocol === 'https:') {
    const { HttpsProxyAgent } = await import('hpagent');
    const proxyRequestOptions = protocol === 'https:' ? verification(env, hostname, undefined) : {};
    return { protocol: 'https:', agent: new HttpsProxyAgent({ proxy, proxyRequestOptions }) };
  }
  const whole = new URL(url);
  whole.hash = whole.username = whole.password = '';
  const credentials = [username, password].map(decodeURIComponent).join(':');
  // Plain http needs no tunnel: the request to the proxy contains the whole URL (RFC 9112, 3.2.2).
  return {
    protocol,
    hostname,
    port: port || (protocol === 'https:' ? 443 : 80),
    path: whole.href,
    agent: false,
    headers: {
      Host: url.host,
      ...(username || password
        ? { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
        : {}),
    },
  };
}
