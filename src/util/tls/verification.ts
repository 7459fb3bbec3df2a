import process from 'node:process';
import tls from 'node:tls';
import { chainFault } from './chain.js';
import { certificateOf, certificatesIn, pemOf } from './pem.js';
import { machineRoots } from './roots.js';
import { indicatedName, nameFault } from './server-name.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Options for a TLS connection to a server. */
export type Verification = tls.SecureContextOptions & tls.ConnectionOptions & { ca?: string[] };

/**
 * The readable certificates of a certificate authority.
 *
 * @param pem the bytes of its file or its data
 * @returns the base64 of each certificate
 * @throws an Error if there is none
 */
function namedRoots(pem: string | Buffer): string[] {
  const roots = certificatesIn(Buffer.from(pem).toString('latin1')).filter((root) =>
    certificateOf(Buffer.from(root, 'base64')),
  );
  if (roots.length === 0) throw new Error('the certificate-authority contains no certificate in PEM');
  return roots;
}

/**
 * The minimum strength is that of Go: TLS 1.2 and no SHA-1 in signatures. Otherwise NODE_OPTIONS=--tls-min-v1.0, --tls-cipher-list or
 * OPENSSL_CONF could lower it.
 */
const STRENGTH: Verification = {
  minVersion: 'TLSv1.2',
  ciphers: `${tls.DEFAULT_CIPHERS}:@SECLEVEL=1`,
};

/**
 * TLS options that verify a server as Go does. NODE_TLS_REJECT_UNAUTHORIZED is ignored. Any trusted certificate ends the chain, so an
 * intermediate or the server's own certificate can be the certificate authority.
 *
 * @param name the name that the certificate must have: the host of the URL, or the kubeconfig's tls-server-name
 * @param authority the certificate authority in PEM; undefined for the roots of the machine
 * @param skip true for a kubeconfig with `insecure-skip-tls-verify`
 * @throws an Error if the certificate authority contains no certificate
 */
export function verification(
  env: Env,
  name: string,
  authority: string | Buffer | undefined,
  skip = false,
): Verification {
  // Node warns about this variable although it has no effect on these connections.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  const servername = indicatedName(name);
  if (skip) return { ...STRENGTH, rejectUnauthorized: false, servername };
  const roots = authority === undefined ? machineRoots(env) : namedRoots(authority);
  return {
    ...STRENGTH,
    rejectUnauthorized: true,
    allowPartialTrustChain: true,
    servername,
    ca: roots.map(pemOf),
    // The host that Node passes is `localhost` behind a SOCKS proxy if the server's host is an IP address.
    checkServerIdentity: (_, certificate) => identityError(certificate as tls.DetailedPeerCertificate, name, roots),
  };
}

/** The error for a server whose chain OpenSSL accepts and Go does not; undefined if both accept it. Node does not expect a throw here. */
function identityError(
  certificate: tls.DetailedPeerCertificate,
  name: string,
  roots: readonly string[],
): Error | undefined {
  const trusted = roots.map((root) => Buffer.from(root, 'base64'));
  try {
    const fault = nameFault(certificate.raw, name) ?? chainFault(certificate, trusted);
    return fault && Object.assign(new Error(fault.why), { code: fault.code });
  } catch (error) {
    return Object.assign(error as Error, { code: 'CERT_REJECTED' });
  }
}
