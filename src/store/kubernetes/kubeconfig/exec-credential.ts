import { spawn, type StdioOptions } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../../../model/failure.js';
import type { StoreOptions } from '../../store.js';
import { keepSecret, withoutSecrets } from '../../../util/secrets.js';
import { readDocument } from '../../../yaml/read.js';
import type { ClusterEntry, ExecSpec } from './kubeconfig.js';
import { isRecord, type Raw } from './parse.js';

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
  const searched = at.env.PATH;
  const { stdout, stderr, code, signal, error } = await (talk
    ? talk((over) => run(spec, { env, searched, over }))
    : run(spec, { env, searched, timeoutMs: at.timeoutMs }));
  if (error === 'timeout')
    throw fail(`did not finish within ${at.timeoutMs / 1000} s`, 'Run it by hand once, or raise --request-timeout.');
  if (error === 'ENOENT') throw fail('was not found', spec.installHint?.trim());
  if (error !== undefined) throw fail(`could not be run (${error})`);
  if (signal) throw fail(`was ended by ${signal}`);
  if (code !== 0) {
    const said = plainWords(stderr.trim().split('\n').pop() ?? '', stdout);
    throw fail(`failed with exit status ${code}${said.replace(/^…$/, '') && `: ${said}`}`);
  }
  const credential = parseCredential(stdout, spec.apiVersion);
  if (typeof credential === 'string') throw fail(credential);
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
  const { server, caData, caFile, tlsServerName, skipTLSVerify, proxyUrl, disableCompression, execConfig } = cluster;
  return {
    server,
    'tls-server-name': tlsServerName,
    'insecure-skip-tls-verify': skipTLSVerify || undefined,
    'certificate-authority-data': caData ?? base64Of(caFile),
    'proxy-url': proxyUrl,
    'disable-compression': disableCompression || undefined,
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
  /** The signal that ended the plugin. */
  signal?: NodeJS.Signals | null;
  error?: string;
}

/**
 * The command to run. As in Go, a bare name is searched on our own PATH first: Node searches only the PATH that the plugin gets,
 * which its variables in the kubeconfig may change.
 */
function located({ command, env }: ExecSpec, searched = ''): string {
  if (/[\\/]/.test(command) || !env.some(({ name }) => name === 'PATH')) return command;
  const folders = searched.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, command)).find(isExecutable) ?? command;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Time until a plugin is killed at Ctrl-C: the terminal sends Ctrl-C to it too, and it may restore the terminal's mode. */
const GRACE_MS = 1000;

/**
 * Runs the plugin. Never rejects: `error` is Node's code, or `timeout`.
 *
 * @param searched the PATH of our own environment
 * @param timeoutMs without it the plugin can use the terminal: it may read from it, and its stderr is shown
 * @param over aborts when our program is about to end; a plugin that still waits for input is killed then
 */
function run(
  spec: ExecSpec,
  {
    env,
    searched,
    timeoutMs,
    over,
  }: { env: NodeJS.ProcessEnv; searched?: string; timeoutMs?: number; over?: AbortSignal },
): Promise<Run> {
  return new Promise((resolve) => {
    const out = { stdout: '', stderr: '' };
    const talks = timeoutMs === undefined;
    const stdio: StdioOptions = talks ? ['inherit', 'pipe', 'inherit'] : ['ignore', 'pipe', 'pipe'];
    let child: ReturnType<typeof spawn>;
    try {
      child = spawn(located(spec, searched), spec.args, { env, stdio, windowsHide: true });
    } catch (error) {
      // `spawn` throws at once for a NUL in an argument or a variable. Its message would show the value, which may be a secret.
      return resolve({ ...out, code: null, error: (error as NodeJS.ErrnoException).code ?? 'invalid argument' });
    }
    let grace: NodeJS.Timeout | undefined;
    const end = (): void => void (grace = setTimeout(() => child.kill(), GRACE_MS));
    over?.addEventListener('abort', end);
    let ending: Pick<Run, 'code' | 'signal'> = { code: null };
    const finish = (error?: string): void => {
      over?.removeEventListener('abort', end);
      clearTimeout(grace);
      clearTimeout(timer);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ ...out, ...ending, error });
    };
    const timer = talks
      ? undefined
      : setTimeout(() => {
          child.kill('SIGKILL');
          finish('timeout');
        }, timeoutMs);
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        if (out[stream].length < LIMIT) out[stream] += text;
      });
    }
    child.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
    // Not the event `close`: a background process of the plugin may keep stderr open for ever. The plugin has finished when its
    // process has ended and its stdout is closed.
    let waiting = 2;
    const ended = (): void => {
      waiting -= 1;
      if (waiting === 0) finish();
    };
    child.on('exit', (code, signal) => {
      ending = { code, signal };
      ended();
    });
    child.stdout?.on('close', ended);
  });
}

/**
 * Reads what a plugin printed, as client-go does (plugin/pkg/client/auth/exec): JSON or YAML, of the API version that the
 * kubeconfig asks for. Unlike client-go, it accepts a missing API version.
 *
 * @returns the credential, or a clause that says what is wrong and has no word of the output, which may be a secret
 */
function parseCredential(output: string, apiVersion: string): ExecCredential | string {
  const none = 'printed no ExecCredential with a token or a certificate';
  const printed = mappingIn(output.replace(/^\ufeff/, ''));
  if (printed === undefined || ![undefined, 'ExecCredential'].includes(printed.kind as string)) return none;
  if (![undefined, apiVersion].includes(printed.apiVersion as string))
    return `printed a credential of another apiVersion than ${apiVersion}`;
  const status = isRecord(printed.status) ? printed.status : {};
  const string = (name: string): string | undefined => {
    const value = status[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [token, certificate, key] = ['token', 'clientCertificateData', 'clientKeyData'].map(string);
  if ((certificate === undefined) !== (key === undefined)) return 'printed only one of certificate and key';
  if (token === undefined && certificate === undefined) return none;
  const until = string('expirationTimestamp');
  const expires = until === undefined ? undefined : Date.parse(until);
  if (Number.isNaN(expires)) return 'printed an expirationTimestamp that is not a time';
  return { token, certificate, key, expires };
}

function mappingIn(text: string): Raw | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { value: read, faults } = readDocument(text);
    value = faults.length > 0 ? undefined : read;
  }
  return isRecord(value) ? value : undefined;
}
