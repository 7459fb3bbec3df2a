import { readdirSync, readFileSync, readlinkSync, type Dirent } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import tls from 'node:tls';
import { certificatesIn } from './pem.js';

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
