import { writeFile } from 'node:fs/promises';

export interface KubeconfigParts {
  server: string;
  token?: string;
  caFile?: string;
  proxyUrl?: string;
  namespace?: string;
  context?: string;
  /** Replaces the user entry. */
  user?: Record<string, unknown>;
}

/** Writes a kubeconfig of one context (`test` unless named otherwise); JSON is YAML too. */
export async function writeKubeconfig(file: string, parts: KubeconfigParts): Promise<string> {
  const { server, token, caFile, proxyUrl, namespace, context = 'test', user } = parts;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    contexts: [{ name: context, context: { cluster: 'c', user: 'u', namespace } }],
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority': caFile, 'proxy-url': proxyUrl } }],
    users: [{ name: 'u', user: user ?? { token } }],
  };
  await writeFile(file, JSON.stringify(config, null, 2));
  return file;
}
