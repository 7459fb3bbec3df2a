import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from '../support/cluster/control-plane.js';
import { startController, statusOf } from '../support/double/fake-controller.js';
import { interleaved, type Case } from './interleaved.js';
import type { Row } from './table.js';

export const BIN = fileURLToPath(new URL('../../bin/skupper.js', import.meta.url));
export const ours = (...words: string[]): Case => ({ command: [process.execPath, BIN, 'mkl', ...words] });
const BARE: Case = { command: [process.execPath, '-e', '0'] };

const MANIFEST = `apiVersion: skupper.io/v2alpha1
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

/** Commands that need no server, beside a bare node; with a code cache that earlier runs have filled, as users have it. */
export async function offline(rounds: number): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mkl-bench-'));
  const file = path.join(folder, 'web.yaml');
  writeFileSync(file, MANIFEST);
  const resources = path.join(folder, 'namespaces', 'default', 'input', 'resources');
  const site = { SKUPPER_PLATFORM: 'podman', SKUPPER_MKL_DATA_HOME: folder };
  mkdirSync(resources, { recursive: true });
  writeFileSync(path.join(resources, 'MultiKeyListener-web.yaml'), MANIFEST);
  const cost = await interleaved(
    {
      bare: BARE,
      version: { command: [process.execPath, BIN, '--version'] },
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
    row('`--version`', 'version', 1.3),
    row('`create --help`', 'help', 1.3),
    row('a usage error', 'wrong', 1.3),
    row('`generate`', 'generate', 1.3),
    row('`generate`, nothing compiled before', 'cold'),
    row('`validate` of one file', 'validate', 1.3),
    row('`status`, system site', 'site', 1.4, 1.6),
  ];
}

/** Commands of one object on a real API server, beside kubectl; a controller sets Configured within 20 ms. */
export async function cluster(plane: ControlPlane, rounds: number): Promise<Row[]> {
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
        bare: BARE,
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
      row('`status` of one object', 'status', 'kubectl get', 'get', 1.6),
      row('`create` with its wait', 'create', 'kubectl apply', 'apply', 2),
      row('`delete` with its wait', 'delete', 'kubectl apply', 'apply', 2),
      row('`delete` with its wait', 'delete', 'kubectl delete', 'kubectlDelete'),
      row('completion of a name', 'complete', 'kubectl get', 'get', 1.6),
      row('memory of `status` of one object', 'status', 'node -e 0', 'bare', undefined, 1.6),
      row('memory of `create`', 'create', 'node -e 0', 'bare', undefined, 1.6),
    ];
  } finally {
    await controller.stop();
  }
}
