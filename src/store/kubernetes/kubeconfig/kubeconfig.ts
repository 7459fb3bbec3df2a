import path from 'node:path';
import { Failure } from '../../../model/failure.js';
import { escapeText } from '../../../model/text.js';
import type { StoreOptions } from '../../store.js';
import { asFlag, contradiction } from './check.js';
import { existingFiles, fileExists, mergeFiles, noKubeconfig, type Merged } from './kubeconfig-files.js';
import { isRecord, text, type Raw } from './parse.js';
import { readFile } from '../../../util/files.js';

/** A cluster of the kubeconfig, in the shape that client-node's KubeConfig takes. */
export interface ClusterEntry {
  name: string;
  /** As written in the kubeconfig. */
  server: string;
  caData?: string;
  caFile?: string;
  tlsServerName?: string;
  skipTLSVerify: boolean;
  proxyUrl?: string;
  /** Only passed on to credential plugins. */
  disableCompression?: boolean;
  /** The settings for credential plugins in the cluster's extension `client.authentication.k8s.io/exec`. */
  execConfig?: unknown;
}

/** A client-go credential plugin (`users[].user.exec`). */
export interface ExecSpec {
  command: string;
  args: string[];
  env: { name: string; value: string }[];
  apiVersion: string;
  interactiveMode?: string;
  installHint?: string;
  provideClusterInfo: boolean;
}

/** A user of the kubeconfig, in the shape that client-node's KubeConfig takes, with fields that it does not have (`tokenFile`). */
export interface UserEntry {
  name: string;
  /** The kubeconfig that defines the user. */
  file?: string;
  token?: string;
  tokenFile?: string;
  certData?: string;
  certFile?: string;
  keyData?: string;
  keyFile?: string;
  username?: string;
  password?: string;
  impersonateUser?: string;
  /** Request headers for impersonation (`as-uid`, `as-groups`, `as-user-extra`), except that for the user's name. */
  impersonate: Readonly<Record<string, string[]>>;
  authProvider?: unknown;
  exec?: ExecSpec;
}

/** One context with its cluster and user. `files` are the files it was read from, for messages. */
export interface Selection {
  context: string;
  namespace: string;
  cluster: ClusterEntry;
  user: UserEntry;
  files: readonly string[];
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
export const IN_CLUSTER = 'in-cluster';

/**
 * Finds the kubeconfig as kubectl does (flag, KUBECONFIG, $HOME/.kube/config) and selects the context of --context, or else the
 * current context. Without any of them the pod's service account is used.
 *
 * @throws Failure kubeconfig-missing, kubeconfig-invalid, context-unknown
 */
export async function selectContext(options: StoreOptions, serviceAccount = SERVICE_ACCOUNT): Promise<Selection> {
  const files = await existingFiles(options);
  const merged = files.length > 0 ? await mergeFiles(files) : undefined;
  if (merged && (options.context || merged.current !== undefined)) return pick(merged, options);
  const pod = await fromServiceAccount(options, serviceAccount);
  if (pod) return pod;
  if (merged) return pick(merged, options);
  throw noKubeconfig(options);
}

function pick(merged: Merged, options: StoreOptions): Selection {
  const where = merged.files.join(', ');
  const names = [...merged.contexts.keys()].sort();
  const hint =
    names.length > 0
      ? `Available contexts: ${names.map(escapeText).join(', ')}. Choose one with --context.`
      : undefined;
  const name = options.context || merged.current;
  if (name === undefined) {
    throw new Failure('context-unknown', `no current context is set in ${where}`, {
      hint: hint ?? 'Specify one with --context.',
    });
  }
  const context = merged.contexts.get(name);
  if (!context) {
    throw new Failure('context-unknown', `the context "${name}" does not exist in ${where}`, {
      hint: hint ?? 'It contains no contexts; use another file with --kubeconfig.',
    });
  }
  const clusterName = text(context.cluster);
  const cluster = clusterName === undefined ? undefined : merged.clusters.get(clusterName);
  if (clusterName === undefined || !cluster || text(cluster.server) === undefined) {
    const what =
      clusterName === undefined ? 'names no cluster' : `names the cluster "${clusterName}", which has no server`;
    throw new Failure('context-unknown', `the context "${name}" in ${where} ${what}.`, { hint });
  }
  const userName = text(context.user);
  const user = userName === undefined ? undefined : merged.users.get(userName);
  if (userName !== undefined && !user) {
    throw new Failure(
      'context-unknown',
      `the context "${name}" in ${where} names the user "${userName}", which does not exist`,
      { hint },
    );
  }
  const selection = {
    context: name,
    namespace: options.namespace ?? text(context.namespace) ?? 'default',
    cluster: clusterEntry(clusterName, cluster),
    user: userEntry(userName ?? 'anonymous', user ?? {}, options),
    files: merged.files,
  };
  const wrong = contradiction(selection.cluster, selection.user);
  if (wrong === undefined) return selection;
  throw new Failure('kubeconfig-invalid', `the context "${name}" in ${where} cannot be used: ${wrong}`, {
    hint: 'Check the user and cluster entries with: kubectl config view',
  });
}

const inFolder = (raw: Raw, file: unknown): string | undefined => {
  const name = text(file);
  return name === undefined ? undefined : path.resolve(path.dirname(text(raw.file) ?? ''), name);
};

function clusterEntry(name: string, raw: Raw): ClusterEntry {
  return {
    name,
    server: String(raw.server),
    caData: text(raw['certificate-authority-data']),
    caFile: inFolder(raw, raw['certificate-authority']),
    tlsServerName: text(raw['tls-server-name']),
    skipTLSVerify: asFlag(raw['insecure-skip-tls-verify']) === true,
    proxyUrl: text(raw['proxy-url']),
    disableCompression: asFlag(raw['disable-compression']) === true,
    execConfig: extension(raw, 'client.authentication.k8s.io/exec'),
  };
}

function extension(raw: Raw, name: string): unknown {
  const list = Array.isArray(raw.extensions) ? raw.extensions.filter(isRecord) : [];
  return list.find((entry) => entry.name === name)?.extension;
}

function userEntry(name: string, raw: Raw, { as, asGroups }: Pick<StoreOptions, 'as' | 'asGroups'>): UserEntry {
  const certData = text(raw['client-certificate-data']);
  const certFile = inFolder(raw, raw['client-certificate']);
  // As in client-go, keys without a certificate are ignored, whatever they are.
  const hasCertificate = (certData ?? certFile) !== undefined;
  return {
    name,
    file: text(raw.file),
    token: text(raw.token),
    tokenFile: inFolder(raw, raw.tokenFile),
    certData,
    certFile,
    keyData: hasCertificate ? text(raw['client-key-data']) : undefined,
    keyFile: hasCertificate ? inFolder(raw, raw['client-key']) : undefined,
    username: text(raw.username),
    // client-node would send the word undefined in place of a missing password.
    password: text(raw.password) ?? (text(raw.username) && ''),
    impersonateUser: as ?? text(raw.as),
    impersonate: impersonation(raw, asGroups),
    authProvider: raw['auth-provider'] ?? undefined,
    exec: isRecord(raw.exec) ? execSpec(raw.exec, raw) : undefined,
  };
}

/**
 * The headers for impersonation as client-go's transport sends them: one header for each field, repeated for each value. A flag
 * replaces only its own field (clientcmd).
 *
 * @param groups the values of --as-group
 */
function impersonation(raw: Raw, groups: readonly string[] | undefined): Record<string, string[]> {
  const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(word) : []);
  const extra = isRecord(raw['as-user-extra']) ? Object.entries(raw['as-user-extra']) : [];
  const headers = {
    'Impersonate-Uid': [text(raw['as-uid']) ?? []].flat(),
    'Impersonate-Group': groups?.length ? [...groups] : list(raw['as-groups']),
    ...Object.fromEntries(extra.map(([name, values]) => [`Impersonate-Extra-${headerName(name)}`, list(values)])),
  };
  return Object.fromEntries(Object.entries(headers).filter(([, values]) => values.length > 0));
}

