import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate } from 'node:tls';
import { elements, extensionsOf, issuerNameOf, type Extension } from './der.js';
import { certificateOf } from './pem.js';

/** Purposes of a key (RFC 5280, 4.2.1.12). */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const ANY_PURPOSE = '2.5.29.37.0';
/** Key usage, alternative names, basic constraints, revocation lists, policies, purposes (crypto/x509, processExtensions). */
const KNOWN_TO_GO = /^551d(0f|11|13|1f|20|25)$/;
const NAME_CONSTRAINTS = '551d1e';
/** Constraints on mail addresses, DNS names, URIs and addresses. */
const CONSTRAINTS_KNOWN_TO_GO = [0x81, 0x82, 0x86, 0x87];
/** More certificates than any real chain has, so that a loop ends. */
const LONGEST = 20;

/** A reason for which Go refuses a chain that OpenSSL accepts, with OpenSSL's code for it. */
export interface ChainFault {
  code: 'UNHANDLED_CRITICAL_EXTENSION' | 'INVALID_PURPOSE' | 'INVALID_CA' | 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY';
  /** A clause for messages. */
  why: string;
}

/**
 * Checks a chain that OpenSSL has accepted by the rules in which Go is stricter (crypto/x509, verify.go). OpenSSL accepts a
 * certificate without basicConstraints as an authority if its key may sign certificates, accepts the purpose of Netscape's gated
 * cryptography for servers, and ignores critical extensions about policies. Signatures are checked again, because the server
 * influences which issuers Node lists.
 *
 * @param certificate the server's certificate, with the issuers that Node found
 * @param trusted the DER of all trusted certificates; each of them ends a chain
 * @throws a RangeError if a certificate is not DER, and errors of OpenSSL for one that it cannot read
 */
export function chainFault(certificate: DetailedPeerCertificate, trusted: readonly Buffer[]): ChainFault | undefined {
  let current = new X509Certificate(certificate.raw);
  let next: DetailedPeerCertificate | undefined = certificate.issuerCertificate;
  for (let length = 0; length < LONGEST; length += 1) {
    const own: X509Certificate = current;
    const fault = ownFault(own);
    if (fault) return fault;
    if (trusted.some((der) => der.equals(own.raw))) return undefined;
    const found = next?.raw && !next.raw.equals(own.raw) ? [next.raw] : [];
    const issuer = issuerOf(own, [...trusted, ...found]);
    if (!issuer) break;
    if (!mayIssue(issuer)) return { code: 'INVALID_CA', why: `${nameOf(issuer)} is not a certificate authority` };
    current = issuer;
    next = next?.issuerCertificate;
  }
  return { code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', why: `the issuer of ${nameOf(current)} is not trusted` };
}

/** The certificate that signed this one, if any. Only candidates that contain the issuer's name are parsed, because machines have many roots. */
function issuerOf(certificate: X509Certificate, candidates: readonly Buffer[]): X509Certificate | undefined {
  const name = issuerNameOf(certificate.raw);
  const named = candidates.filter((der) => der.includes(name)).map(certificateOf);
  return named.find((each) => each && certificate.checkIssued(each) && certificate.verify(each.publicKey));
}

/** Node puts each part of a subject on its own line, and an empty subject is undefined. */
const nameOf = ({ subject }: { subject?: string }): string =>
  `the certificate "${(subject ?? '').replaceAll('\n', ', ')}"`;

/** True for an authority by basicConstraints, and for a certificate without extensions, which OpenSSL accepts only as a root of version 1. */
function mayIssue(issuer: X509Certificate): boolean {
  return issuer.ca || extensionsOf(issuer.raw).size === 0;
}

function ownFault(certificate: X509Certificate): ChainFault | undefined {
  const purposes = certificate.keyUsage as string[] | undefined;
  if (purposes && !purposes.includes(SERVER_AUTH) && !purposes.includes(ANY_PURPOSE))
    return { code: 'INVALID_PURPOSE', why: `${nameOf(certificate)} is not for servers` };
  const unknown = [...extensionsOf(certificate.raw)].some(
    ([id, extension]) => extension.critical && !isKnown(id, extension),
  );
  if (!unknown) return undefined;
  return {
    code: 'UNHANDLED_CRITICAL_EXTENSION',
    why: `${nameOf(certificate)} has a critical extension that is not known`,
  };
}

function isKnown(id: string, { value }: Extension): boolean {
  if (id !== NAME_CONSTRAINTS) return KNOWN_TO_GO.test(id);
  const trees = elements(value)
    .flatMap((constraints) => elements(constraints.value))
    .flatMap((lists) => elements(lists.value));
  return trees
    .flatMap((tree) => elements(tree.value).slice(0, 1))
    .every(({ tag }) => CONSTRAINTS_KNOWN_TO_GO.includes(tag));
}
