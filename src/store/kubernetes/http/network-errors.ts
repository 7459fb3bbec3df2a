import type { Code, Failure } from '../../../model/failure.js';
import { doubtOf, fail, LOG_IN, sentence, type Situation } from './errors.js';
import type { TransportError } from './exchange.js';

const TLS =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|EPROTO$|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH|CRL_)/;
/** Hints for what Go, and so kubectl, accepts but OpenSSL or Node refuses, by the code of the error. */
const WEAK = 'OpenSSL refuses short keys and old digests that kubectl may accept: issue the certificate again.';
const STRICTER: Readonly<Record<string, string>> = {
  EE_KEY_TOO_SMALL: WEAK,
  CA_KEY_TOO_SMALL: WEAK,
  CA_MD_TOO_WEAK: WEAK,
  INVALID_PURPOSE:
    'OpenSSL checks key usages that kubectl may ignore: issue the certificate again with keyUsage digitalSignature and extendedKeyUsage serverAuth.',
  CERT_SIGNATURE_FAILURE:
    "Check the cluster's certificate-authority in the kubeconfig. Unlike kubectl, OpenSSL tries only the first of several authorities of the same name without key identifiers.",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "Check the cluster's certificate-authority in the kubeconfig, and that the server sends its intermediate certificates. Unlike kubectl, Node needs them in order.",
};
/** Hints for handshakes that fail before the verification of certificates, by the code of the error. */
const HANDSHAKE: readonly [RegExp, string][] = [
  [/_ALERT_NO_APPLICATION_PROTOCOL$/, 'The server must accept HTTP/1.1; kubectl may use HTTP/2 here.'],
  [/_ALERT_PROTOCOL_VERSION$|_UNSUPPORTED_PROTOCOL$/, 'The server must accept TLS 1.2 or later, for kubectl too.'],
  [/_ALERT_HANDSHAKE_FAILURE$/, 'The server may demand a client certificate: check the user entry in the kubeconfig.'],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG)$/,
    'The server does not speak TLS: check the scheme and the port of the server URL.',
  ],
];

/**
 * The server refused our certificate. With TLS 1.3 the refusal may arrive after the request was sent, but the server has not read
 * the request then.
 */
const REFUSED_CERTIFICATE =
  /^ERR_SSL_[\w/]+_ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA|ACCESS_DENIED)$/;

/** Words for the most common codes. For any other code the code itself is shown. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused (ECONNREFUSED)',
  ECONNRESET: 'connection reset (ECONNRESET)',
  ENOTFOUND: 'no such host (ENOTFOUND)',
  EAI_AGAIN: 'the DNS server does not answer (EAI_AGAIN)',
  EHOSTUNREACH: 'no route to the host (EHOSTUNREACH)',
  ETIMEDOUT: 'the connection timed out (ETIMEDOUT)',
};

/** True if the request failed because the server's certificate could not be verified, or because TLS could not be established. */
export const isUntrusted = (error: TransportError): boolean =>
  error.unverified || TLS.test(error.code) || error.code in STRICTER;

/** The failure for a request without a complete answer. */
export function fromTransport(at: Situation, error: TransportError): Failure {
  const doubt = error.sent ? doubtOf(at) : undefined;
  const make = (code: Code, what: string, hint?: string, brief = what): Failure =>
    fail(at, code, what, { hint, ...doubt, brief, cause: error });

  if (error.trouble === 'aborted') return make('interrupted', 'the request was interrupted');
  if (error.trouble === 'timeout') {
    return make(
      'request-timeout',
      `the server did not answer within ${at.timeoutMs / 1000} s`,
      'Check the server and the network, or raise --request-timeout.',
    );
  }
  if (error.trouble === 'too-large')
    return make('bad-response', `the server's answer is too large`, 'Ask for less: one namespace, or a selector.');
  if (error.trouble === 'cut' && at.verb !== 'watch') {
    return make('bad-response', `the server's answer was cut off`, 'Try again; check any proxy in between.');
  }
  // A server that refuses a certificate often resets the connection before the client has received the reason.
  const isExpired =
    at.credentialTrouble?.of === 'certificate' && error.trouble === 'network' && error.code === 'ECONNRESET';
  if (REFUSED_CERTIFICATE.test(error.code) || isExpired) {
    const why = at.credentialTrouble?.why ?? `the server refused the client certificate (${error.code})`;
    return fail(at, 'unauthenticated', `authentication failed: ${why}`, { hint: LOG_IN, cause: error });
  }
  if (isUntrusted(error)) {
    const words = error.openSslReason ?? error.message.split('\n')[0] ?? '';
    const handshake = HANDSHAKE.find(([code]) => code.test(error.code))?.[1];
    return make(
      'tls',
      `cannot establish a trusted TLS connection: ${sentence(words)} (${error.code})`,
      STRICTER[error.code] ?? handshake ?? "Check the cluster's certificate-authority in the kubeconfig.",
    );
  }
  if (error.code.startsWith('ERR_OSSL') || error.code === 'ERR_INVALID_CHAR') {
    return make(
      'kubeconfig-invalid',
      `the certificate, key or token of the user cannot be used: ${error.code}`,
      'Check the user and cluster entries with: kubectl config view',
    );
  }
  if (error.code.startsWith('HPE_')) {
    return make(
      'bad-response',
      `the server does not speak HTTP: ${sentence(error.message)}`,
      'Check the server URL of the context.',
    );
  }
  const why = WORDS[error.code] ?? (error.code || sentence(error.message));
  return make(
    'unreachable',
    `the server cannot be reached: ${why}`,
    'Check that the cluster is running and that the server URL is correct.',
    why,
  );
}
