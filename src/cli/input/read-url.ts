import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { boundedBy } from '../../util/bounded.js';
import { verification } from '../../util/tls/verification.js';
import { proxyRoute } from './proxy-route.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Timeout in milliseconds for everything together: connecting, redirects, retries and the body. */
const TIMEOUT_MS = 30_000;
/** The limit of Go's HTTP client, with which kubectl reads URLs. */
const MOST_REDIRECTS = 10;
/** The number of attempts for a server that answers 5xx, as in kubectl. */
const ATTEMPTS = 3;
const PAUSE_MS = 500;

/** The body of a response, or the reason why there is none. */
export type UrlContent = { body: http.IncomingMessage } | { why: string };

/**
 * Requests a URL as `kubectl -f URL` does: follows redirects, but not from https to http; retries a server that answers 5xx
 * up to three attempts; uses the proxy of the environment. Servers are always verified with the roots of the machine.
 *
 * @param signal ends the request, also while the body is read
 * @param timeoutMs the time for everything, including the body, in milliseconds
 * @throws the error of the connection; urlProblem puts it into words
 */
export async function openUrl(
  word: string,
  env: Env,
  signal: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<UrlContent> {
  const bound = boundedBy(signal, timeoutMs);
  try {
    const content = await follow(word, env, bound.signal);
    if ('body' in content) content.body.once('close', bound.clear);
    else bound.clear();
    return content;
  } catch (error) {
    bound.clear();
    throw error;
  }
}

async function follow(word: string, env: Env, signal: AbortSignal): Promise<UrlContent> {
  let redirects = 0;
  let attempts = 1;
  for (let url = URL.canParse(word) ? new URL(word) : undefined; url !== undefined;) {
    const response = await ask(url, env, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode === 200) return { body: response };
    response.destroy();
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      redirects += 1;
      if (redirects > MOST_REDIRECTS) return { why: `more than ${MOST_REDIRECTS} redirects` };
      const next = redirectOf(url, headers.location);
      if ('why' in next) return next;
      url = next;
    } else if (statusCode >= 500 && attempts < ATTEMPTS) {
      attempts += 1;
      await sleep(PAUSE_MS, undefined, { signal });
    } else return { why: `the server answered with status ${statusCode}` };
  }
  return { why: 'the URL is not valid' };
}

/** The target of a redirect, or the reason why it is not followed. */
export function redirectOf(from: URL, location: string): URL | { why: string } {
  if (!URL.canParse(location, from.href)) return { why: 'the server redirects to an invalid URL' };
  const next = new URL(location, from.href);
  const followed = next.protocol === 'https:' || (next.protocol === 'http:' && from.protocol === 'http:');
  return followed ? next : { why: `the server redirects to ${next.protocol}//, which is not supported` };
}

/** Describes an error that ended the request or the reading of its body. */
export function urlProblem(error: unknown): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  const cause = (error as { cause?: { name?: string } }).cause;
  if (name === 'TimeoutError' || cause?.name === 'TimeoutError') return `timed out after ${TIMEOUT_MS / 1000} s`;
  return message || String(code);
}

async function ask(url: URL, env: Env, signal: AbortSignal): Promise<http.IncomingMessage> {
  const route = await proxyRoute(url, env);
  const headers = { 'User-Agent': 'skupper-multikeylistener', ...route.headers };
  const secure = route.protocol === 'https:';
  const { get } = secure ? https : http;
  const verified = secure ? verification(env, route.hostname ?? url.hostname, undefined) : {};
  return new Promise((resolve, reject) => {
    // Without a socket, as while a proxy does not answer, Node reports the end of a request only when it gets one.
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    get(url, { ...verified, ...route, headers, signal }, resolve).on('error', reject);
  });
}
