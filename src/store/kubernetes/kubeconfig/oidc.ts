import type http from 'node:http';
import { Failure } from '../../../model/failure.js';
import type { StoreOptions } from '../../store.js';
import { keepSecret, withoutSecrets } from '../../../util/secrets.js';
import { TransportError } from '../http/exchange.js';
import { isUntrusted } from '../http/network-errors.js';
import { Transport, type Call, type Reply } from '../http/transport.js';
import type { ExecCredential } from './exec-credential.js';
import type { UserEntry } from './kubeconfig.js';
import { isRecord, text } from './parse.js';
import { writeTokens } from './write-tokens.js';

/** Context and server for messages, and the means to ask the identity provider. */
export interface OidcSituation {
  context: string;
  server: string;
  timeoutMs: number;
  warn: StoreOptions['warn'];
  /** Creates sockets to an identity provider, which is verified with this certificate authority. */
  agentFor(url: URL, authority: { caData?: string; caFile?: string }): Promise<http.Agent>;
}

/** Tokens by their names in the kubeconfig. */
type Tokens = Record<'id-token', string> & Record<string, string>;

/** A token is renewed this long before it expires, as in client-go. */
const EARLY_MS = 10_000;

/**
 * The ID token of an `oidc` auth-provider. An expired token is renewed at the issuer with the refresh token; the new tokens are
 * written to the kubeconfig and to `user` (client-go, plugin/pkg/client/auth/oidc). If the kubeconfig cannot be written, that is
 * only a warning.
 *
 * @throws Failure `credential-plugin`, or `tls` if the issuer could not be verified
 */
export async function oidcToken(user: UserEntry, at: OidcSituation): Promise<ExecCredential> {
  const provider = user.authProvider as { config?: Record<string, string> };
  const config = (provider.config ??= {});
  const stored = config['id-token'] ?? '';
  if (expiryOf(stored) > Date.now()) return { token: stored, expires: expiryOf(stored) };

  const renewed = await renew(config, at);
  keepSecret(...Object.values(renewed));
  if (user.file !== undefined) {
    try {
      await writeTokens(user.file, user.name, renewed);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      at.warn?.(`the new OIDC tokens could not be written to ${user.file}: ${why}`);
    }
  }
  Object.assign(config, renewed);
  const token = renewed['id-token'];
  return { token, expires: expiryOf(token) };
}

/** When to renew a token, in milliseconds since the epoch; 0 if it is not a JWT with an expiry. */
function expiryOf(token: string): number {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp?: unknown };
    return typeof claims.exp === 'number' ? claims.exp * 1000 - EARLY_MS : 0;
  } catch {
    return 0;
  }
}

/** Gets new tokens from the issuer with the refresh token (OpenID Connect discovery, then the token endpoint). */
async function renew(config: Record<string, string>, at: OidcSituation): Promise<Tokens> {
  const fail = refusal(at);
  const required = (name: string): string => {
    const value = text(config[name]);
    if (value === undefined) throw fail(`the ID token has expired, and the kubeconfig has no ${name}`);
    return value;
  };
  const refreshToken = required('refresh-token');
  const id = required('client-id');
  const secret = config['client-secret'] ?? '';
  const issuer = required('idp-issuer-url').replace(/\/$/, '');
  const authority = {
    caData: text(config['idp-certificate-authority-data']),
    caFile: text(config['idp-certificate-authority']),
  };
  const ask = async (address: string, call: Omit<Call, 'path'>, headers = {}): Promise<Reply> => {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) throw fail(`"${withoutSecrets(address)}" is not an http(s) URL`);
    try {
      const access = { agent: await at.agentFor(url, authority), headers };
      const server = { access: () => Promise.resolve(access), server: new URL(url.origin), warn: undefined };
      return await new Transport(server, at.timeoutMs).send({ ...call, path: url.pathname + url.search });
    } catch (error) {
      throw fail(`the identity provider ${url.origin} cannot be reached: ${reason(error)}`, error);
    }
  };

  const discovered = await ask(`${issuer}/.well-known/openid-configuration`, { method: 'GET' });
  const tokenEndpoint = text(members(discovered).token_endpoint);
  if (discovered.status !== 200 || tokenEndpoint === undefined)
    throw fail(`${issuer} answered with status ${discovered.status} and names no token_endpoint`);

  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const post = (form: Record<string, string>, headers = {}): Promise<Reply> => {
    const body = Buffer.from(new URLSearchParams(form).toString());
    return ask(tokenEndpoint, { method: 'POST', body, contentType: 'application/x-www-form-urlencoded' }, headers);
  };
  const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64');
  let answer = await post(grant, { Authorization: `Basic ${basic}` });
  // As in Go's oauth2, client id and secret are sent in the form if the provider does not accept them in the header.
  if (answer.status >= 300) answer = await post({ ...grant, client_id: id, ...(secret && { client_secret: secret }) });
  const { id_token: idToken, refresh_token: next, error } = members(answer);
  if (answer.status >= 300) {
    const why = typeof error === 'string' && /^\w+$/.test(error) ? error : 'no reason given';
    throw fail(`the identity provider refused to renew the token: status ${answer.status}, ${why}`);
  }
  if (typeof idToken !== 'string') throw fail('the answer of the identity provider contains no id_token');
  return { 'id-token': idToken, ...(typeof next === 'string' && next !== '' ? { 'refresh-token': next } : {}) };
}

const refusal =
  (at: OidcSituation) =>
  (why: string, cause?: unknown): Failure => {
    const untrusted = cause instanceof TransportError && isUntrusted(cause);
    const message = `the auth-provider returned no credential (context "${at.context}", server ${at.server}): ${why}`;
    return new Failure(untrusted ? 'tls' : 'credential-plugin', message, {
      hint: untrusted
        ? 'Check idp-certificate-authority of the auth-provider in the kubeconfig.'
        : 'Log in again with the tool that created the kubeconfig.',
      cause,
    });
  };

function reason(error: unknown): string {
  if (error instanceof TransportError && error.trouble === 'timeout') return 'it did not answer in time';
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const code = error instanceof TransportError ? error.code : '';
  return line.includes(code) ? line : `${line} (${code})`;
}

function members({ text: body }: Reply): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
