import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { Identity, Issued } from './x509.js';
import { pem } from './pki.js';

/** One server, and one kubeconfig that leads to it. */
export interface Cell {
  /** In the report; kubectl's verdicts are recorded by it and `name`. */
  group: string;
  name: string;
  /** What the server sends. */
  chain: string;
  key: string;
  server?: TlsOptions;
  /** Only HTTP/2, no TLS at all, or one alert of TLS and nothing else. */
  speaks?: 'h2' | 'plain' | { alert: number };
  proxy?: 'http' | 'socks5' | 'https';
  /** Of a proxy that is reached over TLS. */
  proxyIdentity?: Identity;
  /** Of the kubeconfig's URL; the address of loopback unless given. */
  host?: string;
  /** PEM of the kubeconfig's certificate-authority; none unless given. */
  authority?: string;
  authorityAs?: 'data' | 'file';
  cluster?: Record<string, unknown>;
  /** In place of a token. */
  user?: Record<string, unknown>;
  /** `DIR` stands for the cell's folder. */
  env?: Record<string, string>;
  files?: Record<string, string>;
  /** Where this program may refuse what kubectl accepts: a name in `STRICTER`. */
  stricter?: string;
  /** Where this program accepts what kubectl refuses: a name in `WIDER`. */
  wider?: string;
  /** The code of this program's refusal; `tls` unless given. */
  refusal?: 'kubeconfig-invalid' | 'unauthenticated' | 'unreachable' | 'bad-response';
}

/** A server with this certificate and those that it sends along. */
export const served = (own: Issued, ...along: readonly { certificate: string }[]): Pick<Cell, 'chain' | 'key'> => ({
  chain: pem(own, ...along),
  key: own.key,
});

/** Lets a server of a test use what OpenSSL refuses by default, such as SHA-1 and TLS 1.1. */
export const WEAK: SecureContextOptions = { ciphers: 'DEFAULT@SECLEVEL=0' };

/** Gives cells the name of their group. */
export const inGroup = (group: string, cells: readonly Omit<Cell, 'group'>[]): Cell[] =>
  cells.map((cell) => ({ group, ...cell }));
