import http from 'node:http';
import https from 'node:https';

export interface RestAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** One JSON request of a test's own, past the store under test. */
export type Rest = (method: string, path: string, body?: unknown, contentType?: string) => Promise<RestAnswer>;

/** The same with the body's very text. */
export type RawRest = (method: string, path: string, body?: string, contentType?: string) => Promise<RestAnswer>;

/** @param ca PEM; leave out for plain http */
export function restClient(server: string, token: string, ca?: string): Rest {
  const raw = rawRestClient(server, token, ca);
  return (method, path, body, contentType) =>
    raw(method, path, body === undefined ? undefined : JSON.stringify(body), contentType);
}

/** @param ca PEM; leave out for plain http */
export function rawRestClient(server: string, token: string, ca?: string): RawRest {
  return (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': contentType };
      const url = new URL(server + path);
      const options = { method, headers, ca, agent: false as const };
      const request = (url.protocol === 'http:' ? http : https).request(url, options, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (chunk: Buffer) => parts.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          resolve({ status: response.statusCode ?? 0, body: parse(text) });
        });
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}
