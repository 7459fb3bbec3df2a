import fc from 'fast-check';
import type { MultiKeyListener, Status } from '../../src/model/resource.js';
import { weightsOf } from '../../src/model/strategy.js';
import { newCluster } from '../e2e/cluster.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { startController, statusOf } from '../support/double/fake-controller.js';
import { FaultyProxy, isWrite, type Fault } from '../support/faults/faulty-proxy.js';
import { started } from '../support/program.js';
import { report, tries } from '../support/verdict/reliability.js';

const plane = sharedControlPlane();
/** The points of a step: of one point, a hundred steps there and as many back. */
const POINTS = tries(50, 1);
const once = (fault: Fault): Fault => ({ ...fault, times: 1 }) as Fault;
const read = { when: (request: { method: string }): boolean => request.method === 'GET' };

/** What happens to the line while the shift runs, one after the other. */
const TROUBLES: Record<string, (proxy: FaultyProxy) => void> = {
  'all connections cut (RST)': (proxy) => proxy.cut('reset'),
  'all connections cut (FIN)': (proxy) => proxy.cut('end'),
  'the answer to a write is lost': (proxy) =>
    proxy.faults.push(once({ at: 'headers', action: 'reset', when: isWrite })),
  'a write is lost': (proxy) => proxy.faults.push(once({ at: 'request', action: 'reset', when: isWrite })),
  'half an answer': (proxy) => proxy.faults.push(once({ at: 'body', action: 'end', ...read })),
  'no new connection': (proxy) => proxy.faults.push(once({ at: 'connect', action: 'reset' })),
  'a corrupted handshake': (proxy) => proxy.faults.push(once({ at: 'tls', action: 'corrupt' })),
};

type Weights = Record<string, number>;
const share = (weights: Weights, key: string): number =>
  (weights[key] ?? 0) / Object.values(weights).reduce((sum, weight) => sum + weight, 0);

// A shift that a bad line ends is begun again with the same words, and comes to its end as if nothing had happened.
describeWith(plane)('a shift of many steps while its connections are cut', () => {
  test('every write moves the shares towards the target, none is made twice, and the same line goes on', async () => {
    const cluster = await newCluster(plane!);
    const proxy = await FaultyProxy.start(plane!);
    const kubeconfig = await proxy.kubeconfig({ namespace: cluster.namespace, token: plane!.token });
    const met: Weights[] = [];
    const controller = startController(plane!.admin, cluster.namespace, (resource: MultiKeyListener): Status[] => {
      met.push(weightsOf(resource.spec.strategy));
      return [statusOf('ready', resource)];
    });
    const counts = new Map<string, number>();
    const exits: number[] = [];
    const wrong: string[] = [];
    const shiftTo = async (to: string): Promise<void> => {
      for (;;) {
        const line = ['mkl', 'shift', 'web', '--to', `${to}=100`, '--step', String(POINTS), '--every', '1ms', '--yes'];
        const { status, stderr } = await started(line, { env: { KUBECONFIG: kubeconfig }, killAfterMs: 3_600_000 })
          .result;
        exits.push(status ?? -1);
        if (status === 0) return;
        if (status !== 8 && status !== 1) throw new Error(`exit status ${status}\n${stderr}`);
        if (/[Ii]nternal error/.test(stderr)) throw new Error(stderr);
      }
    };
    let running = true;
    let trouble = Promise.resolve();
    try {
      await cluster.run('mkl create web 8080 --weighted east=100 --wait ready --no-preflight');
      const names = Object.keys(TROUBLES);
      const troubles = fc.sample(
        fc.record({ at: fc.nat(names.length - 1), ms: fc.integer({ min: 50, max: 4000 }) }),
        5000,
      );
      trouble = (async (): Promise<void> => {
        for (const { at, ms } of troubles) {
          if (!running) return;
          await new Promise((resolve) => setTimeout(resolve, ms));
          const name = names[at]!;
          TROUBLES[name]!(proxy);
          counts.set(name, (counts.get(name) ?? 0) + 1);
        }
      })();
      for (const to of ['west', 'east']) {
        const [first] = met.splice(0, met.length).slice(-1);
        await shiftTo(to);
        expect(met.at(-1)).toEqual({ [to]: expect.any(Number) });
        for (const [index, weights] of met.entries()) {
          const before: Weights = met[index - 1] ?? first ?? {};
          const text = `${JSON.stringify(before)} → ${JSON.stringify(weights)}`;
          if (share(weights, to) <= share(before, to)) wrong.push(`no step forward: ${text}`);
          // One change of two weights in one write would close connections of both keys.
          if (Object.keys(before).every((key) => before[key] !== weights[key])) wrong.push(`no key as it was: ${text}`);
        }
      }
      expect(wrong).toEqual([]);
      const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
      expect(all).toBeGreaterThan(0);
      report(
        'shift-cuts',
        ['trouble', 'times'],
        [
          ...[...counts].sort(),
          ['writes that the controller met', proxy.writesDone],
          ['times that the line was typed', exits.length],
        ],
      );
    } finally {
      running = false;
      await trouble;
      await controller.stop();
      await proxy.stop();
    }
  }, 3_600_000);
});
