import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from '../support/cluster/control-plane.js';
import { startController, statusOf } from '../support/double/fake-controller.js';
import { interleaved, type Case } from './interleaved.js';
import type { Row } from './table.js';

export const BIN = fileURLToPath(new URL('../../bin/skupper.js', import.meta.url));

/** A Node that the program is measured on, and what it may cost there beside the same Node that runs nothing. */
export interface Runtime {
  file: string;
  version: string;
  /** The first words of our command lines. */
  program: readonly string[];
  /** What loads no command (the version, help), as a ratio of wall time. */
  start: number;
  /** A short command, as a ratio of wall time. */
  short: number;
  /** `status` of one object on Kubernetes. */
  status: number;
  /** Memory. */
  memory: number;
}

/**
 * The Nodes of `NODES=path,path`, or the one that runs this, and the single executable that SINGLE names, beside this Node. Node keeps
 * compiled code from 22.1 on, so that older ones may take longer.
 */
export function runtimes(): Runtime[] {
  const files = (process.env['NODES'] ?? process.execPath).split(',').filter((file) => file !== '');
  const nodes = files.map((file): Runtime => {
    const version = execFileSync(file, ['--version'], { encoding: 'utf8' }).trim();
    const keeps = Number(/^v(\d+)/.exec(version)?.[1]) >= 22;
    const most = keeps ? { short: 2.1, status: 3.6, memory: 1.6 } : { short: 2.9, status: 5.7, memory: 1.6 };
    return { file, version: `Node ${version}`, program: [file, BIN], start: 1.5, ...most };
  });
  const single = process.env['SINGLE'];
  if (!single) return nodes;
  const version = `the single executable of Node ${process.version}`;
  return [
    ...nodes,
    { file: process.execPath, version, program: [single], start: 2.4, short: 3.1, status: 5.9, memory: 2 },
  ];
}

const bare = ({ file }: Runtime): Case => ({ command: [file, '-e', '0'] });
const oursOn =
  ({ program }: Runtime) =>
  (...words: string[]): Case => ({ command: [...program, 'mkl', ...words] });

export const MANIFEST = `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: web
spec:
  host: web
  port: 8080
  strategy:
    weighted:
      routingKeys:
        east: 1
`;

/** Commands that need no server, beside a bare node; with a compile cache that earlier runs have filled, as users have it. */
export async function offline(runtime: Runtime, rounds: number): Promise<Row[]> {
  const ours = oursOn(runtime);
  const folder = mkdtempSync(path.join(tmpdir(), 'mkl-bench-'));
  const file = path.join(folder, 'web.yaml');
  writeFileSync(file, MANIFEST);
  const resources = path.join(folder, 'namespaces', 'default', 'input', 'resources');
  const site = { SKUPPER_PLATFORM: 'podman', SKUPPER_MKL_DATA_HOME: folder };
  mkdirSync(resources, { recursive: true });
  writeFileSync(path.join(resources, 'MultiKeyListener-web.yaml'), MANIFEST);
  const cost = await interleaved(
    {
      bare: bare(runtime),
      version: { command: [...runtime.program, '--version'] },
      help: ours('create', '--help'),
      generate: ours('generate', 'web', '8080', '--weighted', 'east=1'),
      validate: ours('validate', '-f', file),
      wrong: { ...ours('status', '--nmespace', 'x'), status: 2 },
      site: { ...ours('status'), env: site },
      cold: { ...ours('generate', 'web', '8080', '--weighted', 'east=1'), env: { NODE_DISABLE_COMPILE_CACHE: '1' } },
    },
    rounds,
  );
  const row = (work: string, ours: keyof typeof cost, goal?: number, memoryGoal?: number): Row => {
    return { work, beside: 'node -e 0', ours: cost[ours], other: cost.bare, goal, memoryGoal };
  };
  return [
    row('`--version`', 'version', runtime.start),
    row('`create --help`', 'help', runtime.start),
    row('a usage error', 'wrong', runtime.short),
    row('`generate`', 'generate', runtime.short),
    row('`generate`, nothing compiled before', 'cold'),
    row('`validate` of one file', 'validate'),
    row('`status`, system site', 'site', undefined, runtime.memory),
  ];
}

/** Commands of one object on a real API server, beside kubectl; a controller sets Configured within 20 ms. */
export async function cluster(plane: ControlPlane, runtime: Runtime, rounds: number): Promise<Row[]> {
  const ours = oursOn(runtime);
  const namespace = await plane.newNamespace();
  const env = { KUBECONFIG: await plane.kubeconfig('admin', namespace) };
  const folder = mkdtempSync(path.join(tmpdir(), 'mkl-bench-'));
  const named = (name: string): string => MANIFEST.replaceAll('web', name);
  for (let round = 0; round <= rounds; round += 1)
    writeFileSync(path.join(folder, `k${round}.yaml`), named(`k${round}`));
  const controller = startController(plane.admin, namespace, (resource) => [statusOf('configured', resource)]);
  try {
    const apply = path.join(folder, 'k{i}.yaml');
    const cost = await interleaved(
      {
        bare: bare(runtime),
        apply: { command: ['kubectl', 'apply', '-f', apply], env },
        create: { ...ours('create', 'o{i}', '8080', '--weighted', 'east=1'), env },
        get: { command: ['kubectl', 'get', 'multikeylisteners', 'k{i}'], env },
        status: { ...ours('status', 'k{i}'), env },
        complete: { ...ours('__complete', '--', 'mkl', 'status', 'k'), env },
        kubectlDelete: { command: ['kubectl', 'delete', '-f', apply], env },
        delete: { ...ours('delete', 'o{i}'), env },
      },
      rounds,
    );
    type Name = keyof typeof cost;
    const row = (work: string, mine: Name, beside: string, other: Name, goal?: number, memoryGoal?: number): Row => {
      return { work, beside, ours: cost[mine], other: cost[other], goal, memoryGoal };
    };
    return [
      row('`status` of one object', 'status', 'node -e 0', 'bare', runtime.status),
      row('`status` of one object', 'status', 'kubectl get', 'get'),
      row('`create` with its wait', 'create', 'kubectl apply', 'apply'),
      row('`delete` with its wait', 'delete', 'kubectl apply', 'apply'),
      row('`delete` with its wait', 'delete', 'kubectl delete', 'kubectlDelete'),
      row('completion of a name', 'complete', 'kubectl get', 'get'),
      row('memory of `status` of one object', 'status', 'node -e 0', 'bare', undefined, runtime.memory),
      row('memory of `create`', 'create', 'node -e 0', 'bare', undefined, runtime.memory),
    ];
  } finally {
    await controller.stop();
  }
}