/** Go reads null in a list of strings as an empty string. */
const word = (value: unknown): string => text(value) ?? '';

/** Escapes what a header's name must not have. Parentheses are allowed in a URL but not there (RFC 9110, section 5.6.2). */
const headerName = (name: string): string =>
  encodeURIComponent(name).replace(/[()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);

function execSpec(exec: Raw, raw: Raw): ExecSpec {
  const command = text(exec.command) ?? '';
  // As in client-go, a bare name is searched on the PATH, and a path is relative to the kubeconfig.
  const located = /[\\/]/.test(command) ? (inFolder(raw, command) ?? command) : command;
  const env = Array.isArray(exec.env) ? exec.env.filter(isRecord) : [];
  return {
    command: located,
    args: Array.isArray(exec.args) ? exec.args.map(word) : [],
    env: env.map((entry) => ({ name: text(entry.name) ?? '', value: String(entry.value ?? '') })),
    apiVersion: text(exec.apiVersion) ?? '',
    interactiveMode: text(exec.interactiveMode),
    installHint: text(exec.installHint),
    provideClusterInfo: asFlag(exec.provideClusterInfo) === true,
  };
}

async function fromServiceAccount(
  { env, namespace, context, as, asGroups }: StoreOptions,
  folder: string,
): Promise<Selection | undefined> {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  const tokenFile = path.join(folder, 'token');
  if (!host || !port || !(await fileExists(tokenFile))) return undefined;
  if (context !== undefined && context !== IN_CLUSTER) {
    throw new Failure(
      'context-unknown',
      `the context "${context}" does not exist: there is no kubeconfig, only this pod's service account`,
      {
        hint: 'Leave out --context, or give --kubeconfig FILE.',
      },
    );
  }
  const own = await readFile(path.join(folder, 'namespace'), 'utf8').catch(() => '');
  return {
    context: IN_CLUSTER,
    namespace: namespace ?? text(env.POD_NAMESPACE) ?? text(own.trim()) ?? 'default',
    cluster: {
      name: IN_CLUSTER,
      server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      caFile: path.join(folder, 'ca.crt'),
      skipTLSVerify: false,
    },
    user: { name: IN_CLUSTER, tokenFile, impersonateUser: as, impersonate: impersonation({}, asGroups) },
    files: [tokenFile],
  };
}
