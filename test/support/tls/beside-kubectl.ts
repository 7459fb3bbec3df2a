import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { environment, skupper } from '../program.js';
import type { TlsCase } from './cases.js';

/** What came of a request: what the server saw of it, and what its sender said. */
export interface Asked {
  accepted: boolean;
  requests: number;
  status: number | null;
  stderr: string;
}

const LIST = JSON.stringify({ kind: 'MultiKeyListenerList', metadata: { resourceVersion: '1' }, items: [] });
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function kubeconfigOf({ authority, insecure, serverName, client }: TlsCase, port: number): object {
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    ...(authority !== undefined && { 'certificate-authority-data': base64(authority) }),
    ...(insecure && { 'insecure-skip-tls-verify': true }),
    ...(serverName && { 'tls-server-name': serverName }),
  };
  const user = client
    ? { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) }
    : { token: 'secret-token' };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
  };
}

/** A server of a case, and its kubeconfig in a folder of its own. */
export class TlsTrial {
  private requests = 0;
  private readonly env: Record<string, string>;

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    folder: string,
    each: TlsCase,
  ) {
    const { port } = server.address() as AddressInfo;
    mkdirSync(folder, { recursive: true });
    const put = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
    put('config', JSON.stringify(kubeconfigOf(each, port)));
    mkdirSync(path.join(folder, 'roots'));
    for (const [name, text] of Object.entries(each.files ?? {})) put(`roots/${name}`, text);
    const given = Object.entries(each.env ?? {}).map(([name, value]): [string, string] => {
      return [name, value.replace('DIR', path.join(folder, 'roots'))];
    });
    this.env = { KUBECONFIG: path.join(folder, 'config'), HOME: folder, ...Object.fromEntries(given) };
    server.on('request', (_, response) => {
      this.requests += 1;
      response.setHeader('Content-Type', 'application/json').end(LIST);
    });
  }

  static async start(folder: string, each: TlsCase): Promise<TlsTrial> {
    const cert = [each.server.certificate, ...(each.sent ?? [])].join('');
    // Weak keys and digests are for the clients to judge.
    const server = createServer({ cert, key: each.server.key, ciphers: 'DEFAULT:@SECLEVEL=0', ...each.tls });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TlsTrial(server, folder, each);
  }

  /** The built program asks. */
  ours(): Promise<Asked> {
    return this.asked(() => skupper(['mkl', 'status', '-o', 'name'], { env: this.env }));
  }

  kubectl(): Promise<Asked> {
    return this.asked(
      () =>
        new Promise((resolve, reject) => {
          const child = spawn('kubectl', ['get', '--raw', '/version'], {
            env: environment(this.env),
            stdio: ['ignore', 'ignore', 'pipe'],
          });
          let stderr = '';
          child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
          child.on('error', reject);
          child.on('close', (status) => resolve({ status, stderr }));
        }),
    );
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async asked(ask: () => Promise<{ status: number | null; stderr: string }>): Promise<Asked> {
    const before = this.requests;
    const { status, stderr } = await ask();
    return { accepted: status === 0, requests: this.requests - before, status, stderr };
  }
}
