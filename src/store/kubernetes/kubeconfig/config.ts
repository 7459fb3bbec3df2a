import type http from 'node:http';
import { Failure } from '../../../model/failure.js';
import type { StoreOptions } from '../../store.js';
import { keepPasswordOf, keepSecret, keepSecretsOf, withoutSecrets } from '../../../util/secrets.js';
import { readFile } from '../../../util/files.js';
import type { ExecCredential } from './exec-credential.js';
import { isRecord } from './parse.js';
import { selectContext, type Selection, type UserEntry } from './kubeconfig.js';
import { socketsTo, type Sockets } from './sockets.js';
import { expiry, type CredentialTrouble } from './credential-trouble.js';

/** The sockets and the headers with credentials for requests. */
export type Access = Pick<Sockets, 'agent' | 'headers'>;

/** One context of the kubeconfig, ready for requests. */
export interface Connection {
  readonly context: string;
  readonly namespace: string;
  readonly server: URL;
  /** The server's URL for messages, without user and password. */
  readonly address: string;
  /** Receives warnings of the server. */
  readonly warn: StoreOptions['warn'];
  /** A known problem of the credentials that were used last. */
  readonly credentialTrouble: CredentialTrouble | undefined;
  /**
   * Resolves the credentials at the first call and keeps them until they expire.
   *
   * @throws Failure credential-plugin, kubeconfig-invalid, tls
   */
  access(): Promise<Access>;
  /** Forgets the credentials, so that the next request reads the kubeconfig and token file, or runs the plugin, again. */
  refresh(): void;
}

/**
 * Reads the kubeconfig and selects context and namespace. Sends nothing over the network.
 *
 * @param serviceAccount folder of the pod's service account; the default is that of Kubernetes
 *
 * @throws Failure kubeconfig-missing, kubeconfig-invalid, context-unknown
 */
export async function connect(options: StoreOptions, serviceAccount?: string): Promise<Connection> {
  const selection = await selectContext(options, serviceAccount);
  keepSecretsIn(selection.user);
  keepPasswordOf(selection.cluster.server);
  keepPasswordOf(selection.cluster.proxyUrl);
  return new KubeconfigConnection(options, selection, serviceAccount);
}

class KubeconfigConnection implements Connection {
  readonly context: string;
  readonly namespace: string;
  readonly server: URL;
  readonly address: string;
  readonly warn: StoreOptions['warn'];
  credentialTrouble: CredentialTrouble | undefined;
  private current: Promise<Access & { expires?: number }> | undefined;
  private agent: http.Agent | undefined;
  private reread = false;

  constructor(
    private readonly options: StoreOptions,
    private readonly selection: Selection,
    private readonly serviceAccount: string | undefined,
  ) {
    this.context = selection.context;
    this.namespace = selection.namespace;
    this.warn = options.warn;
    this.server = serverUrl(selection);
    this.address = this.server.href.replace(/\/$/, '');
  }

  async access(): Promise<Access> {
    const earlier = this.current;
    if (earlier) {
      const { expires = Infinity } = await earlier;
      if (expires > Date.now()) return earlier;
    }
    // Parallel requests must share one run of a plugin.
    if (this.current === earlier) this.current = this.begin();
    return this.current as Promise<Access>;
  }

  refresh(): void {
    this.current = undefined;
    this.reread = true;
  }

  private begin(): Promise<Access & { expires?: number }> {
    const access = this.resolve();
    access.catch(() => {
      if (this.current === access) this.current = undefined;
    });
    return access;
  }

  private async resolve(): Promise<Access & { expires?: number }> {
    const configured = this.reread ? await this.user() : this.selection.user;
    const user: UserEntry = isUnencrypted(this.server) ? { name: configured.name, impersonate: {} } : configured;
    const { cluster } = this.selection;
    const { env } = this.options;
    const provided = await this.credential(user);
    const config = await withSecrets(user, provided, this.unusable);
    const server = { ...cluster, server: this.address };
    const [, , zone] = ZONE.exec(cluster.server) ?? [];
    const host = zone && this.server.hostname.slice(1, -1) + zone.replace('%25', '%');
    const { agent, headers, certificate } = await socketsTo(server, config, env, host).catch((error: unknown) => {
      throw config.authProvider ? this.providerFailed() : this.unusable(error);
    });
    if (user.impersonateUser) headers['Impersonate-User'] = utf8(user.impersonateUser);
    for (const [name, values] of Object.entries(user.impersonate)) headers[name] = values.map(utf8);
    const authorization = String(headers.Authorization ?? '');
    keepSecret(authorization.replace(/^\S+\s+/, ''));
    if (authorization !== '') headers.Authorization = utf8(authorization);
    this.credentialTrouble =
      user === configured
        ? expiry(certificate, provided?.expires)
        : { of: 'plain http', why: 'no credentials are sent over http' };
    if (this.agent) closeIdle(this.agent);
    this.agent = agent;
    return { agent, headers, expires: provided?.expires };
  }

