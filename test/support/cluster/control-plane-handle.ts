import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeKubeconfig } from './kubeconfig.js';
import { restClient, type Rest } from './rest.js';

/** `admin` may do everything, `nobody` nothing, `limited` only what kubernetes.md asks for (multikeylisteners). */
export type User = 'admin' | 'nobody' | 'limited';

/** All that is needed to use a control plane from another process; plain JSON. */
export interface Details {
  server: string;
  /** PEM. */
  ca: string;
  folder: string;
  tokens: Record<User, string>;
}

export interface Handle {
  server: string;
  ca: string;
  /** The admin's. */
  token: string;
  admin: Rest;
  /** Writes a kubeconfig for that user and returns its path; `ca` and `token` replace the right ones. */
  kubeconfig(user: User, namespace: string, wrong?: { ca?: string; token?: string }): Promise<string>;
  /** Creates a namespace of a new name. */
  newNamespace(): Promise<string>;
}

/** The control plane that these details describe. */
export function attach({ server, ca, folder, tokens }: Details): Handle {
  const admin = restClient(server, tokens.admin, ca);
  return {
    server,
    ca,
    token: tokens.admin,
    admin,
    async kubeconfig(user, namespace, wrong = {}) {
      const id = randomBytes(4).toString('hex');
      const file = path.join(folder, `kubeconfig-${user}-${id}`);
      const caFile = path.join(folder, `ca-${id}.crt`);
      await writeFile(caFile, wrong.ca ?? ca);
      await writeKubeconfig(file, { server, caFile, token: wrong.token ?? tokens[user], namespace });
      return file;
    },
    async newNamespace() {
      const { status, body } = await admin('POST', '/api/v1/namespaces', {
        metadata: { name: `t-${randomBytes(4).toString('hex')}` },
      });
      if (status !== 201) throw new Error(`no namespace: ${JSON.stringify(body)}`);
      return (body.metadata as { name: string }).name;
    },
  };
}
