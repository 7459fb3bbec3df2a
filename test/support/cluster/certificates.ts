import { alternativeNames, basicConstraints, keyUsage } from '../tls/extensions.js';
import { issue, type Identity, type Validity } from '../tls/x509.js';

export type { Identity, Validity } from '../tls/x509.js';

interface Authority extends Identity {
  /** Issues a certificate for `127.0.0.1` and `localhost`, good for server and client. */
  issue(subject: string, validity?: Validity, names?: Names): Identity;
}

/** What a certificate says of the server beside its subject: nothing at all, or what its key may be used for (RFC 5280, 4.2.1.3). */
export interface Names {
  none?: true;
  keyUsage?: number;
}

/** A certificate authority of a test's own. */
export function certificateAuthority(subject: string): Authority {
  const authority = issue({ subject, extensions: [basicConstraints(true)] });
  return {
    certificate: authority.certificate,
    key: authority.key,
    issue(name, validity, { none, keyUsage: usages } = {}) {
      const names = none ? basicConstraints(false) : alternativeNames('DNS:localhost', 'IP:127.0.0.1');
      const usage = usages === undefined ? [] : [keyUsage(usages)];
      const { certificate, key } = issue({ subject: name, issuer: authority, validity, extensions: [names, ...usage] });
      return { certificate, key };
    },
  };
}
