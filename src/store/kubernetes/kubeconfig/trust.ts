import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import tls from 'node:tls';
import { expiredOn, isoDay } from '../../../util/certificates.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Where Go looks for the machine's roots on Linux and BSD: the first file that can be read (crypto/x509, root_linux.go). */
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

/** The certificates of a folder's files, whatever they are called. */
function folderRoots(folder: string): string[] {
  try {
    const texts = readdirSync(folder).map((name) => readText(path.join(folder, name)));
    return texts.filter((text): text is string => text?.includes('-----BEGIN CERTIFICATE-----') === true);
  } catch {
    return [];
  }
}

/**
 * The roots that a server is verified against when the kubeconfig names no certificate authority: the machine's, found as Go
 * finds them (SSL_CERT_FILE, SSL_CERT_DIR, the usual files), and those that Node brings.
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
 * How a server is verified: by the kubeconfig alone. NODE_TLS_REJECT_UNAUTHORIZED means nothing here, and a certificate that is
 * trusted ends the chain, as in Go: an intermediate or the server's own certificate may stand as certificate authority.
 *
 * @param given whether the kubeconfig names a certificate authority
 * @param skip `insecure-skip-tls-verify`
 */
export function verification(
  env: Env,
  given: boolean,
  skip: boolean,
): tls.SecureContextOptions & tls.ConnectionOptions {
  // Node would warn of what it is not asked to do.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  return {
    rejectUnauthorized: !skip,
    allowPartialTrustChain: true,
    checkServerIdentity: (host, certificate) =>
      !isIP(host) && isNamed(host, certificate) ? undefined : misnamed(host, certificate),
    ...(given || skip ? {} : { ca: machineRoots(env) }),
  };
}

/** Whether a certificate is one of that host by a DNS name, as Go compares them: a wildcard is a whole first label (crypto/x509, verify.go). */
function isNamed(host: string, { subjectaltname = '' }: tls.PeerCertificate): boolean {
  const labelsOf = (name: string): string[] => name.toLowerCase().split('.');
  const wanted = labelsOf(host.replace(/\.$/, ''));
  // A name in quotes has characters that no host name has.
  const names = [...subjectaltname.matchAll(/(?:^|, )DNS:([^",]+)/g)].map(([, name = '']) => labelsOf(name));
  return names.some(
    (labels) =>
      labels.length === wanted.length &&
      labels.every((label, index) => label === wanted[index] || (index === 0 && label === '*')),
  );
}

/** Why a certificate is not one of that host; undefined for an address that it names. */
function misnamed(host: string, certificate: tls.PeerCertificate): Error | undefined {
  // Without the subject: Go does not take its common name for a name of the server, as RFC 6125 has it.
  const error = tls.checkServerIdentity(host, { ...certificate, subject: {} as tls.Certificate });
  if (error || isIP(host)) return error;
  // Node takes `a*.example.com` for a wildcard.
  const message = `the host ${host} is not one of the certificate's names: ${certificate.subjectaltname}`;
  return Object.assign(new Error(message), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text that can be read, as Go takes them: OpenSSL passes over all that come after one that it cannot
 * read, without a word.
 */
export function readable(pem: string): string {
  const blocks = pem.match(BLOCK) ?? [];
  return blocks.length < 2 ? pem : blocks.filter(isReadable).join('\n');
}

function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== '';
  } catch {
    return false;
  }
}

/** Why a server may not know who asks. */
export interface CredentialTrouble {
  of: 'certificate' | 'token' | 'plain http';
  /** One part of a sentence. */
  why: string;
}

/** What is over by this machine's clock; the server decides, this only explains its refusal. */
export function expiry(
  certificate: tls.SecureContextOptions['cert'],
  expires = Infinity,
): CredentialTrouble | undefined {
  if (typeof certificate === 'string' || Buffer.isBuffer(certificate)) {
    const over = expiredOn(certificate);
    if (over !== undefined) return { of: 'certificate', why: `the client certificate expired on ${over}` };
  }
  if (expires >= Date.now()) return undefined;
  return { of: 'token', why: `the credential plugin's token expired on ${isoDay(expires)}` };
}
