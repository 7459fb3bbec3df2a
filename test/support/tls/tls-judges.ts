import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isFailure } from '../../../src/model/failure.js';
import { openStore } from '../double/kubernetes-harness.js';
import { environment, skupper, temporaryFolder } from '../program.js';
import type { Cell } from './cell.js';
import { listen, proxyTo, type Asked } from './tls-server.js';

/** What came of one attempt. */
export interface Verdict {
  accepted: boolean;
  /** This program's code of the failure, as far as it is known, and its words. */
  code?: string;
  words: string;
  asked: Asked;
}

export interface Judges {
  kubectl: boolean;
  /** The built program, or its store in this process. */
  ours: 'program' | 'store';
}

const PATH = '/apis/skupper.io/v2alpha1/namespaces/west/multikeylisteners';

/** Has kubectl and this program ask one cell's server. */
export async function judge(cell: Cell, judges: Judges): Promise<{ kubectl?: Verdict; ours: Verdict }> {
  const server = await listen(cell);
  const proxy = cell.proxy && (await proxyTo(cell, server.port));
  const folder = temporaryFolder();
  try {
    const put = (text: string): string => text.replaceAll('DIR', folder.path);
    for (const [name, text] of Object.entries(cell.files ?? {})) {
      mkdirSync(path.dirname(folder.at(name)), { recursive: true });
      writeFileSync(folder.at(name), put(text));
    }
    const url = `https://${cell.host ?? '127.0.0.1'}:${server.port}`;
    writeFileSync(
      folder.at('kubeconfig'),
      put(JSON.stringify(kubeconfig(cell, url, folder.at('authority'), proxy?.url))),
    );
    if (cell.authorityAs === 'file') writeFileSync(folder.at('authority'), bytesOf(cell.authority ?? ''));
    const own = Object.entries(cell.env ?? {}).map(([name, value]) => [name, put(value)]);
    const env = { KUBECONFIG: folder.at('kubeconfig'), HOME: folder.path, ...Object.fromEntries(own) } as Record<
      string,
      string
    >;
    const inProcess = judges.ours === 'store' && !own.some(([name]) => /^(NODE|OPENSSL)_/.test(name ?? ''));
    const [kubectl, ours] = await Promise.all([
      judges.kubectl ? byKubectl(env, folder.path) : undefined,
      inProcess ? byStore(env) : byProgram(env),
    ]);
    return {
      ...(kubectl && { kubectl: { ...kubectl, asked: server.asked.kubectl } }),
      ours: { ...ours, asked: server.asked.ours },
    };
  } finally {
    proxy?.close();
    server.close();
    folder.remove();
  }
}

function kubeconfig(
  { authority, authorityAs, cluster, user }: Cell,
  server: string,
  file: string,
  proxy?: string,
): object {
  const trusted =
    authority === undefined
      ? {}
      : authorityAs === 'file'
        ? { 'certificate-authority': file }
        : { 'certificate-authority-data': bytesOf(authority).toString('base64') };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'one',
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u', namespace: 'west' } }],
    clusters: [{ name: 'c', cluster: { server, 'proxy-url': proxy, ...trusted, ...cluster } }],
    users: [{ name: 'u', user: user ?? { token: 'secret-token' } }],
  };
}

/** DER is bytes, and no text. */
const bytesOf = (text: string): Buffer => Buffer.from(text, /[^\0-\xff]/.test(text) ? 'utf8' : 'latin1');

type Said = Omit<Verdict, 'asked'>;

function byKubectl(env: Record<string, string>, cwd: string): Promise<Said> {
  return new Promise((resolve, reject) => {
    const words = ['get', '--raw', PATH, '--request-timeout=60s'];
    const child = spawn('kubectl', words, { env: environment(env), cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    child.on('close', (status) => resolve({ accepted: status === 0, words: said.trim() }));
  });
}

async function byProgram(env: Record<string, string>): Promise<Said> {
  const result = await skupper(['mkl', 'status', '-o', 'json', '--request-timeout', '60s'], { env });
  if (result.status === 0) return { accepted: true, words: result.stderr };
  const { error } = JSON.parse(result.stderr) as { error: { code: string; message: string; hint?: string } };
  return { accepted: false, code: error.code, words: `${error.message}\n${error.hint ?? ''}` };
}

async function byStore(env: Record<string, string>): Promise<Said> {
  try {
    const store = await openStore(env.KUBECONFIG ?? '', { env: environment(env) });
    await store.list();
    store.close?.();
    return { accepted: true, words: '' };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { accepted: false, code: error.code, words: `${error.message}\n${error.hint ?? ''}` };
  }
}
