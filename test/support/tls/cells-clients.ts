import { createPrivateKey } from 'node:crypto';
import { inGroup, served, WEAK, type Cell } from './cell.js';
import { basicConstraints, purposes } from './extensions.js';
import { authority, EXPIRED, leaf, other, pem, root } from './pki.js';
import { issue, newKey, type Certificate, type Issued, type KeyKind } from './x509.js';

const people = authority('People');
const between = authority('Some people', { issuer: people });
const person = (issuer: Issued | undefined, parts: Partial<Certificate> = {}): Issued =>
  issue({ subject: 'me', issuer, extensions: [basicConstraints(false), purposes('client')], ...parts });

const me = person(people);
const KINDS: KeyKind[] = ['P-256', 'P-384', 'Ed25519', 'RSA 2048'];
const rsa = newKey('RSA 2048');
const old = (key: Issued['privateKey'], type: 'pkcs1' | 'sec1'): string =>
  key.export({ type, format: 'pem' }) as string;
const locked = createPrivateKey(me.key).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'secret',
}) as string;
const withParameters = `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n`;

interface Shown {
  certificate?: string;
  key?: string;
  refusal?: Cell['refusal'];
}
const INVALID: Cell['refusal'] = 'kubeconfig-invalid';
const UNKNOWN: Cell['refusal'] = 'unauthenticated';
/** A server in Node hangs up without a word on a certificate that it does not take. */
const HUNG_UP: Cell['refusal'] = 'unreachable';
const SHOWN: Record<string, Shown> = {
  'that belongs together': me,
  'without its key': { certificate: me.certificate, refusal: INVALID },
  'with the key of another': { certificate: me.certificate, key: other.key, refusal: INVALID },
  'with a key of another kind': {
    certificate: me.certificate,
    key: rsa.export({ type: 'pkcs8', format: 'pem' }) as string,
    refusal: INVALID,
  },
  'with an encrypted key': { certificate: me.certificate, key: locked, refusal: INVALID },
  'with a key that is none': { certificate: me.certificate, key: 'key\n', refusal: INVALID },
  'that is none': { certificate: 'certificate\n', key: me.key, refusal: INVALID },
  'that is a key': { certificate: me.key, key: me.key, refusal: INVALID },
  'in one file with its key': { certificate: pem(me) + me.key, key: pem(me) + me.key },
  'in one file with its key before it': { certificate: me.key + pem(me), key: me.key + pem(me) },
  'with the line ends of Windows': {
    certificate: me.certificate.replaceAll('\n', '\r\n'),
    key: me.key.replaceAll('\n', '\r\n'),
  },
  'after other text': { certificate: `Subject: CN=me\n${me.certificate}`, key: `Key of me\n${me.key}` },
  'with a key in SEC1': { certificate: me.certificate, key: old(me.privateKey, 'sec1') },
  'with a key in SEC1 after its parameters': {
    certificate: me.certificate,
    key: withParameters + old(me.privateKey, 'sec1'),
  },
  'with a key in PKCS #1': { certificate: person(people, { privateKey: rsa }).certificate, key: old(rsa, 'pkcs1') },
  'that has expired': { ...person(people, { validity: EXPIRED }), refusal: UNKNOWN },
  'for servers only': { ...person(people, { extensions: [purposes('server')] }), refusal: HUNG_UP },
  'of another authority': { ...person(other), refusal: HUNG_UP },
  'signed by itself': { ...person(undefined), refusal: HUNG_UP },
  'of an intermediate, alone': { ...person(between), refusal: HUNG_UP },
  'of an intermediate, with it': chain(person(between), between),
  'of an intermediate, with the whole chain': chain(person(between), between, people),
  'of an intermediate, in disorder': { ...chain(between, person(between)), key: me.key, refusal: INVALID },
  ...Object.fromEntries(KINDS.map((key) => [`of ${key}`, person(people, { key })])),
};

function chain(own: Issued, ...along: Issued[]): Shown {
  return { certificate: pem(own, ...along), key: own.key };
}

const data = (text: string | undefined): string | undefined => text && Buffer.from(text).toString('base64');

/** Client certificates, before servers that demand one, that would take one, and that never ask. */
export function clientCells(): Cell[] {
  const server = served(leaf(root));
  const ASKS: Record<string, Cell['server']> = {
    'demanded, TLS 1.3': { ...WEAK, requestCert: true, rejectUnauthorized: true, ca: people.certificate },
    'demanded, TLS 1.2': {
      ...WEAK,
      requestCert: true,
      rejectUnauthorized: true,
      ca: people.certificate,
      maxVersion: 'TLSv1.2',
    },
    'not asked for': {},
  };
  const cells = Object.entries(ASKS).flatMap(([asked, options]) =>
    Object.entries(SHOWN).map(([what, { certificate, key, refusal }]) => ({
      name: `${asked}: one ${what}`,
      ...server,
      server: options,
      authority: root.certificate,
      user: { token: 'secret-token', 'client-certificate-data': data(certificate), 'client-key-data': data(key) },
      refusal,
    })),
  );
  const impostor = { ...served(leaf(other)), server: ASKS['demanded, TLS 1.2'], authority: root.certificate };
  const user = { 'client-certificate-data': data(me.certificate), 'client-key-data': data(me.key) };
  const nothing = Object.entries(ASKS).map(([asked, options]) => ({
    name: `${asked}: none`,
    ...server,
    server: options,
    authority: root.certificate,
    refusal: asked.endsWith('1.3') ? UNKNOWN : undefined,
  }));
  return inGroup('client certificates', [...cells, ...nothing, { name: 'demanded by an impostor', ...impostor, user }]);
}
