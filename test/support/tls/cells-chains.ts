import { inGroup, served, type Cell } from './cell.js';
import {
  AUTHORITY,
  authority,
  EXPIRED,
  intermediate,
  leaf,
  LOOPBACK,
  namesake,
  NOT_YET,
  other,
  pem,
  root,
  second,
} from './pki.js';
import { basicConstraints, issuerKeyIdentifier, KEY_USAGE, keyIdentifier, keyUsage } from './extensions.js';
import { newKey, type Issued } from './x509.js';

const byRoot = leaf(root);
const byIntermediate = leaf(intermediate);
const bySecond = leaf(second);
const itself = leaf(undefined);

/** The key of the root, certified by another root. */
const voucher = authority('Root', { issuer: other });
const decoy = authority('Intermediate', { issuer: root, privateKey: namesake.privateKey });

const TRUSTED = {
  'the root': root,
  'the intermediate': intermediate,
  'the root and the intermediate': { certificate: pem(root, intermediate) },
  'another root': other,
  'a root of the same name': namesake,
};
type Trusted = Record<string, { certificate: string }>;
type Sent = Record<string, readonly { certificate: string }[]>;

/** Every way to send a chain with everything that a kubeconfig may trust. */
function product(
  what: string,
  own: typeof byRoot,
  sent: Sent,
  trusted: Trusted,
  stricter?: string,
): Omit<Cell, 'group'>[] {
  const bundles = {
    ...trusted,
    'its own certificate': own,
    'nobody of it, but two others': { certificate: pem(other, namesake) },
  };
  const roots = { ...bundles, 'several, with the root': { certificate: pem(other, root, namesake) } };
  return Object.entries(sent).flatMap(([along, certificates]) =>
    Object.entries(roots).map(([name, { certificate }]) => ({
      name: `${what}, sent ${along}; trusted: ${name}`,
      ...served(own, ...certificates),
      authority: certificate,
      stricter,
    })),
  );
}

/** An authority that was renewed keeps its name, and kubeconfigs hold both for a time. */
const renewed = [true, false].flatMap((withKeys): Omit<Cell, 'group'>[] => {
  const identified = (key: string): Issued =>
    authority('Cluster', {
      privateKey: newKey(),
      extensions: [...AUTHORITY, ...(withKeys ? [keyIdentifier(key)] : [])],
    });
  const [before, now] = [identified('before'), identified('now')];
  const own = leaf(now, { extensions: [LOOPBACK, ...(withKeys ? [issuerKeyIdentifier('now')] : [])] });
  const what = `an authority and its successor of the same name, ${withKeys ? 'with' : 'without'} identifiers of keys`;
  return [
    {
      name: `${what}, the old one first`,
      ...served(own),
      authority: pem(before, now),
      ...(!withKeys && { stricter: 'same-name' }),
    },
    { name: `${what}, the new one first`, ...served(own), authority: pem(now, before) },
    { name: `${what}, the old one alone`, ...served(own), authority: before.certificate },
  ];
});

/** What the server sends and what the kubeconfig trusts. */
export const chainCells = (): Cell[] =>
  inGroup('chains', [
    ...product('issued by the root', byRoot, { alone: [], 'with the root': [root] }, TRUSTED),
    ...product(
      'issued by an intermediate',
      byIntermediate,
      {
        alone: [],
        'with the intermediate': [intermediate],
        'with the whole chain': [intermediate, root],
        'with what is not of the chain before it': [other, byRoot, intermediate],
      },
      TRUSTED,
    ),
    ...product(
      'issued by a second intermediate',
      bySecond,
      {
        alone: [],
        'with one': [second],
        'with both': [second, intermediate],
      },
      { ...TRUSTED, 'the second intermediate': second },
    ),
    ...product(
      'issued by a second intermediate',
      bySecond,
      { 'with both in disorder': [intermediate, second] },
      { ...TRUSTED, 'the second intermediate': second },
      'chain-order',
    ),
    ...product('signed by itself', itself, { alone: [] }, TRUSTED),
    ...renewed,
    ...product(
      'issued by the root, which another root vouches for',
      byRoot,
      { 'with the voucher': [voucher] },
      TRUSTED,
      'same-name',
    ),
    ...product(
      'issued by an intermediate, whose root another root vouches for',
      byIntermediate,
      { 'with the voucher': [intermediate, voucher], 'with the voucher and that root': [intermediate, voucher, other] },
      TRUSTED,
      'same-name',
    ),
    ...product(
      'issued by an intermediate',
      byIntermediate,
      { 'with one of the same name before it': [decoy, intermediate], 'with one of the same name only': [decoy] },
      TRUSTED,
      'same-name',
    ),
  ]);

