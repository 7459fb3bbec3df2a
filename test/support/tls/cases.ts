import type { TlsOptions } from 'node:tls';
import type { Identity } from '../cluster/certificates.js';
import { ANY_PURPOSE, CLIENT_AUTH, selfSigned, SERVER_AUTH, type Issuer, type Saying } from './makers.js';

/** A server, what a kubeconfig says of it, and the environment of who asks it. */
export interface TlsCase {
  /** Its own certificate; `sent` follows it. */
  server: Identity;
  sent?: readonly string[];
  tls?: TlsOptions;
  /** The text of certificate-authority-data; none without it. */
  authority?: string;
  insecure?: true;
  serverName?: string;
  client?: Identity;
  /** Files by name, which the environment names as DIR/NAME. */
  files?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
}

const DAY_MS = 86_400_000;
const PAST = { from: new Date(Date.now() - 3 * DAY_MS), to: new Date(Date.now() - 2 * DAY_MS) };
const FUTURE = { from: new Date(Date.now() + 2 * DAY_MS), to: new Date(Date.now() + 3 * DAY_MS) };
const DIGITAL_SIGNATURE = 0x80;
const KEY_ENCIPHERMENT = 0x20;
const CERT_SIGN = 0x04;
const CRL_SIGN = 0x02;

const root = selfSigned();
const other = selfSigned({ subject: 'other' });
const good = root.issue();
const under = (issuer: Issuer, saying?: Saying): TlsCase => ({
  server: issuer.issue(saying),
  authority: issuer.certificate,
});
const says = (saying: Saying): TlsCase => under(root, saying);
/** Under an intermediate that is sent, with the root as authority. */
function chained(top: Issuer, middle: Saying, leaf: Saying = {}): TlsCase {
  const intermediate = top.issue({ authority: true, ...middle });
  return { server: intermediate.issue(leaf), sent: [intermediate.certificate], authority: top.certificate };
}
const intermediate = root.issue({ authority: true });
const below = intermediate.issue();
const alone = selfSigned({ authority: false, subject: 'alone', names: ['localhost', [127, 0, 0, 1]] });
const trusting = (authority: string): TlsCase => ({ server: good, authority });
const asking = (client: Identity | undefined, ca = root.certificate): TlsCase => ({
  server: good,
  authority: root.certificate,
  tls: { requestCert: true, rejectUnauthorized: true, ca },
  ...(client && { client }),
});
const clientBelow = intermediate.issue({ subject: 'me', names: [] });
const withEnv = (env: Record<string, string>, more: Partial<TlsCase> = {}): TlsCase => ({
  server: good,
  files: { 'root.crt': root.certificate, 'other.crt': other.certificate },
  env,
  ...more,
});

const BROKEN = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

