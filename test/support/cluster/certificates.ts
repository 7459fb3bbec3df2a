import { selfSigned } from '../tls/makers.js';

/** A certificate with its key, both PEM. */
export interface Identity {
  certificate: string;
  key: string;
}

interface Authority extends Identity {
  /** Issues a certificate for `127.0.0.1` and `localhost`, good for server and client. */
  issue(subject: string, validity?: Validity, names?: Names): Identity;
}

/** What a certificate says of the server beside its subject: nothing at all, or what its key may be used for (RFC 5280, 4.2.1.3). */
export interface Names {
  none?: true;
  keyUsage?: number;
}

export interface Validity {
  from: Date;
  to: Date;
}

/** A certificate authority of a test's own. */
export function certificateAuthority(subject: string): Authority {
  const root = selfSigned({ subject });
  return {
    certificate: root.certificate,
    key: root.key,
    issue: (name, validity = undefined, { none, keyUsage } = {}) =>
      root.issue({ subject: name, ...validity, ...(none && { names: [] }), usage: keyUsage }),
  };
}
