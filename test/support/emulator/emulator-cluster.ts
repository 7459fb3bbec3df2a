import type { MultiKeyListener, Status, Strategy } from '../../../src/model/resource.js';
import { ApiDouble } from '../double/api-double.js';
import type { Stored } from '../double/api-double-rules.js';
import { Emulator, type EmulatorOptions } from './emulator.js';
import { HANGS_MS, started, type Running } from '../program.js';

const PLURAL = 'multikeylisteners';
const AT = '2026-07-23T10:00:00Z';

/** The double with a controller's hands: statuses as kubernetes.md shows them, and the program looking on. */
export interface LiveCluster {
  double: ApiDouble;
  kubeconfig: string;
  /** Creates it; the strategy is weighted with these keys, each of weight 1. */
  add(name: string, keys?: readonly string[], spec?: Partial<MultiKeyListener['spec']>): void;
  /** These keys of it have connectors now: Ready, or Pending when none has. */
  reach(name: string, ...keys: string[]): void;
  /** Sets Error with that message. */
  fail(name: string, message: string): void;
  remove(name: string): void;
  names(): string[];
  /** The program on a terminal; `env` may replace the kubeconfig. */
  screen(line: string, options?: EmulatorOptions): Emulator;
  /** The program in a pipe. */
  pipe(line: string): Running;
  /** Ends all programs and the double. */
  stop(): Promise<void>;
}

/** @param namespace exists, and is that of the kubeconfig; the context is prod-eu */
export async function liveCluster(namespace = 'west', context = 'prod-eu'): Promise<LiveCluster> {
  const double = await ApiDouble.start();
  double.storage.namespaces.add(namespace);
  const kubeconfig = await double.kubeconfig({ namespace, context });
  const screens: Emulator[] = [];
  const pipes: Running[] = [];
  const found = (name: string): Stored => double.storage.get(PLURAL, namespace, name);
  const set = (name: string, status: Status): void => {
    double.storage.update(PLURAL, { ...found(name), status }, found(name), { status: true });
  };
  return {
    double,
    kubeconfig,
    add(name, keys = ['east', 'west'], spec = {}) {
      const strategy: Strategy = { weighted: { routingKeys: Object.fromEntries(keys.map((key) => [key, 1])) } };
      double.storage.create(PLURAL, namespace, {
        apiVersion: 'skupper.io/v2alpha1',
        kind: 'MultiKeyListener',
        metadata: { name } as Stored['metadata'],
        spec: { host: name, port: 8080, strategy, ...spec },
      });
    },
    reach: (name, ...keys) => set(name, statusFor(keys, found(name).metadata.generation)),
    fail: (name, message) =>
      set(name, {
        status: 'Error',
        message,
        conditions: [
          {
            type: 'Configured',
            status: 'False',
            reason: 'Error',
            message,
            observedGeneration: 1,
            lastTransitionTime: AT,
          },
        ],
      }),
    remove: (name) => void double.storage.delete(PLURAL, namespace, name),
    names: () => double.storage.list(PLURAL, namespace).map(({ metadata }) => metadata.name),
    screen(line, options = {}) {
      const screen = new Emulator(line.split(' '), { ...options, env: { KUBECONFIG: kubeconfig, ...options.env } });
      screens.push(screen);
      return screen;
    },
    pipe(line) {
      const running = started(line.split(' '), { env: { KUBECONFIG: kubeconfig } });
      pipes.push(running);
      return running;
    },
    async stop() {
      for (const screen of screens) screen.close();
      for (const running of pipes) running.kill('SIGKILL');
      await double.stop();
    },
  };
}

/** The status of a weighted resource of which these routing keys are reachable, as the controller writes it. */
export function statusFor(keys: readonly string[], observedGeneration = 1): Status {
  const reached = keys.length > 0;
  const condition = (type: string, good: boolean): NonNullable<Status['conditions']>[number] => ({
    type,
    status: good ? 'True' : 'False',
    reason: good ? 'Ready' : 'Pending',
    message: good ? 'OK' : 'No matching connectors',
    observedGeneration,
    lastTransitionTime: AT,
  });
  return {
    status: reached ? 'Ready' : 'Pending',
    message: reached ? 'OK' : 'No matching connectors',
    hasDestination: reached,
    conditions: [condition('Configured', true), condition('Operational', reached)],
    strategy: { weighted: { routingKeysReachable: Object.fromEntries(keys.map((key) => [key, 1])) } },
  };
}

/** Polls until it holds; throws with what was seen where that never comes. */
export async function eventually(what: string, holds: () => boolean, seen: () => string = () => ''): Promise<void> {
  const deadline = Date.now() + HANGS_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`never: ${what}\n${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
