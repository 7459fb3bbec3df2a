import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SystemRouter } from '../support/router/system-router.js';
import { applied, BACKEND } from '../support/system/system-site.js';
import type { Runtime } from './commands.js';
import { interleaved, type Case } from './interleaved.js';
import type { Row } from './table.js';

const FILE = 'MultiKeyListener-backend.yaml';

/** The table of a system site whose router is asked, beside that of one whose resource is not applied, where nobody is. */
export async function askingRouters({ program }: Runtime, rounds: number): Promise<Row[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'mkl-bench-'));
  const put = (namespace: string, text: string, ...parts: string[]): void => {
    const folder = path.join(home, 'namespaces', namespace, ...parts);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, FILE), text);
  };
  for (const namespace of ['asked', 'silent']) put(namespace, BACKEND, 'input', 'resources');
  put('asked', BACKEND, 'internal', 'snapshot');
  put('asked', applied(BACKEND), 'runtime', 'resources');
  const router = await SystemRouter.start(home, { namespace: 'asked' });
  router.double.hold('backend', '0.0.0.0', 9092, 'priority', { west: 1, east: 0 });
  router.double.serve('east', 2);
  const env = { SKUPPER_PLATFORM: 'podman', SKUPPER_MKL_DATA_HOME: home };
  const status = (namespace: string): Case => ({ command: [...program, 'mkl', 'status', '-n', namespace], env });
  try {
    const cost = await interleaved({ asked: status('asked'), silent: status('silent') }, rounds);
    if (router.double.connections <= rounds) throw new Error('the router was not asked in every round');
    const beside = 'no router asked';
    return [{ work: '`status`, system site, router asked', beside, ours: cost.asked, other: cost.silent, goal: 2 }];
  } finally {
    await router.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
