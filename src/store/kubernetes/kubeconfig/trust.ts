import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import tls from 'node:tls';
import { expiredOn, isoDay } from '../../../util/certificates.js';

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

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

/** The PEM texts of all files in a folder that contain certificates. */
function folderRoots(folder: string): string[] {
  try {
    const texts = readdirSync(folder).map((name) => readText(path.join(folder, name)));
    return texts.filter((text): text is string => text?.includes('-----BEGIN CERTIFICATE-----') === true);
  } catch {
    return [];
  }
}

/**
 * The root certificates for a server whose kubeconfig names no certificate authority: those of the machine, found as Go finds
 * them (SSL_CERT_FILE, SSL_CERT_DIR, the usual files), and those that are part of Node.
 *
 * @returns PEM texts
 */
export function machineRoots(env: Env): string[] {
  const files = env.SSL_CERT_FILE ? [env.SSL_CERT_FILE] : BUNDLES;
  const bundle = files.map(readText).find((text) => text !== undefined);
  const folders = env.SSL_CERT_DIR ? env.SSL_CERT_DIR.split(path.delimiter) : [];
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  return [
    ...tls.rootCertificates,
    ...(bundle === undefined ? [] : [env.SSL_CERT_FILE ? readable(bundle) : bundle]),
    ...folders.flatMap(folderRoots).map(readable),
    ...(extra === undefined ? [] : [readText(extra) ?? []].flat()),
  ];
}

/**
 * TLS options that verify a server as the kubeconfig says and as Go does. NODE_TLS_REJECT_UNAUTHORIZED is ignored. Any trusted
 * certificate ends the chain, so an intermediate or the server's own certificate can be the certificate authority.
 *
 * @param authority the certificate authority that the kubeconfig names, PEM (`authorityIn`)
 * @param skip value of `insecure-skip-tls-verify`
 */
export function verification(
  env: Env,
  authority: string | undefined,
  skip: boolean,
): tls.SecureContextOptions & tls.ConnectionOptions {
  // Node warns about this variable although it has no effect on these connections.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  return {
    rejectUnauthorized: !skip,
    // As in Go. Otherwise NODE_OPTIONS=--tls-min-v1.0 would allow older versions.
    minVersion: 'TLSv1.2',
    allowPartialTrustChain: true,
    checkServerIdentity: (host, certificate) =>
      !isIP(host) && isNamed(host, certificate) ? undefined : misnamed(host, certificate),
    ...(skip ? {} : { ca: authority ?? machineRoots(env) }),
  };
}

/**
 * True if the certificate has the host as a DNS name, by Go's rules: only a whole first label can be a wildcard (crypto/x509,
 * verify.go).
 */
function isNamed(host: string, { subjectaltname = '' }: tls.PeerCertificate): boolean {
  const labelsOf = (name: string): string[] => name.toLowerCase().split('.');
  const wanted = labelsOf(host.replace(/\.$/, ''));
  // Node puts a name in quotes if it has characters that are not allowed in a host name.
  const names = [...subjectaltname.matchAll(/(?:^|, )DNS:([^",]+)/g)].map(([, name = '']) => labelsOf(name));
  return names.some(
    (labels) =>
      labels.length === wanted.length &&
      labels.every((label, index) => label === wanted[index] || (index === 0 && label === '*')),
  );
}

/** The error for a certificate that does not have the host as a name. Undefined if the host is an IP address that it has. */
function misnamed(host: string, certificate: tls.PeerCertificate): Error | undefined {
  // Without the subject, because Go (as RFC 6125 says) does not accept its common name as the name of the server.
  const error = tls.checkServerIdentity(host, { ...certificate, subject: {} as tls.Certificate });
  if (error || isIP(host)) return error;
  // Node accepts `a*.example.com` as a wildcard, but Go does not.
  const message = `the host ${host} is not one of the certificate's names: ${certificate.subjectaltname}`;
  return Object.assign(new Error(message), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g;

/**
 * The readable certificates of a PEM text. Go skips unreadable certificates, but OpenSSL silently ignores everything after the
 * first unreadable one.
 */
function readable(pem: string): string {
  const blocks = pem.match(BLOCK) ?? [];
  return blocks.length < 2 ? pem : blocks.filter(isReadable).join('\n');
}

/**
 * The certificates of a certificate authority that a kubeconfig names.
 *
 * @param pem the bytes of its file, or of its data
 * @throws an Error if there is no certificate in it, readable or not
 */
export function authorityIn(pem: string | Buffer): string {
  const text = pem.toString('latin1');
  if (text.match(BLOCK) === null) throw new Error('the certificate-authority contains no certificate in PEM');
  return readable(text);
}

function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== '';
  } catch {
    return false;
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
