import { inGroup, served, WEAK, type Cell } from './cell.js';
import {
  alternativeNames,
  basicConstraints,
  KEY_USAGE,
  keyUsage,
  nameConstraints,
  policyConstraints,
  purposes,
  unknownCritical,
  unknownOptional,
} from './extensions.js';
import { authority, AUTHORITY, EXPIRED, leaf, LOOPBACK, NOT_YET, root } from './pki.js';
import type { Certificate } from './x509.js';

type Parts = Partial<Certificate>;
const SERVER = purposes('server');
const usage = (...names: (keyof typeof KEY_USAGE)[]): Buffer =>
  keyUsage(names.reduce((all, name) => all | KEY_USAGE[name], 0));

const LEAVES: Record<string, Parts & Pick<Cell, 'stricter'>> = {
  'that is right': {},
  'that has expired': { validity: EXPIRED },
  'that is not valid yet': { validity: NOT_YET },
  'for clients only': { extensions: [LOOPBACK, purposes('client')] },
  'for servers and clients': { extensions: [LOOPBACK, purposes('server', 'client')] },
  'for no purpose in particular': { extensions: [LOOPBACK] },
  'for any purpose': { extensions: [LOOPBACK, purposes('any')], stricter: 'any-purpose' },
  'for any purpose and for servers': { extensions: [LOOPBACK, purposes('any', 'server')] },
  'for signing code': { extensions: [LOOPBACK, purposes('codeSigning')] },
  'for gated cryptography': { extensions: [LOOPBACK, purposes('netscapeGatedCrypto')] },
  'whose key may encipher keys': { extensions: [LOOPBACK, usage('keyEncipherment')] },
  'whose key of RSA may encipher keys': { key: 'RSA 2048', extensions: [LOOPBACK, usage('keyEncipherment')] },
  'whose key may sign': { extensions: [LOOPBACK, usage('digitalSignature')] },
  'whose key may sign certificates only': {
    extensions: [LOOPBACK, usage('certificateSigning')],
    stricter: 'key-usage',
  },
  'whose key may sign lists only': { extensions: [LOOPBACK, usage('listSigning')], stricter: 'key-usage' },
  'with an unknown critical extension': { extensions: [LOOPBACK, SERVER, unknownCritical] },
  'with an unknown extension': { extensions: [LOOPBACK, SERVER, unknownOptional] },
  'that is an authority': { extensions: [LOOPBACK, SERVER, basicConstraints(true)] },
  'that is no authority': { extensions: [LOOPBACK, SERVER, basicConstraints(false)] },
  'of version 1': { version: 1 },
  'signed with SHA-1': { digest: 'sha1' },
};

/** What a server's certificate says of itself, issued by a trusted root, and trusted itself. */
export function leafCells(): Cell[] {
  const cells = Object.entries(LEAVES).flatMap(([what, { stricter, ...parts }]) => {
    const [issued, own] = [leaf(root, parts), leaf(undefined, parts)];
    const shared = { server: WEAK, stricter };
    return [
      { name: `one ${what}`, ...served(issued), authority: root.certificate, ...shared },
      { name: `one ${what}, trusted`, ...served(issued), authority: issued.certificate, ...shared },
      { name: `one ${what}, signed by itself, trusted`, ...served(own), authority: own.certificate, ...shared },
    ];
  });
  return inGroup('server certificates', cells);
}

const ABOVE: Record<string, Parts & Pick<Cell, 'stricter' | 'wider'>> = {
  'for servers': { extensions: [...AUTHORITY, SERVER] },
  'for clients only': { extensions: [...AUTHORITY, purposes('client')] },
  'for any purpose': { extensions: [...AUTHORITY, purposes('any')], stricter: 'any-purpose' },
  'for gated cryptography': { extensions: [...AUTHORITY, purposes('netscapeGatedCrypto')] },
  'with an unknown critical extension': { extensions: [...AUTHORITY, unknownCritical] },
  'with a critical constraint of policies': { extensions: [...AUTHORITY, policyConstraints] },
  'signed with SHA-1': { digest: 'sha1' },
  'of a key of RSA 1024': { key: 'RSA 1024' },
};

