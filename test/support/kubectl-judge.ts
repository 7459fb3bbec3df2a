import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect } from '../../src/store/kubernetes/kubeconfig/config.js';
import { selectContext } from '../../src/store/kubernetes/kubeconfig/kubeconfig.js';
import { isFailure } from '../../src/model/failure.js';
import type { StoreOptions } from '../../src/store/store.js';
import { base64, MATERIAL, type KubeconfigSet } from './arbitrary/arbitrary-kubeconfig.js';
import { certificateAuthority } from './cluster/certificates.js';
import { environment } from './program.js';

/** What comes of a kubeconfig: the connection that it describes, or that it is refused before anything is sent. */
export type Reading =
  | { refused: true; why: string }
  | { refused: false; context: string; server: string; namespace: string; user: string; asks?: true };

const authority = certificateAuthority('authority');
const [mine, other] = [authority.issue('me'), authority.issue('somebody else')];
const PEM: Record<(typeof MATERIAL)[number], string> = {
  CA: authority.certificate,
  CERTIFICATE: mine.certificate,
  KEY: mine.key,
  'OTHER KEY': other.key,
};

/** Writes the files of a set below a folder, with the certificates that they refer to. */
export function writeKubeconfigs(folder: string, { files }: KubeconfigSet): void {
  for (const [name, text] of Object.entries(files)) {
    const place = path.dirname(path.join(folder, name));
    mkdirSync(place, { recursive: true });
    const real = MATERIAL.reduce((all, each) => all.replaceAll(`"${base64(each)}`, `"${base64(PEM[each])}`), text);
    writeFileSync(path.join(folder, name), real.replaceAll('DIR', folder));
    writeFileSync(path.join(place, 'ca.pem'), PEM.CA);
    writeFileSync(path.join(place, 'cert.pem'), PEM.CERTIFICATE);
    writeFileSync(path.join(place, 'key.pem'), PEM.KEY);
    writeFileSync(path.join(place, 'token'), 'from-a-file\n');
    writeFileSync(path.join(place, 'empty'), '');
  }
}

const environmentOf = (folder: string, set: KubeconfigSet): Record<string, string> =>
  environment({ KUBECONFIG: set.kubeconfig.replaceAll('DIR', folder), HOME: folder });

/** Two URLs with and without a slash at the end are one. */
const withoutSlash = (url: string): string => url.replace(/\/$/, '');

/** How this program reads them. */
export async function ourReading(folder: string, set: KubeconfigSet): Promise<Reading> {
  const options: StoreOptions = { platform: 'kubernetes', requestTimeoutMs: 5000, env: environmentOf(folder, set) };
  try {
    const { context, namespace, cluster, user } = await selectContext(options, path.join(folder, 'no-pod'));
    const connection = await connect(options, path.join(folder, 'no-pod'));
    const { headers } = await connection.access();
    // A request with such a header is refused before it is sent, which would be one step further.
    if (
      Object.values(headers)
        .flat()
        .some((value) => /[\r\n\0]/.test(value))
    )
      return { refused: true, why: 'a header with a line break' };
    return { refused: false, context, namespace, server: withoutSlash(cluster.server), user: user.name };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { refused: true, why: `${error.code}: ${error.message}` };
  }
}

function run(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

interface View {
  'current-context'?: string;
  clusters?: { cluster: { server?: string } }[] | null;
  contexts?: { context: { user?: string; namespace?: string } }[] | null;
}

/** How kubectl reads them: accepted is what leads to a connection that is refused. */
export async function kubectlReading(folder: string, set: KubeconfigSet): Promise<Reading> {
  const env = environmentOf(folder, set);
  const get = ['get', '--raw', '/', '--request-timeout=5s'];
  const [first, viewed] = await Promise.all([run(get, env), run(['config', 'view', '--minify', '-o', 'json'], env)]);
  // A user without credentials is asked for a password, which finds no terminal.
  const asks = first.stderr.includes('EOF');
  if (!(asks || first.stderr.includes('was refused')) || viewed.status !== 0)
    return { refused: true, why: first.stderr || viewed.stderr };
  const view = JSON.parse(viewed.stdout) as View;
  const context = view.contexts?.[0]?.context;
  const server = view.clusters?.[0]?.cluster.server ?? '';
  // Without a server kubectl asks localhost:8080, which nobody named.
  if (server === '') return { refused: true, why: 'no server' };
  return {
    refused: false,
    context: view['current-context'] ?? '',
    namespace: context?.namespace ?? 'default',
    server: withoutSlash(server),
    user: context?.user || 'anonymous',
    ...(asks && { asks }),
  };
}
