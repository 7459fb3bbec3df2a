import type http from 'node:http';
import type https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { loadAll, YAMLException } from 'js-yaml';
import { Failure } from '../../../model/failure.js';
import type { StoreOptions } from '../../store.js';
import { keepPasswordOf, keepSecret, keepSecretsOf, withoutSecrets } from '../../../util/secrets.js';
import { readFile } from '../../../util/files.js';
import type { ExecCredential } from './exec-credential.js';
import { selectContext, type Selection, type UserEntry } from './kubeconfig.js';
import { proxyFor } from './proxy.js';
import { belongTogether, expiry, verification } from './trust.js';

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
  /** The name or address to connect to; an IPv6 address may have a zone, which no URL of Node's holds. */
  readonly host: string;
  /** The server's URL for people: without a password that may stand in it. */
  readonly address: string;
  /** Takes what the server warns of. */
  readonly warn: StoreOptions['warn'];
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
  const selection = await selectContext(options, parse, serviceAccount);
  keepSecretsIn(selection.user);
  keepPasswordOf(selection.cluster.server);
  keepPasswordOf(selection.cluster.proxyUrl);
  return new KubeconfigConnection(options, selection, serviceAccount);
}

class KubeconfigConnection implements Connection {
  readonly context: string;
  readonly namespace: string;
  readonly server: URL;
  readonly host: string;
  readonly address: string;
  readonly warn: StoreOptions['warn'];
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
    this.warn = options.warn;
    this.server = serverUrl(selection);
    this.host =
      this.server.hostname.replace(/^\[|\]$/g, '') +
      (ZONE.exec(selection.cluster.server)?.[2] ?? '').replace('%25', '%');
    this.address = this.server.href.replace(/\/$/, '');
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
    const { env, requestTimeoutMs, talk } = this.options;
    const at = { context, server: this.address, cluster, env, timeoutMs: requestTimeoutMs, talk };
    // Running programs loads much of Node that other users never need.
    const plugin = user.exec && (await (await import('./exec-credential.js')).runPlugin(user.exec, at));
    const config = this.kubeconfig(await withSecrets(user, plugin, this.unusable));
    const applied: https.RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(applied);
    } catch (error) {
      throw user.authProvider ? this.providerFailed() : this.unusable(error);
    }
    const headers: Access['headers'] = Object.fromEntries(
      Object.entries(applied.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    Object.assign(headers, user.impersonate);
    if (applied.auth) headers.Authorization = `Basic ${Buffer.from(applied.auth).toString('base64')}`;
    keepSecret(String(headers.Authorization ?? '').replace(/^\S+\s+/, ''));
    const agent = applied.agent as http.Agent & { keepAlive: boolean; options: https.AgentOptions };
    if (this.server.protocol === 'https:')
      Object.assign(agent.options, verification(env, applied.ca !== undefined, cluster.skipTLSVerify));
    this.refuseForeignKey(applied);
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
    const { user } = await selectContext(options, parse, this.serviceAccount);
    keepSecretsIn(user);
    return user;
  }

  private kubeconfig(user: UserEntry): KubeConfig {
    const { cluster, context } = this.selection;
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [
        {
          ...cluster,
          proxyUrl: this.proxy(),
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

  private proxy(): string | undefined {
    const url = this.selection.cluster.proxyUrl ?? proxyFor(this.server, this.options.env);
    keepPasswordOf(url);
    // As in Go the proxy looks the name up: it may know names that this machine does not.
    return url?.replace(/^socks5:/i, 'socks5h:');
  }

  /** Throws `kubeconfig-invalid` for a client certificate with another one's key: no server would take it. */
  private refuseForeignKey({ cert, key }: https.RequestOptions): void {
    const pem = (value: unknown): value is string | Buffer => typeof value === 'string' || Buffer.isBuffer(value);
    if (!pem(cert) || !pem(key)) return;
    let match: boolean;
    try {
      match = belongTogether(cert, key);
    } catch (error) {
      throw this.unusable(error);
    }
    if (!match) throw this.unusable(new Error('the client certificate and the client key do not belong together'));
  }

  private readonly unusable = (error: unknown): Failure =>
    new Failure(
      'kubeconfig-invalid',
      `the credentials or certificates of context "${this.context}" (${this.selection.files.join(', ')}) cannot be used: ${message(error)}`,
      { hint: 'Check the user and cluster entries with: kubectl config view', cause: error },
    );

  /** Without the error underneath: client-node writes into it what the provider's command printed. */
  private providerFailed(): Failure {
    const at = `(context "${this.context}", server ${this.address})`;
    return new Failure('credential-plugin', `the auth-provider gave no credential ${at}`, {
      hint: 'Log in again with the tool that wrote the kubeconfig.',
    });
  }
}

/** Closes the sockets that no request uses now. */
export function closeIdle(agent: http.Agent): void {
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

/** The zone of an IPv6 address in a URL (RFC 6874). */
const ZONE = /^(https?:\/\/\[[0-9a-f:.]+)(%25[^\]]+)\]/i;

function serverUrl({ context, cluster, files }: Selection): URL {
  const zoneless = cluster.server.replace(ZONE, '$1]');
  const url = URL.canParse(zoneless) ? new URL(zoneless) : undefined;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) {
    // It is named in messages; requests take their credentials from the user entry alone.
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

function parse(text: string): unknown {
  let fault: unknown;
  try {
    // As Go's readers do: the first document that is there counts, and of a key given twice the last.
    return loadAll(text, null, { json: true }).find((document) => document !== null && document !== undefined);
  } catch (error) {
    fault = error;
  }
  throw new Error(whyNoYaml(fault));
}

/** YAML errors quote what they stumble over, which may be a password: only the place and the kind of the error are told. */
function whyNoYaml(fault: unknown): string {
  if (!(fault instanceof YAMLException)) return 'it is not valid YAML';
  const mark = fault.mark as YAMLException['mark'] | undefined;
  const kind = /^[a-z ,'-]+$/i.test(fault.reason) ? `: ${fault.reason}` : '';
  return `it is not valid YAML${mark ? ` in line ${mark.line + 1}, column ${mark.column + 1}` : ''}${kind}`;
}

function keepSecretsIn({ token, password, keyData, authProvider, exec }: UserEntry): void {
  keepSecret(token, password, keyData, keyData && Buffer.from(keyData, 'base64').toString('latin1'));
  keepSecretsOf(authProvider);
  // As in `--client-secret=…`, `--token …`, and variables such as AWS_SECRET_ACCESS_KEY.
  keepSecretsOf(Object.fromEntries((exec?.env ?? []).map(({ name, value }) => [name, value])));
  const args = exec?.args ?? [];
  args.forEach((arg, at) => {
    const [, name, value = args[at + 1]] = /^--?([\w-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name !== undefined && value !== undefined) keepSecretsOf({ [name]: value });
  });
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
    const token = (await readFile(tokenFile, 'utf8')).trim();
    keepSecret(token);
    return { ...known, token };
  } catch (error) {
    throw unusable(error);
  }
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