/** Every case by its name. */
export const TLS_CASES: Readonly<Record<string, TlsCase>> = {
  'a good certificate': trusting(root.certificate),
  'the key is EC P-384': says({ key: 'P-384' }),
  'the key is RSA 2048': says({ key: 'RSA 2048' }),
  'the key is RSA 1024': says({ key: 'RSA 1024' }),
  'the key is Ed25519': says({ key: 'Ed25519' }),
  'the root is RSA 2048': under(selfSigned({ key: 'RSA 2048' })),
  'the root is RSA 1024': under(selfSigned({ key: 'RSA 1024' })),
  'the root is Ed25519': under(selfSigned({ key: 'Ed25519' })),
  'signed with SHA-1, RSA': under(selfSigned({ key: 'RSA 2048' }), { digest: 'sha1' }),
  'signed with SHA-1, EC': says({ digest: 'sha1' }),
  'a root that is signed with SHA-1': under(selfSigned({ key: 'RSA 2048', digest: 'sha1' })),

  expired: says(PAST),
  'not valid yet': says(FUTURE),
  'the root expired': under(selfSigned(PAST)),
  'the intermediate expired': chained(root, PAST),

  'names: DNS only, asked by address': says({ names: ['localhost'] }),
  'names: the address only': says({ names: [[127, 0, 0, 1]] }),
  'names: the address as a DNS name': says({ names: ['127.0.0.1'] }),
  'names: another': says({ names: ['example.test'] }),
  'names: none, a common name': says({ names: [], subject: '127.0.0.1' }),
  'tls-server-name: right': { ...says({ names: ['api.example.test'] }), serverName: 'api.example.test' },
  'tls-server-name: in capitals': { ...says({ names: ['API.Example.test'] }), serverName: 'api.example.TEST' },
  'tls-server-name: wrong': { ...trusting(root.certificate), serverName: 'api.example.test' },
  'tls-server-name: the common name': { ...says({ names: [], subject: 'api' }), serverName: 'api' },
  'tls-server-name: a wildcard': { ...says({ names: ['*.example.test'] }), serverName: 'api.example.test' },
  'tls-server-name: a wildcard, two levels': {
    ...says({ names: ['*.example.test'] }),
    serverName: 'a.api.example.test',
  },
  'tls-server-name: a wildcard, none': { ...says({ names: ['*.example.test'] }), serverName: 'example.test' },
  'tls-server-name: a wildcard within a label': {
    ...says({ names: ['a*.example.test'] }),
    serverName: 'api.example.test',
  },
  'tls-server-name: a wildcard of a top level': { ...says({ names: ['*.test'] }), serverName: 'api.test' },

  'purposes: server': says({ purposes: [SERVER_AUTH] }),
  'purposes: client': says({ purposes: [CLIENT_AUTH] }),
  'purposes: both': says({ purposes: [CLIENT_AUTH, SERVER_AUTH] }),
  'purposes: any': says({ purposes: [ANY_PURPOSE] }),
  'usage: digital signature': says({ usage: DIGITAL_SIGNATURE }),
  'usage: key encipherment, EC': says({ usage: KEY_ENCIPHERMENT }),
  'usage: key encipherment, RSA': says({ key: 'RSA 2048', usage: KEY_ENCIPHERMENT }),
  'usage: lists of revocations': says({ usage: CRL_SIGN }),
  'an unknown critical extension': says({ unknownCritical: true }),
  'the server is an authority itself': says({
    authority: true,
    subject: 'server',
    names: ['localhost', [127, 0, 0, 1]],
  }),

  'the root is not an authority': under(selfSigned({ authority: false })),
  'the root has no basic constraints': under(selfSigned({ authority: 'none' })),
  'the root may sign certificates': under(selfSigned({ usage: CERT_SIGN })),
  'the root may not sign certificates': under(selfSigned({ usage: DIGITAL_SIGNATURE })),
  'the root is for clients only': under(selfSigned({ purposes: [CLIENT_AUTH] })),
  'the intermediate is not an authority': chained(root, { authority: false }),
  'the intermediate is for clients only': chained(root, { purposes: [CLIENT_AUTH] }),
  'the intermediate is for servers only': chained(root, { purposes: [SERVER_AUTH] }),
  'path length 0, a server': under(selfSigned({ pathLength: 0 })),
  'path length 0, an intermediate': chained(selfSigned({ pathLength: 0 }), {}),
  'path length 1, an intermediate': chained(selfSigned({ pathLength: 1 }), {}),
  'names permitted': under(selfSigned({ permitted: ['localhost'] })),
  'names permitted: others': under(selfSigned({ permitted: ['example.test'] })),
  'names permitted: those above': {
    ...under(selfSigned({ permitted: ['example.test'] }), { names: ['api.example.test'] }),
    serverName: 'api.example.test',
  },
  'names excluded': under(selfSigned({ excluded: ['localhost'] })),
  'names excluded: others': under(selfSigned({ excluded: ['example.test'] })),
  'names permitted by an intermediate: others': chained(root, { permitted: ['example.test'] }),

  'authority: the root, the intermediate sent': chained(root, {}),
  'authority: the root, the intermediate not sent': { server: below, authority: root.certificate },
  'authority: the intermediate': { server: below, authority: intermediate.certificate },
  'authority: the intermediate, which is sent too': {
    server: below,
    sent: [intermediate.certificate],
    authority: intermediate.certificate,
  },
  'authority: the server itself': trusting(good.certificate),
  'authority: the server itself, below an intermediate': { server: below, authority: below.certificate },
  'authority: the server itself, which signed itself': { server: alone, authority: alone.certificate },
  'authority: the server itself, expired': (({ server }) => ({ server, authority: server.certificate }))(says(PAST)),
  'authority: another': trusting(other.certificate),
  'authority: another of the same name': trusting(selfSigned().certificate),
  'authority: another, the server signed itself': { server: alone, authority: other.certificate },
  'authority: another, the root sent': { server: good, sent: [root.certificate], authority: other.certificate },
  'authority: a bundle': trusting(other.certificate + root.certificate),
  'authority: a bundle with text between': trusting(`# other\n${other.certificate}\nroot = \n${root.certificate}end\n`),
  'authority: with carriage returns': trusting(root.certificate.replaceAll('\n', '\r\n')),
  'authority: without a line break at the end': trusting(root.certificate.trimEnd()),
  'authority: indented': trusting(root.certificate.replaceAll(/^/gm, '  ')),
  'authority: a key before it': trusting(root.key + root.certificate),
  'authority: a broken certificate before it': trusting(BROKEN + root.certificate),
  'authority: a broken certificate alone': trusting(BROKEN),
  'authority: only text': trusting('no certificate\n'),
  'authority: cut off': trusting(root.certificate.slice(0, 200)),
  'authority: the intermediate too, not sent': {
    server: below,
    authority: root.certificate + intermediate.certificate,
  },

  'insecure, no authority': { server: good, insecure: true },
  'insecure, expired': { server: says(PAST).server, insecure: true },
  'insecure, and an authority': { server: good, insecure: true, authority: root.certificate },

  'no authority': { server: good },
  'no authority, SSL_CERT_FILE': withEnv({ SSL_CERT_FILE: 'DIR/root.crt' }),
  'no authority, SSL_CERT_FILE of another': withEnv({ SSL_CERT_FILE: 'DIR/other.crt' }),
  'no authority, SSL_CERT_FILE that is missing': withEnv({ SSL_CERT_FILE: 'DIR/missing.crt' }),
  'no authority, SSL_CERT_FILE with a broken certificate first': withEnv(
    { SSL_CERT_FILE: 'DIR/broken.crt' },
    { files: { 'broken.crt': BROKEN + root.certificate } },
  ),
  'no authority, SSL_CERT_DIR': withEnv({ SSL_CERT_DIR: 'DIR' }),
  'no authority, SSL_CERT_DIR of two': withEnv({ SSL_CERT_DIR: '/nowhere:DIR' }),
  'no authority, NODE_EXTRA_CA_CERTS': withEnv({ NODE_EXTRA_CA_CERTS: 'DIR/root.crt' }),
  'another authority, SSL_CERT_FILE': withEnv({ SSL_CERT_FILE: 'DIR/root.crt' }, { authority: other.certificate }),
  'another authority, SSL_CERT_DIR': withEnv({ SSL_CERT_DIR: 'DIR' }, { authority: other.certificate }),
  'another authority, NODE_EXTRA_CA_CERTS': withEnv(
    { NODE_EXTRA_CA_CERTS: 'DIR/root.crt' },
    { authority: other.certificate },
  ),
  'another authority, NODE_TLS_REJECT_UNAUTHORIZED=0': withEnv(
    { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    { authority: other.certificate },
  ),
  'another authority, OpenSSL told to trust': withEnv(
    { NODE_OPTIONS: '--use-openssl-ca', SSL_CERT_FILE: 'DIR/root.crt' },
    { authority: other.certificate },
  ),

  'TLS 1.1 at most': {
    ...trusting(root.certificate),
    tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
  },
  'TLS 1.1 at most, NODE_OPTIONS=--tls-min-v1.0': {
    ...trusting(root.certificate),
    tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
    env: { NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=DEFAULT:@SECLEVEL=0' },
  },
  'TLS 1.2 only': { ...trusting(root.certificate), tls: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } },
  'TLS 1.3 only': { ...trusting(root.certificate), tls: { minVersion: 'TLSv1.3' } },

  'client: none, but it is required': asking(undefined),
  'client: EC': asking(root.issue({ subject: 'me', names: [] })),
  'client: RSA': asking(root.issue({ subject: 'me', names: [], key: 'RSA 2048' })),
  'client: Ed25519': asking(root.issue({ subject: 'me', names: [], key: 'Ed25519' })),
  'client: expired': asking(root.issue({ subject: 'me', names: [], ...PAST })),
  'client: of another authority': asking(other.issue({ subject: 'me', names: [] })),
  'client: the key of another': asking({ certificate: good.certificate, key: below.key }),
  'client: with its intermediate': asking({
    certificate: clientBelow.certificate + intermediate.certificate,
    key: clientBelow.key,
  }),
  'client: without its intermediate': asking(clientBelow),
  'client: the key before the certificate': asking({ certificate: good.key + good.certificate, key: good.key }),
  'client: no key in the key': asking({ certificate: good.certificate, key: good.certificate }),
};
