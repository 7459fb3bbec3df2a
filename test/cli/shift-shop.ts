import type { Result, Running, RunOptions } from '../support/program.js';
import { started } from '../support/program.js';
import { openShop, weighted, type Shop } from './scripting-shop.js';

/** A shop for each test, in which `web` has weight 1 for v1 alone, and `shift` run on it. */
export interface ShiftShop {
  readonly shop: Shop;
  readonly kubeconfig: string;
  /** Starts `shift LINE` with the flags of FAST, or others. */
  start(line: string, more?: readonly string[], options?: RunOptions): Running;
  run(line: string, more?: readonly string[]): Promise<Result>;
  /** The strategy that is stored. */
  strategy(): unknown;
  /** The weights of every strategy that the controller met, as JSON. */
  keysMet(): string[];
}

export const FAST = ['--every', '1ms', '--yes', '--force'];

/** Opens one before each test of the file, and closes it afterwards. */
export function shiftShop(): ShiftShop {
  let shop: Shop;
  let kubeconfig = '';
  beforeEach(async () => {
    shop = await openShop();
    kubeconfig = await shop.double.kubeconfig({ namespace: 'west', context: 'prod' });
    await shop.put('web', { strategy: weighted({ v1: 1 }) });
    await shop.isReady('web');
    shop.met.length = 0;
  });
  afterEach(() => shop.stop());
  const start: ShiftShop['start'] = (line, more = FAST, options = {}) =>
    started(['mkl', 'shift', ...line.split(' '), ...more], { env: { KUBECONFIG: kubeconfig }, ...options });
  return {
    get shop() {
      return shop;
    },
    get kubeconfig() {
      return kubeconfig;
    },
    start,
    run: (line, more) => start(line, more).result,
    strategy: () => shop.stored('web').spec.strategy,
    keysMet: () =>
      shop.met.map((each) => JSON.stringify((each as { weighted: { routingKeys: object } }).weighted.routingKeys)),
  };
}
