import type { ClusterEntry, ExecSpec, UserEntry } from './kubeconfig.js';
import { isRecord, type Raw } from './parse.js';

/** Fields that are strings in client-go's types (tools/clientcmd/api/v1/types.go). */
const TEXTS =
  /^(kind|apiVersion|current-context|name|namespace|server|tls-server-name|proxy-url|token|tokenFile|username|password|as|as-uid|command|value|interactiveMode|installHint|(certificate-authority|client-certificate|client-key)(-data)?)$/;
const BYTES = /^(certificate-authority|client-certificate|client-key)-data$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MAPPINGS = /^(exec|auth-provider)$/;
const FLAGS = /^(insecure-skip-tls-verify|provideClusterInfo)$/;

/**
 * Finds the first problem for which clientcmd refuses a whole kubeconfig: another kind, or a field with another type. A number
 * is not accepted as a string, because its text may be lost when it is read (`token: 0123`).
 *
 * @returns a clause about the problem, which contains no value of the file; undefined for a usable file
 */
export function wrongIn(config: Raw): string | undefined {
  if (![undefined, null, '', 'Config'].includes(config.kind as string)) return 'its kind is not Config';
  if (![undefined, null, '', 'v1'].includes(config.apiVersion as string)) return 'its apiVersion is not v1';
  const current = config['current-context'] ?? '';
  if (typeof current !== 'string') return 'current-context is not a string';
  for (const list of ['contexts', 'clusters', 'users']) {
    const wrong = wrongEntries(list, config[list] ?? []);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function wrongEntries(list: string, entries: unknown): string | undefined {
  if (!Array.isArray(entries)) return `${list} is not a list`;
  const names = new Set<unknown>();
  for (const [index, entry] of entries.entries()) {
    const field = `${list}[${index}]`;
    if (entry === null) continue;
    if (!isRecord(entry)) return `${field} is not a mapping`;
    if (names.has(entry.name)) return `${field}.name is already used by another entry`;
    names.add(entry.name);
    const body = list.slice(0, -1);
    if (!isRecord(entry[body] ?? {})) return `${field}.${body} is not a mapping`;
    const wrong = wrongMember(field, entry);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function wrongMember(field: string, map: Raw): string | undefined {
  for (const [key, value] of Object.entries(map)) {
    // Extensions belong to other programs and may hold anything.
    if (value === null || key === 'extensions') continue;
    const at = `${field}.${key}`;
    // In a context, cluster and user are names; in the lists clusters and users they are mappings.
    const isName = field.endsWith('.context') && /^(cluster|user)$/.test(key);
    const isText = isName || TEXTS.test(key) || field.endsWith('auth-provider.config');
    if (isText && typeof value !== 'string') return `${at} is not a string`;
    if (BYTES.test(key) && !BASE64.test(String(value).replace(/[\r\n]/g, ''))) return `${at} is not valid base64`;
    if (MAPPINGS.test(key) && !isRecord(value)) return `${at} is not a mapping`;
    if (FLAGS.test(key) && asFlag(value) === undefined) return `${at} is not true or false`;
    const below = isRecord(value) ? wrongMember(at, value) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
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
  if ((user.token || user.tokenFile) && (user.username || user.password)) return 'token and username are both given';
  if (user.exec && user.authProvider) return 'exec and auth-provider are both given';
  const plugin = user.exec && wrongPlugin(user.exec);
  if (plugin !== undefined) return plugin;
  if (!user.impersonateUser && Object.keys(user.impersonate).length > 0)
    return 'as-uid, as-groups or as-user-extra is given without as';
  return undefined;
}

/** API versions of credential plugins in which interactiveMode has a default (client-go, SetDefaults_ExecConfig). */
const DEFAULTS_MODE = /\/v1(alpha|beta)1$/;

function wrongPlugin({ command, apiVersion, env, interactiveMode }: ExecSpec): string | undefined {
  if (command === '') return 'exec has no command';
  if (apiVersion === '') return 'exec has no apiVersion';
  if (env.some(({ name }) => name === '')) return 'exec.env has a variable without a name';
  if (interactiveMode === undefined)
    return DEFAULTS_MODE.test(apiVersion) ? undefined : 'exec has no interactiveMode (Never, IfAvailable or Always)';
  const isValid = ['Never', 'IfAvailable', 'Always'].includes(interactiveMode);
  return isValid ? undefined : 'exec.interactiveMode is not Never, IfAvailable or Always';
}
