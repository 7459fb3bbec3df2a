import { readdirSync, readFileSync } from 'node:fs';
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
    ...(bundle === undefined ? [] : [bundle]),
    ...folders.flatMap(folderRoots),
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
    // Without the subject: its common name is no name of the server in Go, as RFC 6125 has it.
    checkServerIdentity: (host, certificate) =>
      tls.checkServerIdentity(host, { ...certificate, subject: {} as tls.Certificate }),
    ...(given || skip ? {} : { ca: machineRoots(env) }),
  };
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
