import { BlockList, isIP } from 'node:net';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a server according to HTTPS_PROXY, HTTP_PROXY and NO_PROXY. The rules are those of Go's
 * golang.org/x/net/http/httpproxy, which kubectl uses: loopback addresses never use a proxy, NO_PROXY may list
 * domains, addresses, CIDR ranges and ports, and ALL_PROXY is ignored.
 *
 * @returns the proxy's URL, or undefined for a direct connection
 */
export function proxyFor(server: URL, env: Env): string | undefined {
  const secure = server.protocol === 'https:';
  const proxy = secure ? env.HTTPS_PROXY || env.https_proxy : env.HTTP_PROXY || env.http_proxy;
  if (!proxy) return undefined;
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || isLoopback(host)) return undefined;
  const port = server.port || (secure ? '443' : '80');
  const excluded = (env.NO_PROXY || env.no_proxy || '')
    .split(',')
    .some((entry) => excludes(entry.trim().toLowerCase(), host, port));
  if (excluded) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/**
 * Parses the URL of a proxy.
 *
 * @throws Error if it is not a URL, or its protocol is not http, https or socks5 (as in Go)
 */
export function proxyUrl(proxy: string): URL {
  if (!URL.canParse(proxy)) throw new Error('the proxy URL is not valid');
  const url = new URL(proxy);
  if (/^(https?|socks5h?):$/.test(url.protocol)) return url;
  throw new Error(`a proxy is reached over http, https or socks5, not ${url.protocol.slice(0, -1)}`);
}

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function excludes(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const range = /^([0-9a-f.:]+)\/(\d+)$/.exec(entry);
  if (range) return inRange(range[1] ?? '', Number(range[2]), host);
  const withPort = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry);
  if (withPort && withPort[2] !== port) return false;
  const name = (withPort?.[1] ?? entry).replace(/^\[|\]$/g, '').replace(/^\*(?=\.)/, '');
  if (isIP(name)) return name === host;
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

function inRange(network: string, prefix: number, host: string): boolean {
  if (!isIP(host) || !isIP(network) || family(host) !== family(network)) return false;
  if (prefix > (family(network) === 'ipv4' ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family(network));
  return list.check(host, family(host));
}
