import { X509Certificate } from 'node:crypto';
import type http from 'node:http';
import type https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { load } from 'js-yaml';
import { Failure } from '../../model/failure.js';
import type { StoreOptions } from '../store.js';
import { readFile } from './files.js';
import { runPlugin, type ExecCredential } from './exec-credential.js';
import { selectContext, type Selection, type UserEntry } from './kubeconfig.js';
import { proxyFor } from './proxy.js';

/** What a request needs beside its path: where to, over which sockets, as whom. */
export interface Access {
  agent: http.Agent;
  headers: Record<string, string | string[]>;
}

/** One context of the kubeconfig, ready for requests. */
export interface Connection {
  readonly context: string;
  readonly namespace: string;
  readonly server: URL;
  /** The server's URL for people: without a password that may stand in it. */
  readonly address: string;
  /** What of the credentials last resolved is known to be over, in words: `the client certificate expired on 2026-01-31`. */
  readonly expired: string | undefined;
  /** Resolves credentials on first use and keeps them until they expire; `credential-plugin`, `kubeconfig-invalid`. */
  access(): Promise<Access>;
  /** Forgets the credentials: the kubeconfig, token file or plugin is asked again at the next request. */
  refresh(): void;
}

/**
 * Reads the kubeconfig and picks context and namespace, without any network.
 *
 * @throws Failure kubeconfig-missing, kubeconfig-invalid, context-unknown
 */
export async function connect(options: StoreOptions, serviceAccount?: string): Promise<Connection> {
  const selection = await selectContext(options, (text) => load(text), serviceAccount);
  return new KubeconfigConnection(options, selection, serviceAccount);
}

class KubeconfigConnection implements Connection {
  readonly context: string;
  readonly namespace: string;
  readonly server: URL;
  readonly address: string;
  expired: string | undefined;
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
    this.server = serverUrl(selection);
    this.address = addressOf(this.server.href).replace(/\/$/, '');
  }

  async access(): Promise<Access> {
    const held = this.current;
    if (held) {
      const { expires = Infinity } = await held;
      if (expires > Date.now()) return held;
    }
    // Requests side by side must share one run of a plugin.
    if (this.current === held) this.current = this.begin();
    return this.current as Promise<Access>;
  }

  refresh(): void {
    this.current = undefined;
    this.reread = true;
  }

  private begin(): Promise<Access & { expires?: number }> {
    const begun = this.resolve();
    begun.catch(() => {
      if (this.current === begun) this.current = undefined;
    });
    return begun;
  }

  private async resolve(): Promise<Access & { expires?: number }> {
    const user = this.reread ? await this.user() : this.selection.user;
    const { cluster, context } = this.selection;
    const { env, requestTimeoutMs } = this.options;
    const at = { context, server: this.address, cluster, env, timeoutMs: requestTimeoutMs };
    const plugin = user.exec && (await runPlugin(user.exec, at));
    const config = this.kubeconfig(await withSecrets(user, plugin, this.unusable));
    const applied: https.RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(applied);
    } catch (error) {
      throw user.authProvider ? this.providerFailed(error) : this.unusable(error);
    }
    const headers: Access['headers'] = Object.fromEntries(
      Object.entries(applied.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    Object.assign(headers, user.impersonate);
    if (applied.auth) headers.Authorization = `Basic ${Buffer.from(applied.auth).toString('base64')}`;
    const agent = applied.agent as http.Agent & { keepAlive: boolean };
    // client-node leaves keep-alive off: each request would pay for a TLS handshake of its own.
    agent.keepAlive = true;
    this.expired = expiry(applied.cert, plugin?.expires);
    if (this.agent) closeIdle(this.agent);
    this.agent = agent;
    return { agent, headers, expires: plugin?.expires };
  }

  /** The user as the files have it now: tokens rotate under a long watch. The cluster stays the one that was chosen. */
  private async user(): Promise<UserEntry> {
    const options = { ...this.options, context: this.context };
    return (await selectContext(options, (text) => load(text), this.serviceAccount)).user;
  }

  private kubeconfig(user: UserEntry): KubeConfig {
    const { cluster, context } = this.selection;
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [
        {
          ...cluster,
          proxyUrl: cluster.proxyUrl ?? proxyFor(this.server, this.options.env),
          // client-node refuses plain http without it; there is no TLS to skip.
          skipTLSVerify: cluster.skipTLSVerify || this.server.protocol === 'http:',
        },
      ],
      users: [user],
      contexts: [{ name: context, cluster: cluster.name, user: user.name }],
      currentContext: context,
    });
    return config;
  }

  private readonly unusable = (error: unknown): Failure =>
    new Failure(
      'kubeconfig-invalid',
      `the credentials or certificates of context "${this.context}" (${this.selection.files.join(', ')}) cannot be used: ${message(error)}`,
      { hint: 'Check the user and cluster entries with: kubectl config view', cause: error },
    );

  private providerFailed(error: unknown): Failure {
    const at = `(context "${this.context}", server ${this.address})`;
    return new Failure('credential-plugin', `the auth-provider gave no credential ${at}`, {
      hint: 'Log in again with the tool that wrote the kubeconfig.',
      cause: error,
    });
  }
}

/** What is over by this machine's clock; the server decides, this only explains its refusal. */
function expiry(certificate: https.RequestOptions['cert'], expires = Infinity): string | undefined {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  if (typeof certificate === 'string' || Buffer.isBuffer(certificate)) {
    try {
      const until = Date.parse(new X509Certificate(certificate).validTo);
      if (until < Date.now()) return `the client certificate expired on ${day(until)}`;
    } catch {
      // No certificate: the connection will say so.
    }
  }
  return expires < Date.now() ? `the credential plugin's token expired on ${day(expires)}` : undefined;
}

/** Closes the sockets that no request uses now. */
export function closeIdle(agent: http.Agent): void {
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

const addressOf = (url: string): string => url.replace(/(\/\/)[^/@]*@/, '$1');

function serverUrl({ context, cluster, files }: Selection): URL {
  const url = URL.canParse(cluster.server) ? new URL(cluster.server) : undefined;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw new Failure(
    'kubeconfig-invalid',
    `the server "${addressOf(cluster.server)}" of context "${context}" in ${files.join(', ')} is not an http(s) URL`,
    {
      hint: 'Correct clusters[].cluster.server.',
    },
  );
}

/** Puts what a plugin or a token file holds where client-node looks for it. */
async function withSecrets(
  user: UserEntry,
  plugin: ExecCredential | undefined,
  unusable: (error: unknown) => Failure,
): Promise<UserEntry> {
  const base64 = (pem: string | undefined): string | undefined => pem && Buffer.from(pem).toString('base64');
  const { tokenFile, ...known } = { ...user, exec: undefined };
  if (plugin) {
    const token = plugin.token ?? known.token;
    if (!plugin.certificate) return { ...known, token };
    return {
      ...known,
      token,
      certFile: undefined,
      keyFile: undefined,
      certData: base64(plugin.certificate),
      keyData: base64(plugin.key),
    };
  }
  if (tokenFile === undefined) return known;
  try {
    // As in client-go the file wins over an inline token; editors leave a newline that no header may hold.
    return { ...known, token: (await readFile(tokenFile, 'utf8')).trim() };
  } catch (error) {
    throw unusable(error);
  }
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
