import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installCrds, installRbac } from './control-plane-setup.js';
import { findBinaries, type Binaries } from './control-plane-binaries.js';
import { attach, type Details, type Handle } from './control-plane-handle.js';

/** A running kube-apiserver with its etcd, on loopback. */
export interface ControlPlane extends Handle {
  /** What another process needs to use it (`attach`). */
  details: Details;
  /** Kills the API server without a farewell; etcd keeps what it has. */
  killApiServer(): Promise<void>;
  startApiServer(): Promise<void>;
  /** Ends both processes and removes their folder. */
  stop(): Promise<void>;
}

const READY_MS = 600_000;
const ATTEMPTS = 3;

/**
 * Starts etcd and kube-apiserver in a temporary folder.
 *
 * @param crds false: a cluster without Skupper
 * @returns the control plane, or in one line why there is none
 * @throws Error when CI=true and there are no binaries, or when they do not start
 */
export async function startControlPlane({
  crds = true,
  say,
}: { crds?: boolean; say?: (line: string) => void } = {}): Promise<ControlPlane | { reason: string }> {
  const binaries = await findBinaries(say ?? (() => undefined));
  if ('reason' in binaries) {
    if (process.env.CI === 'true') throw new Error(`The end-to-end tests cannot run: ${binaries.reason}`);
    return binaries;
  }
  const servers = new Servers(binaries, mkdtempSync(path.join(tmpdir(), 'mkl-control-plane-')));
  try {
    await servers.start();
    const details = await servers.details();
    const handle = attach(details);
    await installRbac(handle.admin);
    if (crds) await installCrds(handle.admin);
    return {
      ...handle,
      details,
      killApiServer: () => servers.killApiServer(),
      startApiServer: () => servers.startApiServer(),
      stop: () => servers.stop(),
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

class Servers {
  private etcd: ChildProcess | undefined;
  private apiserver: ChildProcess | undefined;
  private ports = { etcd: 0, peer: 0, apiserver: 0 };
  private readonly tokens = { admin: token(), nobody: token(), limited: token() };
  private readonly onExit = (): void => {
    this.etcd?.kill('SIGKILL');
    this.apiserver?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  };

  constructor(
    private readonly binaries: Binaries,
    private readonly folder: string,
  ) {
    process.on('exit', this.onExit);
  }

  /** A port that was free may be taken meanwhile, and on a busy machine the API server gives etcd up: then all begins anew. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt += 1)
      try {
        return await this.startBoth();
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await Promise.all([end(this.apiserver), end(this.etcd)]);
        await rm(this.at('etcd'), { recursive: true, force: true });
      }
  }

  private async startBoth(): Promise<void> {
    const [etcd = 0, peer = 0, apiserver = 0] = await freePorts(3);
    this.ports = { etcd, peer, apiserver };
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(this.at('sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const lines = [
      `${this.tokens.admin},admin,admin,"system:masters"`,
      `${this.tokens.nobody},nobody,nobody`,
      `${this.tokens.limited},limited,limited`,
    ];
    await writeFile(this.at('tokens.csv'), `${lines.join('\n')}\n`);
    const client = `http://127.0.0.1:${etcd}`;
    const peers = `http://127.0.0.1:${peer}`;
    const child = await this.spawn('etcd', this.binaries.etcd, [
      `--data-dir=${this.at('etcd')}`,
      '--unsafe-no-fsync',
      '--log-level=error',
      '--name=default',
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`,
      `--initial-cluster=default=${peers}`,
    ]);
    this.etcd = child;
    await this.until('etcd', child, () => answers(fetch(`${client}/health`)));
    await this.startApiServer();
  }

  async startApiServer(): Promise<void> {
    const child = await this.spawn('apiserver', this.binaries.apiserver, [
      `--etcd-servers=http://127.0.0.1:${this.ports.etcd}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${this.ports.apiserver}`,
      `--cert-dir=${this.at('certs')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${this.at('sa.key')}`,
      `--service-account-signing-key-file=${this.at('sa.key')}`,
      `--token-auth-file=${this.at('tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.0.0.0/24',
      '--disable-admission-plugins=ServiceAccount',
    ]);
    this.apiserver = child;
    await this.until('apiserver', child, async () => answers(attach(await this.details()).admin('GET', '/readyz')));
  }

  private async until(name: string, child: ChildProcess, ready: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + READY_MS;
    while (!(await ready().catch(() => false))) {
      if (child.exitCode !== null) throw new Error(`${name} ended: ${await this.lastLog(name)}`);
      if (Date.now() > deadline)
        throw new Error(`${name} was not ready within ${READY_MS / 1000} s: ${await this.lastLog(name)}`);
      await sleep(100);
    }
  }

  async killApiServer(): Promise<void> {
    await end(this.apiserver);
  }

  async stop(): Promise<void> {
    await Promise.all([end(this.apiserver), end(this.etcd)]);
    process.off('exit', this.onExit);
    this.onExit();
  }

  async details(): Promise<Details> {
    const ca = await readFile(this.at('certs/apiserver.crt'), 'utf8');
    return { server: `https://127.0.0.1:${this.ports.apiserver}`, ca, folder: this.folder, tokens: this.tokens };
  }

  private at(name: string): string {
    return path.join(this.folder, name);
  }

  private async spawn(name: string, command: string, args: string[]): Promise<ChildProcess> {
    const log = await open(this.at(`${name}.log`), 'a');
    const child = spawn(command, args, { stdio: ['ignore', log.fd, log.fd], cwd: this.folder });
    child.on('error', () => undefined);
    child.on('spawn', () => void log.close());
    return child;
  }

  private async lastLog(name: string): Promise<string> {
    return (await readFile(this.at(`${name}.log`), 'utf8')).trim().split('\n').slice(-3).join(' | ');
  }
}

const answers = async (request: Promise<{ status: number }>): Promise<boolean> => (await request).status === 200;

const token = (): string => randomBytes(16).toString('hex');

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** Held open together, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.on('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
