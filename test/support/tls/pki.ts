import { basicConstraints, alternativeNames, KEY_USAGE, keyUsage, purposes } from './extensions.js';
import { issue, newKey, type Certificate, type Issued } from './x509.js';

/** What every certificate of the tests is made of: one key of a kind is enough, and those of RSA take long to make. */
const KEYS = new Map<string, ReturnType<typeof newKey>>();
function keyFor(role: string, kind: NonNullable<Certificate['key']>): ReturnType<typeof newKey> {
  const name = `${role} ${kind}`;
  const key = KEYS.get(name) ?? newKey(kind);
  KEYS.set(name, key);
  return key;
}

export const LOOPBACK = alternativeNames('DNS:localhost', 'IP:127.0.0.1', 'IP:::1');
export const SIGNS = keyUsage(KEY_USAGE.certificateSigning);
export const AUTHORITY = [basicConstraints(true), SIGNS];

/** A certificate that issues others; `extensions` replaces the usual ones. */
export const authority = (subject: string, parts: Partial<Certificate> = {}): Issued =>
  issue({ subject, extensions: AUTHORITY, privateKey: keyFor(subject, parts.key ?? 'P-256'), ...parts });

/** A server's certificate, for loopback and good for servers; `extensions` replaces both. */
export const leaf = (issuer: Issued | undefined, parts: Partial<Certificate> = {}): Issued =>
  issue({
    subject: 'kube-apiserver',
    issuer,
    privateKey: keyFor('leaf', parts.key ?? 'P-256'),
    extensions: [LOOPBACK, purposes('server')],
    ...parts,
  });

const DAY_MS = 86_400_000;
const days = (count: number): Date => new Date(Date.now() + count * DAY_MS);
export const EXPIRED = { from: days(-20), to: days(-10) };
export const NOT_YET = { from: days(10), to: days(20) };

export const root = authority('Root');
export const intermediate = authority('Intermediate', { issuer: root });
export const second = authority('Second intermediate', { issuer: intermediate });
/** Not the cluster's. */
export const other = authority('Another root');
/** Not the cluster's either, though it is called the same. */
export const namesake = authority('Root', { privateKey: newKey() });

/** The certificates one after the other, as a server sends them. */
export const pem = (...certificates: readonly { certificate: string }[]): string =>
  certificates.map(({ certificate }) => certificate).join('');
