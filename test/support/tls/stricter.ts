/** Where this program may refuse what kubectl accepts. */
export interface Reason {
  why: string;
  /** The code that its message names; for a kubeconfig that is not usable the program's own. */
  code: RegExp;
}

/** By the name that a cell has in `stricter`. Every one of them is used, or the test fails. */
export const STRICTER: Readonly<Record<string, Reason>> = {
  'any-purpose': {
    why: 'OpenSSL wants serverAuth among the purposes where there are any; "any purpose" is not enough',
    code: /\bINVALID_PURPOSE\b/,
  },
  'key-usage': {
    why: "OpenSSL wants a server's key to be one that may sign or be agreed on",
    code: /\bINVALID_PURPOSE\b/,
  },
  'version-1': {
    why: 'OpenSSL takes a certificate of version 1 for an authority only where it is a root',
    code: /\bINVALID_PURPOSE\b/,
  },
  'same-name': {
    why: 'OpenSSL tries only the first of several authorities of one name that have no key identifiers',
    code: /\bCERT_SIGNATURE_FAILURE\b/,
  },
  'chain-order': {
    why: 'Node shows the certificates that a server sent only as far as each is followed by its issuer',
    code: /\bUNABLE_TO_GET_ISSUER_CERT_LOCALLY\b/,
  },
  'empty-authority': {
    why: 'a certificate-authority that is an empty file names nobody; kubectl takes the roots of the machine then',
    code: /\bkubeconfig-invalid\b/,
  },
  'http-1': {
    why: 'this program speaks HTTP/1.1, which every API server does',
    code: /_ALERT_NO_APPLICATION_PROTOCOL\b/,
  },
};

/** Where this program accepts what kubectl refuses, by the name that a cell has in `wider`. */
export const WIDER: Readonly<Record<string, string>> = {
  'node-extra-ca-certs': "without a certificate-authority the roots that Node was given count beside the machine's",
};
