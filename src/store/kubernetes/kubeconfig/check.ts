import type { ClusterEntry, ExecSpec, UserEntry } from './kubeconfig.js';
import { isRecord, type Raw } from './parse.js';

/** Finds what is wrong with a value: a clause that begins with its place `at`. Undefined for a usable value, which null always is. */
type Check = (value: unknown, at: string) => string | undefined;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

// A number is not accepted as a string, because its text may be lost when it is read (`token: 0123`).
const string: Check = (value, at) => (typeof (value ?? '') === 'string' ? undefined : `${at} is not a string`);
const bytes: Check = (value, at) =>
  string(value, at) ??
  (BASE64.test(String(value ?? '').replace(/[\r\n]/g, '')) ? undefined : `${at} is not valid base64`);
const flag: Check = (value, at) => (asFlag(value ?? false) === undefined ? `${at} is not true or false` : undefined);
const anything: Check = () => undefined;

/** A list whose items all pass the check. */
function listOf(item: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value ?? [])) return `${at} is not a list`;
    return first((value ?? []) as unknown[], (each, index) => item(each, `${at}[${index}]`));
  };
}

/** A mapping. Fields without a check belong to other programs and may hold anything; `others` checks those of a map. */
function mapping(fields: Readonly<Record<string, Check>>, others = anything): Check {
  return (value, at) => {
    if (!isRecord(value ?? {})) return `${at} is not a mapping`;
    return first(Object.entries((value ?? {}) as Raw), ([name, member]) => {
      const check = Object.hasOwn(fields, name) ? fields[name] : others;
      return check?.(member, at === '' ? name : `${at}.${name}`);
    });
  };
}

/** A list of entries with a name and a body, such as `users`, in which each name occurs once. */
function entries(body: string, check: Check): Check {
  const list = listOf(mapping({ name: string, [body]: check }));
  return (value, at) => {
    const wrong = list(value, at);
    if (wrong !== undefined) return wrong;
    const names = new Set<unknown>();
    return first((value ?? []) as (Raw | null)[], (entry, index) => {
      if (entry === null) return undefined;
      if (names.has(entry.name)) return `${at}[${index}].name is already used by another entry`;
      names.add(entry.name);
      return undefined;
    });
  };
}

function first<T>(items: readonly T[], find: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const wrong = find(item, index);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const fields = (names: string, check: Check): Record<string, Check> =>
  Object.fromEntries(names.split(' ').map((name) => [name, check]));

const extensions = listOf(mapping({ name: string }));

/** The fields of client-go's types (tools/clientcmd/api/v1/types.go). */
const CONFIG = mapping({
  ...fields('kind apiVersion current-context', string),
  preferences: mapping({ colors: flag, extensions }),
  extensions,
  contexts: entries('context', mapping({ ...fields('cluster user namespace', string), extensions })),
  clusters: entries(
    'cluster',
    mapping({
      ...fields('server tls-server-name certificate-authority proxy-url', string),
      ...fields('insecure-skip-tls-verify disable-compression', flag),
      'certificate-authority-data': bytes,
      extensions,
    }),
  ),
  users: entries(
    'user',
    mapping({
      ...fields('client-certificate client-key token tokenFile as as-uid username password', string),
      ...fields('client-certificate-data client-key-data', bytes),
      'as-groups': listOf(string),
      'as-user-extra': mapping({}, listOf(string)),
      'auth-provider': mapping({ name: string, config: mapping({}, string) }),
      exec: mapping({
        ...fields('command apiVersion interactiveMode installHint', string),
        args: listOf(string),
        env: listOf(mapping({ name: string, value: string })),
        provideClusterInfo: flag,
      }),
      extensions,
    }),
  ),
});

/**
 * Finds the first problem for which clientcmd refuses a whole kubeconfig: another kind, or a field with another type.
 *
 * @returns a clause about the problem, which contains no value of the file; undefined for a usable file
 */
export function wrongIn(config: Raw): string | undefined {
  if (![undefined, null, '', 'Config'].includes(config.kind as string)) return 'its kind is not Config';
  if (![undefined, null, '', 'v1'].includes(config.apiVersion as string)) return 'its apiVersion is not v1';
  return CONFIG(config, '');
}

/** Reads a boolean, also in the words of YAML 1.1 (`yes`, `off`) that kubectl accepts. Undefined for anything else. */
export function asFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (/^(y|yes|on)$/i.test(String(value))) return true;
  return /^(n|no|off)$/i.test(String(value)) ? false : undefined;
}

/**
 * Finds the first contradiction for which clientcmd refuses a cluster and a user that are used together
 * (tools/clientcmd/validation.go), such as two client certificates.
 *
 * @returns a clause about the problem, which contains no value of the file; undefined if there is none
 */
export function contradiction(cluster: ClusterEntry, user: UserEntry): string | undefined {
  const both = (name: string): string => `${name} and ${name}-data are both given`;
  if (cluster.caData && cluster.caFile) return both('certificate-authority');
  if (cluster.skipTLSVerify && (cluster.caData || cluster.caFile))
    return 'insecure-skip-tls-verify is set although a certificate-authority is given';
  if (user.certData && user.certFile) return both('client-certificate');
  if (user.keyData && user.keyFile) return both('client-key');
  if ((user.certData || user.certFile) && !user.keyData && !user.keyFile)
    return 'client-certificate is given without client-key';
  // The transport, which reads a token file, looks at the user name only.
  if ((user.token && (user.username || user.password)) || (user.tokenFile && user.username))
    return 'token and username are both given';
  if (user.exec && user.authProvider) return 'exec and auth-provider are both given';
  const plugin = user.exec && wrongPlugin(user.exec);
  if (plugin !== undefined) return plugin;
  if (!user.impersonateUser && Object.keys(user.impersonate).length > 0)
    return 'as-uid, as-groups or as-user-extra is given without as';
  return undefined;
}

/** The API versions of credential plugins; only in the first interactiveMode has a default (client-go, SetDefaults_ExecConfig). */
const [DEFAULTS_MODE, REQUIRES_MODE] = ['client.authentication.k8s.io/v1beta1', 'client.authentication.k8s.io/v1'];

function wrongPlugin({ command, apiVersion, env, interactiveMode }: ExecSpec): string | undefined {
  if (command === '') return 'exec has no command';
  if (apiVersion === '') return 'exec has no apiVersion';
  if (apiVersion !== DEFAULTS_MODE && apiVersion !== REQUIRES_MODE)
    return `exec.apiVersion is not ${REQUIRES_MODE} or ${DEFAULTS_MODE}`;
  if (env.some(({ name }) => name === '')) return 'exec.env has a variable without a name';
  if (interactiveMode === undefined)
    return apiVersion === DEFAULTS_MODE ? undefined : 'exec has no interactiveMode (Never, IfAvailable or Always)';
  const isValid = ['Never', 'IfAvailable', 'Always'].includes(interactiveMode);
  return isValid ? undefined : 'exec.interactiveMode is not Never, IfAvailable or Always';
}