/** What stands in the certificates above the server's. */
export function aboveCells(): Cell[] {
  const cells = Object.entries(ABOVE).flatMap(([what, { stricter, ...parts }]) => {
    const [anchor, between] = [authority('Top', parts), authority('Issuer', { issuer: root, ...parts })];
    const shared = { server: WEAK, stricter };
    return [
      { name: `a root ${what}`, ...served(leaf(anchor)), authority: anchor.certificate, ...shared },
      { name: `an intermediate ${what}`, ...served(leaf(between), between), authority: root.certificate, ...shared },
      { name: `an intermediate ${what}, trusted`, ...served(leaf(between)), authority: between.certificate, ...shared },
    ];
  });
  return inGroup('certificates above', cells);
}

const ADDRESSES = { own: 'IP:127.0.0.0/255.0.0.0', foreign: 'IP:10.0.0.0/255.0.0.0' };
const API = 'DNS:api.example.test';
/** Constraints, the names of the server's certificate, and the name that is asked for; the address where none is. */
const CONSTRAINED: [permitted: string[], excluded: string[], names: string[], server?: string][] = [
  [['DNS:example.test'], [], [API], 'api.example.test'],
  [['DNS:example.test'], [], ['DNS:example.test'], 'example.test'],
  [['DNS:.example.test'], [], [API], 'api.example.test'],
  [['DNS:.example.test'], [], ['DNS:example.test'], 'example.test'],
  [['DNS:other.test'], [], [API], 'api.example.test'],
  [['DNS:ample.test'], [], [API], 'api.example.test'],
  [['DNS:EXAMPLE.test'], [], [API], 'api.example.test'],
  [['DNS:example.test'], [], ['DNS:*.example.test'], 'api.example.test'],
  [['DNS:example.test'], [], [API, 'DNS:elsewhere.test'], 'api.example.test'],
  [['DNS:example.test'], ['DNS:api.example.test'], [API], 'api.example.test'],
  [[], ['DNS:example.test'], [API], 'api.example.test'],
  [[], ['DNS:other.test'], [API], 'api.example.test'],
  [[], ['DNS:api.example.test'], ['DNS:*.example.test'], 'api.example.test'],
  [['DNS:example.test'], [], ['IP:127.0.0.1']],
  [[ADDRESSES.own], [], ['IP:127.0.0.1']],
  [[ADDRESSES.foreign], [], ['IP:127.0.0.1']],
  [[ADDRESSES.foreign], [], [API], 'api.example.test'],
  [[], [ADDRESSES.own], ['IP:127.0.0.1']],
  [[], [ADDRESSES.foreign], ['IP:127.0.0.1']],
  [['CN:kube-apiserver'], [], ['IP:127.0.0.1']],
  [['CN:somebody else'], [], ['IP:127.0.0.1']],
  [['DNS:example.test'], [], [], 'kube-apiserver'],
];

/** Which names an authority may give. */
export function constraintCells(): Cell[] {
  const cells = CONSTRAINED.flatMap(([permitted, excluded, names, server]) => {
    const parts = { extensions: [...AUTHORITY, nameConstraints(permitted, excluded)] };
    const [anchor, between] = [authority('Top', parts), authority('Issuer', { issuer: root, ...parts })];
    const under = authority('Under', { issuer: anchor });
    const own = { extensions: names.length === 0 ? [] : [alternativeNames(...names)] };
    const what = `permitted ${permitted.join(' ') || 'all'}, excluded ${excluded.join(' ') || 'none'}, for ${names.join(' ') || 'no name'}`;
    const cluster = server === undefined ? {} : { 'tls-server-name': server };
    return [
      { name: `${what}, by a root`, ...served(leaf(anchor, own)), authority: anchor.certificate, cluster },
      {
        name: `${what}, by a root above`,
        ...served(leaf(under, own), under),
        authority: anchor.certificate,
        cluster,
      },
      {
        name: `${what}, by an intermediate`,
        ...served(leaf(between, own), between),
        authority: root.certificate,
        cluster,
      },
    ];
  });
  return inGroup('name constraints', cells);
}