const below = (issuer: ReturnType<typeof authority>): ReturnType<typeof leaf> => leaf(issuer);
const issuer = (parts: Parameters<typeof authority>[1]): ReturnType<typeof authority> =>
  authority('Issuer', { issuer: root, ...parts });
const top = (parts: Parameters<typeof authority>[1]): ReturnType<typeof authority> => authority('Top', parts);
const NO_SIGNING = [basicConstraints(true), keyUsage(KEY_USAGE.listSigning)];
const ONLY_USAGE = [keyUsage(KEY_USAGE.certificateSigning)];
const NOT_AUTHORITY = [basicConstraints(false), keyUsage(KEY_USAGE.certificateSigning)];

const ISSUERS: Record<string, Parameters<typeof authority>[1]> = {
  'that has expired': { validity: EXPIRED },
  'that is not valid yet': { validity: NOT_YET },
  'without basicConstraints': { extensions: [] },
  'without basicConstraints, whose key may sign certificates': { extensions: ONLY_USAGE },
  'without basicConstraints, whose key may not': { extensions: [keyUsage(KEY_USAGE.digitalSignature)] },
  'that is no authority': { extensions: NOT_AUTHORITY },
  'whose key may not sign certificates': { extensions: NO_SIGNING },
  'of version 1': { version: 1 },
  'without keyUsage': { extensions: [basicConstraints(true)] },
  'of pathlen 0': { extensions: [basicConstraints(true, 0)] },
};

/** What makes a certificate one that may issue others. */
export function issuerCells(): Cell[] {
  const cells = Object.entries(ISSUERS).flatMap(([what, parts]) => {
    const [anchor, between] = [top(parts), issuer(parts)];
    const under = authority('Under', { issuer: anchor });
    return [
      { name: `a root ${what}`, ...served(below(anchor)), authority: anchor.certificate },
      { name: `a root ${what}, above an intermediate`, ...served(below(under), under), authority: anchor.certificate },
      { name: `an intermediate ${what}`, ...served(below(between), between), authority: root.certificate },
      {
        name: `an intermediate ${what}, trusted`,
        ...served(below(between)),
        authority: between.certificate,
        ...(parts?.version === 1 && { stricter: 'version-1' }),
      },
    ];
  });
  const short = top({ extensions: [basicConstraints(true, 0)] });
  const again = authority('Top', { issuer: short, privateKey: other.privateKey });
  const long = top({ extensions: [basicConstraints(true, 1)] });
  const one = authority('One', { issuer: long });
  const two = authority('Two', { issuer: one });
  const asAuthority = leaf(root);
  return inGroup('issuers', [
    ...cells,
    { name: 'pathlen 1, one intermediate', ...served(below(one), one), authority: long.certificate },
    { name: 'pathlen 1, two intermediates', ...served(below(two), two, one), authority: long.certificate },
    { name: 'pathlen 1, two intermediates, the first trusted', ...served(below(two), two), authority: one.certificate },
    {
      name: 'pathlen 0, and a new key of the same authority',
      ...served(below(again), again),
      authority: short.certificate,
    },
    {
      name: 'a server certificate that issues another',
      ...served(below(asAuthority), asAuthority),
      authority: root.certificate,
    },
    {
      name: 'a server certificate that issues another, trusted',
      ...served(below(asAuthority)),
      authority: asAuthority.certificate,
    },
  ]);
}