  /**
   * The credential from a credential plugin or an OIDC provider; undefined for other users. As in client-go neither is used if
   * the user has a token or a password. Their modules are loaded on demand, because they load much of Node.
   */
  private async credential(user: UserEntry): Promise<ExecCredential | undefined> {
    const { cluster, context } = this.selection;
    const { env, requestTimeoutMs: timeoutMs, talk, warn } = this.options;
    const at = { context, server: this.address, timeoutMs };
    const { name } = isRecord(user.authProvider) ? user.authProvider : { name: undefined };
    // As in client-go, an unknown provider is an error even if another credential makes it unnecessary.
    if (isRecord(user.authProvider) && !PROVIDERS.includes(name as string))
      throw this.unusable(`there is no auth-provider ${JSON.stringify(name ?? '')}`);
    if (user.token !== undefined || user.tokenFile !== undefined || user.username !== undefined) return undefined;
    // As in client-go, a client certificate too makes the plugin unnecessary, but not the OIDC provider.
    if (user.exec && (user.certData ?? user.certFile) !== undefined) return undefined;
    if (user.exec) return (await import('./exec-credential.js')).runPlugin(user.exec, { ...at, cluster, env, talk });
    // client-node itself has the others.
    if (name !== 'oidc') return undefined;
    const agentFor = async ({ origin: server }: URL, authority: object): Promise<http.Agent> =>
      (
        await socketsTo(
          { name: 'issuer', skipTLSVerify: false, ...authority, server },
          { name: 'issuer', impersonate: {} },
          env,
        )
      ).agent;
    return (await import('./oidc.js')).oidcToken(user, { ...at, warn, agentFor });
  }

  /** Reads the user from the files again, because tokens may change during a long watch. The cluster stays the same. */
  private async user(): Promise<UserEntry> {
    const options = { ...this.options, context: this.context };
    const { user } = await selectContext(options, this.serviceAccount);
    keepSecretsIn(user);
    return user;
  }

  private readonly unusable = (error: unknown): Failure =>
    new Failure(
      'kubeconfig-invalid',
      `the credentials or certificates of context "${this.context}" (${this.selection.files.join(', ')}) cannot be used: ${message(error)}`,
      { hint: 'Check the user and cluster entries with: kubectl config view', cause: error },
    );

  /** The failure of an auth-provider, without its cause: client-node's error has the output of the provider's command. */
  private providerFailed(): Failure {
    const at = `(context "${this.context}", server ${this.address})`;
    return new Failure('credential-plugin', `the auth-provider returned no credential ${at}`, {
      hint: 'Log in again with the tool that created the kubeconfig.',
    });
  }
}

/** The auth-providers of a kubeconfig that there are. */
const PROVIDERS = ['oidc', 'gcp', 'azure'];

/** Encodes a header's text as UTF-8, which Go expects: Node writes each character as one byte. */
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

/** True for a server to which, as in clientcmd, no credentials are sent: one with plain http that is not on this machine. */
const isUnencrypted = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

/** Closes the sockets that no request uses. */
export function closeIdle(agent: http.Agent): void {
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

/** The zone of an IPv6 address in a URL (RFC 6874). */
const ZONE = /^(https?:\/\/\[[0-9a-f:.]+)(%25[^\]]+)\]/i;

/** Adds the missing scheme of a server: https if certificates are configured, else http (client-go, rest.DefaultServerURL). */
function withScheme({ cluster, user }: Selection): string {
  const hostAndPort = /^(?:[^/?#@:[\]]+|\[[^\]]+\])(?::\d+)?\/?$/;
  if (!hostAndPort.test(cluster.server)) return cluster.server;
  const { caData, caFile, skipTLSVerify } = cluster;
  const secure = caData || caFile || user.certData || user.certFile || skipTLSVerify;
  return `${secure ? 'https' : 'http'}://${cluster.server}`;
}

function serverUrl(selection: Selection): URL {
  const { context, cluster, files } = selection;
  const zoneless = withScheme(selection).replace(ZONE, '$1]');
  const url = URL.canParse(zoneless) ? new URL(zoneless) : undefined;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) {
    // The URL is shown in messages, and requests take their credentials only from the user entry.
    url.username = '';
    url.password = '';
    return url;
  }
  throw new Failure(
    'kubeconfig-invalid',
    `the server "${withoutSecrets(cluster.server)}" of context "${context}" in ${files.join(', ')} is not an http(s) URL`,
    {
      hint: 'Correct clusters[].cluster.server.',
    },
  );
}

function keepSecretsIn({ token, password, keyData, authProvider, exec }: UserEntry): void {
  keepSecret(token, password, keyData, keyData && Buffer.from(keyData, 'base64').toString('latin1'));
  keepSecretsOf(authProvider);
  // Registers values of variables such as AWS_SECRET_ACCESS_KEY and of flags such as `--client-secret=…` and `--token …`.
  keepSecretsOf(Object.fromEntries((exec?.env ?? []).map(({ name, value }) => [name, value])));
  const args = exec?.args ?? [];
  args.forEach((arg, at) => {
    const [, name, value = args[at + 1]] = /^--?([\w-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name !== undefined && value !== undefined) keepSecretsOf({ [name]: value });
  });
}

/** The user with the provided credential, or the token of the token file, in the fields that client-node reads. */
async function withSecrets(
  user: UserEntry,
  provided: ExecCredential | undefined,
  unusable: (error: unknown) => Failure,
): Promise<UserEntry> {
  const base64 = (pem: string | undefined): string | undefined => pem && Buffer.from(pem).toString('base64');
  const { tokenFile, ...withoutFile } = { ...user, exec: undefined };
  if (provided) {
    const { token, certificate, key } = provided;
    const credential = { ...withoutFile, authProvider: undefined, token };
    if (!certificate) return credential;
    return {
      ...credential,
      certFile: undefined,
      keyFile: undefined,
      certData: base64(certificate),
      keyData: base64(key),
    };
  }
  if (tokenFile === undefined) return withoutFile;
  try {
    // As in client-go the file takes precedence over an inline token. A final line break is not allowed in a header.
    const token = (await readFile(tokenFile, 'utf8')).trim();
    if (token === '') throw new Error(`the token file ${tokenFile} is empty`);
    keepSecret(token);
    return { ...withoutFile, token };
  } catch (error) {
    if (withoutFile.token !== undefined) return withoutFile;
    throw unusable(error);
  }
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
