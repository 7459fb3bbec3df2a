import { spawn, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Failure } from '../../../model/failure.js';
import type { StoreOptions } from '../../store.js';
import { keepSecret, withoutSecrets } from '../../../util/secrets.js';
import type { ClusterEntry, ExecSpec } from './kubeconfig.js';

/** The credential of a plugin. `expires` is in milliseconds since the epoch; undefined means until the process ends. */
export interface ExecCredential {
  token?: string;
  certificate?: string;
  key?: string;
  expires?: number;
}

/** Limit for each output stream of a plugin, in characters. */
const LIMIT = 1024 * 1024;

/**
 * Runs a client-go credential plugin once (client.authentication.k8s.io). Its stdout is a secret and never part of an error; of
 * its stderr only plain words are shown.
 *
 * @param at.timeoutMs the plugin is killed after this time, in milliseconds, unless it can use the terminal
 * @param at.talk see StoreOptions.talk; undefined without a terminal
 * @throws Failure `credential-plugin`, which names the command and the context
 */
export async function runPlugin(
  spec: ExecSpec,
  at: {
    context: string;
    server: string;
    cluster: ClusterEntry;
    env: Readonly<Record<string, string | undefined>>;
    timeoutMs: number;
    talk?: StoreOptions['talk'];
  },
): Promise<ExecCredential> {
  const fail = (why: string, hint?: string): Failure =>
    new Failure(
      'credential-plugin',
      `the credential plugin "${spec.command}" (context "${at.context}", server ${at.server}) ${why}`,
      {
        hint: hint ?? 'Run the plugin by hand to see why, or log in again with its tool.',
      },
    );
  const talk = spec.interactiveMode === 'Never' ? undefined : at.talk;
  if (spec.interactiveMode === 'Always' && !talk) throw fail('needs an interactive terminal (interactiveMode: Always)');

  const env = pluginEnv(spec, at.cluster, at.env, talk !== undefined);
  const { stdout, stderr, code, error } = await (talk
    ? talk((over) => run(spec, { env, over }))
    : run(spec, { env, timeoutMs: at.timeoutMs }));
  if (error === 'timeout')
    throw fail(`did not finish within ${at.timeoutMs / 1000} s`, 'Run it by hand once, or raise --request-timeout.');
  if (error === 'ENOENT') throw fail('was not found', spec.installHint?.trim().split('\n')[0]);
  if (error !== undefined) throw fail(`could not be run (${error})`);
  if (code !== 0) {
    const said = plainWords(stderr.trim().split('\n').pop() ?? '', stdout);
    throw fail(`failed with exit status ${code}${said.replace(/^…$/, '') && `: ${said}`}`);
  }
  const credential = parseCredential(stdout);
  if (!credential) throw fail('printed no ExecCredential with a token or a certificate');
  keepSecret(credential.token, credential.key);
  return credential;
}

/** A word of a sentence, or a flag's name. Anything else could be a part of a credential. */
const PLAIN_WORD =
  /^["'`(]?(?:(?:[A-Z]?[a-z]{0,14}|[A-Z]{1,8})(?:'[a-z]{1,2})?|[0-9]{1,3}|--?[a-z]+(?:-[a-z]+)*)["'`)]?[.,:;!?]*$/;
const MOST_SAID = 200;

/** A line of a plugin's stderr with … for all that could be a credential: long numbers, mixed words, words of its stdout. */
function plainWords(line: string, stdout: string): string {
  const printed = new Set(stdout.split(/[^\w+/=.-]+/));
  const words = withoutSecrets(line).split(/\s+/);
  const isPlain = (word: string): boolean => PLAIN_WORD.test(word) && !printed.has(word.replace(/\W+/g, ''));
  const shown = words.map((word) => (isPlain(word) ? word : '…'));
  return shown
    .filter((word, at) => word !== '…' || shown[at - 1] !== '…')
    .join(' ')
    .slice(0, MOST_SAID)
    .replace(/\.$/, '');
}

/**
 * The environment of a plugin: ours, its variables in the kubeconfig, and KUBERNETES_EXEC_INFO as client-go sets it
 * (clientauthentication/v1).
 */
function pluginEnv(
  spec: ExecSpec,
  cluster: ClusterEntry,
  env: Readonly<Record<string, string | undefined>>,
  interactive: boolean,
): NodeJS.ProcessEnv {
  const own = Object.fromEntries(spec.env.map(({ name, value }) => [name, value]));
  const { apiVersion } = spec;
  const info = { interactive, ...(spec.provideClusterInfo && { cluster: clusterInfo(cluster) }) };
  const execInfo = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: info });
  return { ...env, ...own, KUBERNETES_EXEC_INFO: execInfo };
}

