import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { certificateAuthority, type Identity, type Validity } from '../cluster/certificates.js';

/** What Skupper gives the router of a system site and its clients: certificates of one authority. */
export interface SiteCertificates {
  /** PEM of the authority. */
  authority: string;
  server: Identity;
  client: Identity;
}

export interface SiteFilesOptions {
  namespace?: string;
  /** Of the client certificate. */
  validity?: Validity;
}

/** Writes the client certificate where Skupper puts it, and returns it with those of the router. */
export function siteCertificates(home: string, { namespace, validity }: SiteFilesOptions = {}): SiteCertificates {
  const authority = certificateAuthority('skupper-local-ca');
  const server = authority.issue('skupper-local-server');
  const client = authority.issue('skupper-local-client', validity);
  const certificates: [string, string][] = [
    ['ca.crt', authority.certificate],
    ['tls.crt', client.certificate],
    ['tls.key', client.key],
  ];
  for (const [name, text] of certificates) put(home, namespace, text, 'certs', 'skupper-local-client', name);
  return { authority: authority.certificate, server, client };
}

/** Writes on which port the router of a site takes clients of this machine, as Skupper does at every start. */
export function siteAccess(home: string, port: number, { namespace }: SiteFilesOptions = {}): void {
  const text = `apiVersion: skupper.io/v2alpha1\nkind: RouterAccess\nmetadata:\n  name: skupper-local\nspec:\n  roles:\n  - name: normal\n    port: ${port}\n`;
  put(home, namespace, text, 'resources', 'RouterAccess-skupper-local.yaml');
}

function put(home: string, namespace = 'default', text: string, ...parts: string[]): void {
  const file = path.join(home, 'namespaces', namespace, 'runtime', ...parts);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
