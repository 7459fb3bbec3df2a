import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MultiKeyListener, Status } from '../../src/model/resource.js';
import { ApiDouble } from '../support/double/api-double.js';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { startController, statusOf } from '../support/double/fake-controller.js';
import { environment, type Result } from '../support/program.js';
import { restClient, type Rest } from '../support/cluster/rest.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The sections of docs/scripting.md, in order. */
export const SECTIONS = readFileSync(path.join(ROOT, 'docs', 'scripting.md'), 'utf8')
  .split(/^## /m)
  .slice(1);

/** The one block of each numbered section. */
const BLOCKS = new Map(
  SECTIONS.map((section): [number, string] => {
    const blocks = [...section.matchAll(/^```sh\n([^]*?)^```$/gm)];
    if (blocks.length !== 1) throw new Error(`not one block: ${section}`);
    return [Number.parseInt(section, 10), blocks[0]?.[1] ?? ''];
  }),
);

export interface Script {
  result: Promise<Result>;
  /** Ends all its processes as Ctrl-C would. */
  stop(): void;
}

/**
 * Where the recipes run: a folder of their own, the built program as the only `skupper`, the double as the cluster (namespace
 * `west`) with a controller that answers every write there, and a data home.
 */
export interface Shop {
  double: ApiDouble;
  rest: Rest;
  /** Every strategy that the controller met. */
  met: unknown[];
  /** What the controller answers: Ready, unless a test has it otherwise. */
  answer: (resource: MultiKeyListener) => Status[];
  at(...parts: string[]): string;
  /** Runs the block of that section as it stands, in `sh -eu`. */
  start(recipe: number, variables: Record<string, string>): Script;
  run(recipe: number, variables: Record<string, string>): Promise<Result>;
  /** Creates one past the program: labels app=shop, weighted east=3, west=1. */
  put(name: string, spec?: object, namespace?: string): Promise<void>;
  stored(name: string, namespace?: string): MultiKeyListener;
  names(namespace?: string): string[];
  isReady(name: string): Promise<void>;
  stop(): Promise<void>;
}

export const weighted = (routingKeys: Record<string, number>): object => ({ weighted: { routingKeys } });
export const collection = (namespace: string): string =>
  `/apis/skupper.io/v2alpha1/namespaces/${namespace}/multikeylisteners`;

export async function openShop(): Promise<Shop> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mkl-script-'));
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  mkdirSync(at('bin'));
  writeFileSync(at('bin', 'skupper'), `#!/bin/sh\nexec '${process.execPath}' '${ROOT}bin/skupper.js' "$@"\n`);
  chmodSync(at('bin', 'skupper'), 0o755);
  const double = await ApiDouble.start();
  for (const name of ['west', 'east']) double.storage.namespaces.add(name);
  const kubeconfig = await double.kubeconfig({ namespace: 'west' });
  const rest = restClient(double.url, 'admin-token');
  const scripts: Script[] = [];
  const start: Shop['start'] = (recipe, variables) => {
    const places = { PATH: `${at('bin')}:/usr/bin:/bin`, HOME: folder, KUBECONFIG: kubeconfig };
    const env = environment({ ...places, SKUPPER_MKL_DATA_HOME: at('home'), ...variables });
    const script = shell(BLOCKS.get(recipe) ?? 'exit 99', { env, cwd: folder });
    scripts.push(script);
    return script;
  };
  const stored: Shop['stored'] = (name, namespace = 'west') =>
    double.storage.get('multikeylisteners', namespace, name) as unknown as MultiKeyListener;
  const met: unknown[] = [];
  const shop: Shop = {
    double,
    rest,
    met,
    answer: (resource) => [statusOf('ready', resource)],
    at,
    start,
    run: (recipe, variables) => start(recipe, variables).result,
    async put(name, spec = {}, namespace = 'west') {
      const { status, body } = await rest('POST', collection(namespace), {
        apiVersion: 'skupper.io/v2alpha1',
        kind: 'MultiKeyListener',
        metadata: { name, labels: { app: 'shop' } },
        spec: { host: name, port: 80, strategy: weighted({ east: 3, west: 1 }), ...spec },
      });
      if (status !== 201) throw new Error(JSON.stringify(body));
    },
    stored,
    names: (namespace = 'west') =>
      double.storage.list('multikeylisteners', namespace).map(({ metadata }) => metadata.name),
    isReady: (name) => eventually(`${name} is ready`, () => stored(name).status?.status === 'Ready'),
    async stop() {
      for (const script of scripts) {
        script.stop();
        await script.result;
      }
      await controller.stop();
      await double.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const controller = startController(rest, 'west', (resource) => {
    met.push(resource.spec.strategy);
    return shop.answer(resource);
  });
  return shop;
}

/** In a process group of its own: a pipeline ends as a whole. */
function shell(block: string, options: { env: Record<string, string>; cwd: string }): Script {
  const child = spawn('sh', ['-eu', '-c', block], { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  let ended = false;
  const result = new Promise<Result>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      ended = true;
      resolve({ stdout, stderr, status, signal });
    });
  });
  const stop = (): void => {
    if (!ended && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  };
  return { result, stop };
}