/** The cluster as client-go passes it to a plugin. A certificate authority in a file is passed as its content. */
function clusterInfo(cluster: ClusterEntry): object {
  const { server, caData, caFile, tlsServerName, skipTLSVerify, proxyUrl, execConfig } = cluster;
  return {
    server,
    'tls-server-name': tlsServerName,
    'insecure-skip-tls-verify': skipTLSVerify || undefined,
    'certificate-authority-data': caData ?? base64Of(caFile),
    'proxy-url': proxyUrl,
    config: execConfig,
  };
}

/** Undefined for a file that cannot be read: the connection needs the file too, and reports it. */
function base64Of(file: string | undefined): string | undefined {
  try {
    return file && readFileSync(file).toString('base64');
  } catch {
    return undefined;
  }
}

interface Run {
  stdout: string;
  stderr: string;
  code: number | null;
  error?: string;
}

/** Time until a plugin is killed at Ctrl-C: the terminal sends Ctrl-C to it too, and it may restore the terminal's mode. */
const GRACE_MS = 1000;

/**
 * Runs the plugin. Never rejects: `error` is Node's code, or `timeout`.
 *
 * @param timeoutMs without it the plugin can use the terminal: it may read from it, and its stderr is shown
 * @param over aborts when our program is about to end; a plugin that still waits for input is killed then
 */
function run(
  spec: ExecSpec,
  { env, timeoutMs, over }: { env: NodeJS.ProcessEnv; timeoutMs?: number; over?: AbortSignal },
): Promise<Run> {
  return new Promise((resolve) => {
    const out = { stdout: '', stderr: '' };
    const talks = timeoutMs === undefined;
    const stdio: StdioOptions = talks ? ['inherit', 'pipe', 'inherit'] : ['ignore', 'pipe', 'pipe'];
    const child = spawn(spec.command, spec.args, { env, stdio, windowsHide: true });
    let grace: NodeJS.Timeout | undefined;
    const end = (): void => void (grace = setTimeout(() => child.kill(), GRACE_MS));
    over?.addEventListener('abort', end);
    const finish = (code: number | null, error?: string): void => {
      over?.removeEventListener('abort', end);
      clearTimeout(grace);
      clearTimeout(timer);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ ...out, code, error });
    };
    const timer = talks
      ? undefined
      : setTimeout(() => {
          child.kill('SIGKILL');
          finish(null, 'timeout');
        }, timeoutMs);
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        if (out[stream].length < LIMIT) out[stream] += text;
      });
    }
    child.on('error', (error: NodeJS.ErrnoException) => finish(null, error.code ?? error.message));
    // Not the event `close`: a background process of the plugin may keep stderr open for ever. The plugin has finished when its
    // process has ended and its stdout is closed.
    let waiting = 2;
    let status: number | null = null;
    const ended = (): void => {
      waiting -= 1;
      if (waiting === 0) finish(status);
    };
    child.on('exit', (code) => {
      status = code;
      ended();
    });
    child.stdout?.on('close', ended);
  });
}

function parseCredential(text: string): ExecCredential | undefined {
  try {
    const { status } = JSON.parse(text) as { status?: Record<string, unknown> };
    const string = (value: unknown): string | undefined =>
      typeof value === 'string' && value !== '' ? value : undefined;
    const token = string(status?.token);
    const certificate = string(status?.clientCertificateData);
    const key = string(status?.clientKeyData);
    if (token === undefined && (certificate === undefined || key === undefined)) return undefined;
    const expires = Date.parse(string(status?.expirationTimestamp) ?? '');
    return { token, certificate, key, expires: Number.isNaN(expires) ? undefined : expires };
  } catch {
    return undefined;
  }
}
