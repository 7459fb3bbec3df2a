import type { SecureVersion } from 'node:tls';
import { inGroup, served, WEAK, type Cell } from './cell.js';
import { alternativeNames } from './extensions.js';
import { authority, EXPIRED, leaf, LOOPBACK, other, root } from './pki.js';
import type { KeyKind } from './x509.js';

const good = { ...served(leaf(root)), authority: root.certificate };
const VERSIONS: SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** What a server may say in place of a handshake (RFC 8446, section 6.2). */
const ALERTS: [what: string, alert: number, refusal?: Cell['refusal']][] = [
  ['handshake failure', 40],
  ['bad certificate', 42, 'unauthenticated'],
  ['unsupported certificate', 43, 'unauthenticated'],
  ['certificate revoked', 44, 'unauthenticated'],
  ['certificate expired', 45, 'unauthenticated'],
  ['certificate unknown', 46, 'unauthenticated'],
  ['unknown authority', 48, 'unauthenticated'],
  ['access denied', 49, 'unauthenticated'],
  ['protocol version', 70],
  ['internal error', 80],
  ['unrecognized name', 112],
  ['certificate required', 116, 'unauthenticated'],
];

/** What the server speaks. */
export function protocolCells(): Cell[] {
  const versions = VERSIONS.map((version) => ({
    name: `${version} only`,
    ...good,
    server: { ...WEAK, minVersion: version, maxVersion: version },
  }));
  return inGroup('protocols', [
    ...versions,
    { name: 'ALPN of http/1.1', ...good, server: { ALPNProtocols: ['http/1.1'] } },
    { name: 'ALPN of h2 and http/1.1', ...good, server: { ALPNProtocols: ['http/1.1', 'h2'] } },
    { name: 'ALPN of something else', ...good, server: { ALPNProtocols: ['smtp'] } },
    { name: 'HTTP/2 only', ...good, speaks: 'h2', stricter: 'http-1' },
    { name: 'no TLS', ...good, speaks: 'plain' },
    ...ALERTS.map(([what, alert, refusal]) => ({
      name: `an alert: ${what}`,
      ...good,
      speaks: { alert },
      refusal,
    })),
  ]);
}

const BEHIND: Record<string, string[]> = {
  'of its address': ['IP:192.0.2.1'],
  'of its name': ['DNS:api.example.test'],
  'of localhost': ['DNS:localhost', 'IP:127.0.0.1'],
};
const HOSTS = ['192.0.2.1', 'api.example.test'];

/** Servers that are reached through a proxy: they have the name of the URL and not of the proxy. */
export function proxyCells(): Cell[] {
  const cells = (['http', 'socks5'] as const).flatMap((proxy) =>
    HOSTS.flatMap((host) => [
      ...Object.entries(BEHIND).map(([what, names]) => ({
        name: `${proxy}, ${host}: a certificate ${what}`,
        ...served(leaf(root, { extensions: [alternativeNames(...names)] })),
        authority: root.certificate,
        host,
        proxy,
      })),
      {
        name: `${proxy}, ${host}: tls-server-name localhost`,
        ...good,
        host,
        proxy,
        cluster: { 'tls-server-name': 'localhost' },
      },
      {
        name: `${proxy}, ${host}: an impostor`,
        ...served(leaf(other, { extensions: [alternativeNames(`DNS:${host}`, `IP:192.0.2.1`)] })),
        authority: root.certificate,
        host,
        proxy,
      },
    ]),
  );
  const behind = { ...served(leaf(root, { extensions: [alternativeNames('DNS:api.example.test')] })), host: HOSTS[1] };
  const secure = {
    'issued by the root': leaf(root),
    'issued by another root': leaf(other),
    'of another name': leaf(root, { extensions: [alternativeNames('DNS:api.example.test')] }),
    'that has expired': leaf(root, { validity: EXPIRED }),
  };
  const overTls = Object.entries(secure).flatMap(([what, proxyIdentity]) => [
    {
      name: `https, a proxy ${what}`,
      ...behind,
      authority: root.certificate,
      proxy: 'https' as const,
      proxyIdentity,
    },
    {
      name: `https, a proxy ${what}, insecure-skip-tls-verify`,
      ...behind,
      cluster: { 'insecure-skip-tls-verify': true },
      proxy: 'https' as const,
      proxyIdentity,
    },
  ]);
  return inGroup('proxies', [...cells, ...overTls]);
}

const KEYS: KeyKind[] = ['P-256', 'P-384', 'Ed25519', 'RSA 1024', 'RSA 2048', 'RSA 3072'];
const FAULTS = {
  right: {},
  expired: { validity: EXPIRED },
  'of another name': { extensions: [alternativeNames('DNS:api.example.test')] },
  'signed with SHA-1': { digest: 'sha1' as const },
  'without purposes': { extensions: [LOOPBACK] },
};

/** Kinds of keys with kinds of faults, chains and authorities. */
export function keyCells(): Cell[] {
  const cells = KEYS.flatMap((above) =>
    KEYS.flatMap((own) => {
      const top = authority(`Top of ${above}`, { key: above });
      const middle = authority(`Middle of ${above}`, { key: above, issuer: top });
      return Object.entries(FAULTS).flatMap(([fault, parts]) => {
        const [direct, below] = [leaf(top, { key: own, ...parts }), leaf(middle, { key: own, ...parts })];
        const what = `${own}, ${fault}, by ${above}`;
        return [
          { name: `${what}; trusted: the root`, ...served(direct), authority: top.certificate },
          { name: `${what}; trusted: another`, ...served(direct), authority: other.certificate },
          { name: `${what}; trusted: itself`, ...served(direct), authority: direct.certificate },
          { name: `${what}, an intermediate; trusted: the root`, ...served(below, middle), authority: top.certificate },
          { name: `${what}, an intermediate; trusted: it`, ...served(below), authority: middle.certificate },
          {
            name: `${what}, an intermediate not sent; trusted: the root`,
            ...served(below),
            authority: top.certificate,
          },
        ].map((cell) => ({ ...cell, server: WEAK }));
      });
    }),
  );
  return inGroup('keys', cells);
}
