import process from 'node:process';
import { inGroup, served, WEAK, type Cell } from './cell.js';
import { unknownCritical } from './extensions.js';
import { EXPIRED, intermediate, leaf, LOOPBACK, other, pem, root } from './pki.js';

const good = served(leaf(root));
const byIntermediate = served(leaf(intermediate), intermediate);
const FAULTS: Record<string, Partial<Cell> & Pick<Cell, 'chain' | 'key'>> = {
  'another root': { ...good, authority: other.certificate },
  'no root': good,
  'an expired certificate': { ...served(leaf(root, { validity: EXPIRED })), authority: root.certificate },
  'another name': { ...good, authority: root.certificate, cluster: { 'tls-server-name': 'api.example.test' } },
  'an unknown critical extension': {
    ...served(leaf(root, { extensions: [LOOPBACK, unknownCritical] })),
    authority: root.certificate,
  },
  'a signature with SHA-1': { ...served(leaf(root, { digest: 'sha1' })), server: WEAK, authority: root.certificate },
  'nothing newer than TLS 1.1': {
    ...good,
    server: { ...WEAK, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
    authority: root.certificate,
  },
};
const own = { own: root.certificate, foreign: other.certificate, both: pem(other, root) };
const IN_FOLDERS = { 'roots/any-name': own.own, 'others/foreign.pem': own.foreign };
const WEAKER_OPENSSL = [
  'openssl_conf = all',
  'nodejs_conf = all',
  '[all]',
  'ssl_conf = ssl',
  '[ssl]',
  'system_default = weak',
  '[weak]',
  'CipherString = DEFAULT:@SECLEVEL=0',
  'MinProtocol = TLSv1',
  '',
].join('\n');

/** Settings for Node that have it verify less, or by other roots. */
const NODE: Record<string, Pick<Cell, 'env' | 'files'>> = {
  'NODE_TLS_REJECT_UNAUTHORIZED=0': { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
  'NODE_OPTIONS=--tls-min-v1.0': { env: { NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0' } },
  OPENSSL_CONF: { env: { OPENSSL_CONF: 'DIR/openssl.cnf' }, files: { 'openssl.cnf': WEAKER_OPENSSL } },
  'NODE_OPTIONS=--openssl-config': {
    env: { NODE_OPTIONS: '--openssl-config=DIR/openssl.cnf --openssl-shared-config' },
    files: { 'openssl.cnf': WEAKER_OPENSSL },
  },
};

const ROOTS: Record<string, Pick<Cell, 'env' | 'files' | 'wider'>> = {
  'SSL_CERT_FILE with the root': { env: { SSL_CERT_FILE: 'DIR/ca' }, files: { ca: own.own } },
  'SSL_CERT_FILE with another root': { env: { SSL_CERT_FILE: 'DIR/ca' }, files: { ca: own.foreign } },
  'SSL_CERT_FILE with both': { env: { SSL_CERT_FILE: 'DIR/ca' }, files: { ca: own.both } },
  'SSL_CERT_FILE with both, a broken one between': {
    env: { SSL_CERT_FILE: 'DIR/ca' },
    files: { ca: `${own.foreign}-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${own.own}` },
  },
  'SSL_CERT_FILE that is not there': { env: { SSL_CERT_FILE: 'DIR/nothing' } },
  'SSL_CERT_FILE that is empty': { env: { SSL_CERT_FILE: 'DIR/ca' }, files: { ca: '' } },
  'SSL_CERT_DIR with the root': { env: { SSL_CERT_DIR: 'DIR/roots' }, files: IN_FOLDERS },
  'SSL_CERT_DIR with another root': { env: { SSL_CERT_DIR: 'DIR/others' }, files: IN_FOLDERS },
  'SSL_CERT_DIR of two': { env: { SSL_CERT_DIR: 'DIR/others:DIR/roots' }, files: IN_FOLDERS },
  'SSL_CERT_DIR that is not there': { env: { SSL_CERT_DIR: 'DIR/nothing' } },
  'SSL_CERT_DIR, the root in a folder below': { env: { SSL_CERT_DIR: 'DIR' }, files: IN_FOLDERS },
  'SSL_CERT_FILE with another root, SSL_CERT_DIR with the root': {
    env: { SSL_CERT_FILE: 'DIR/others/foreign.pem', SSL_CERT_DIR: 'DIR/roots' },
    files: IN_FOLDERS,
  },
  'NODE_EXTRA_CA_CERTS with the root': {
    env: { NODE_EXTRA_CA_CERTS: 'DIR/ca' },
    files: { ca: own.own },
    wider: 'node-extra-ca-certs',
  },
  'NODE_EXTRA_CA_CERTS with another root': { env: { NODE_EXTRA_CA_CERTS: 'DIR/ca' }, files: { ca: own.foreign } },
};

const allowed = (option: string): boolean => process.allowedNodeEnvironmentFlags.has(option);
const OPTIONS = ['--use-openssl-ca', '--use-bundled-ca', '--use-system-ca'].filter(allowed);

/** What the environment may and may not change. */
export function environmentCells(): Cell[] {
  const weaker = Object.entries(NODE).flatMap(([setting, more]) =>
    Object.entries(FAULTS).map(([fault, cell]) => ({ name: `${setting}: ${fault}`, ...cell, ...more })),
  );
  const roots = Object.entries(ROOTS).flatMap(([setting, { wider, ...more }]) => [
    { name: `${setting}, no certificate-authority`, ...good, ...more, wider },
    { name: `${setting}, no certificate-authority, an intermediate`, ...byIntermediate, ...more, wider },
    { name: `${setting}, certificate-authority another`, ...good, ...more, authority: other.certificate },
  ]);
  const options = OPTIONS.flatMap((option) => {
    const files = { ca: own.own };
    const env = { NODE_OPTIONS: option, SSL_CERT_FILE: 'DIR/ca' };
    return [
      { name: `NODE_OPTIONS=${option}, SSL_CERT_FILE with the root`, ...good, env, files },
      { name: `NODE_OPTIONS=${option}, no root`, ...good, env: { NODE_OPTIONS: option } },
      {
        name: `NODE_OPTIONS=${option}, certificate-authority another`,
        ...good,
        env,
        files,
        authority: other.certificate,
      },
    ];
  });
  return inGroup('environment', [...weaker, ...roots, ...options]);
}

/** What insecure-skip-tls-verify lets pass. */
export function skipCells(): Cell[] {
  const skip = { 'insecure-skip-tls-verify': true };
  const faults = Object.entries(FAULTS).flatMap(([fault, cell]) => [
    { name: fault, ...cell, authority: undefined, cluster: { ...cell.cluster, ...skip } },
    {
      name: `${fault}, with the root given`,
      ...cell,
      authority: root.certificate,
      cluster: { ...cell.cluster, ...skip },
      refusal: 'kubeconfig-invalid' as const,
    },
    {
      name: `${fault}, insecure-skip-tls-verify: false`,
      ...cell,
      cluster: { ...cell.cluster, 'insecure-skip-tls-verify': false },
    },
  ]);
  return inGroup('insecure-skip-tls-verify', faults);
}
