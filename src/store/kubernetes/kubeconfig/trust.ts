import { readdirSync, readFileSync, readlinkSync, type Dirent } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import tls from 'node:tls';
import { expiredOn, isoDay } from '../../../util/certificates.js';
import { chainFault } from '../tls/chain.js';
import { certificateOf, certificatesIn, pemOf } from '../tls/pem.js';
import { indicatedName, nameFault } from '../tls/server-name.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Go's files with the machine's root certificates on Linux, of which it uses the first readable one (crypto/x509, root_linux.go). */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Go's folders with root certificates, which it reads in addition (crypto/x509, root_linux.go). */
const FOLDERS = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** True for a link to a file in the same folder. Such a link repeats a certificate under the name of its hash. */
function isTwin(folder: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return false;
  try {
    return !readlinkSync(path.join(folder, entry.name)).includes('/');
  } catch {
    return true;
  }
}

/** The texts of all files in a folder, whatever their names. */
function folderTexts(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => !isTwin(folder, entry));
    return entries.map(({ name }) => readText(path.join(folder, name)));
  } catch {
    return [];
  }
}

/**
 * The root certificates for a server whose kubeconfig names no certificate authority: those of the machine, found as Go finds
 * them (SSL_CERT_FILE, SSL_CERT_DIR, the usual files and folders), and those that are part of Node.
 *
 * @returns the base64 of each certificate, each once
 */
export function machineRoots(env: Env): string[] {
  const files = env.SSL_CERT_FILE ? [env.SSL_CERT_FILE] : BUNDLES;
  const bundle = files.map(readText).find((text) => text !== '') ?? '';
  const folders = env.SSL_CERT_DIR ? env.SSL_CERT_DIR.split(path.delimiter) : FOLDERS;
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  const texts = [...tls.rootCertificates, bundle, ...folders.flatMap(folderTexts), extra ? readText(extra) : ''];
  return [...new Set(texts.flatMap(certificatesIn))];
}

/**
 * The readable certificates of the kubeconfig's certificate authority.
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
 * OPENSSL_CONF could lower it. The protocol is named as Go does, so that a server without HTTP/1.1 fails in the handshake.
 */
const STRENGTH: tls.SecureContextOptions & tls.ConnectionOptions = {
  minVersion: 'TLSv1.2',
  ciphers: `${tls.DEFAULT_CIPHERS}:@SECLEVEL=1`,
  ALPNProtocols: ['http/1.1'],
};

/**
 * TLS options that verify a server as the kubeconfig says and as Go does. NODE_TLS_REJECT_UNAUTHORIZED is ignored. Any trusted
 * certificate ends the chain, so an intermediate or the server's own certificate can be the certificate authority.
 *
 * @param name the name that the certificate must have: the host of the URL, or the kubeconfig's tls-server-name
 * @param authority the kubeconfig's certificate authority in PEM; undefined if it names none
 * @param skip value of `insecure-skip-tls-verify`
 * @throws an Error if the certificate authority contains no certificate
 */
export function verification(
  env: Env,
  name: string,
  authority: string | Buffer | undefined,
  skip: boolean,
): tls.SecureContextOptions & tls.ConnectionOptions {
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

/** A known problem of our credentials that explains why a server refuses them. */
export interface CredentialTrouble {
  of: 'certificate' | 'token' | 'plain http';
  /** A clause for messages. */
  why: string;
}

/**
 * The expired credential by this machine's clock, if any. It only explains a refusal; the server decides by its own clock.
 *
 * @param certificate the client certificate, PEM
 * @param expires when the token expires, in milliseconds since the epoch
 */
export function expiry(
  certificate: tls.SecureContextOptions['cert'],
  expires = Infinity,
): CredentialTrouble | undefined {
  if (typeof certificate === 'string' || Buffer.isBuffer(certificate)) {
    const day = expiredOn(certificate);
    if (day !== undefined) return { of: 'certificate', why: `the client certificate expired on ${day}` };
  }
  if (expires >= Date.now()) return undefined;
  return { of: 'token', why: `the credential plugin's token expired on ${isoDay(expires)}` };
}
