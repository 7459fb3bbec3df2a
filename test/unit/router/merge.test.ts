import { mergeStates } from '../../../src/router/merge.js';
import {
  differingKeys,
  holdsStrategy,
  isReachable,
  routerStatus,
  type RouterState,
} from '../../../src/model/router.js';
import { priority, weighted } from '../fixtures.js';

function state(router: string, values: Record<string, number>, given: number, up = true): RouterState {
  return {
    routers: [router],
    startedAt: router === 'r1' ? 1000 : 2000,
    listeners: [
      {
        name: 'web',
        host: '',
        port: 1025,
        strategy: 'weighted',
        up,
        message: up ? '' : 'Address already in use',
        opened: given,
        open: 1,
        keys: Object.entries(values).map(([key, value]) => ({ key, value, given })),
      },
    ],
    addresses: { east: { local: 0, remote: 1, through: ['east-router', 'r1', 'r2'] } },
  };
}

const spec = (strategy: ReturnType<typeof weighted>) => ({ host: 'web', port: 8080, strategy });

describe('the routers of a site with high availability', () => {
  it('are one: counters add up, and no router of the site is another site', () => {
    const both = [state('r1', { east: 3 }, 10), state('r2', { east: 3 }, 5)];
    const merged = mergeStates(both);
    expect(merged).toEqual({
      parts: both,
      routers: ['r1', 'r2'],
      startedAt: 2000,
      listeners: [
        expect.objectContaining({ up: true, opened: 15, open: 2, keys: [{ key: 'east', value: 3, given: 15 }] }),
      ],
      addresses: { east: { local: 0, remote: 1, through: ['east-router'] } },
    });
  });

  it('are up when one is', () => {
    const one = mergeStates([state('r1', { east: 3 }, 1, false), state('r2', { east: 3 }, 1)]);
    expect(one.listeners[0]).toMatchObject({ up: true, message: '' });
    const none = mergeStates([state('r1', { east: 3 }, 1, false), state('r2', { east: 3 }, 1, false)]);
    expect(none.listeners[0]).toMatchObject({ up: false, message: 'Address already in use' });
  });

  it('hold a value only where both do', () => {
    const differ = mergeStates([state('r1', { east: 3 }, 1), state('r2', { east: 2 }, 1)]);
    expect(differ.listeners[0]?.keys[0]?.value).toBeUndefined();
    const missing = mergeStates([state('r1', { east: 3, west: 1 }, 1), state('r2', { east: 3 }, 1)]);
    expect(differingKeys(missing.listeners[0]!, spec(weighted({ east: 3, west: 1 })))).toEqual(['west']);
  });
});

describe('what a router holds', () => {
  it('is the spec, or it names the keys that differ', () => {
    const [listener] = state('r1', { east: 3, old: 1 }, 1).listeners;
    expect(differingKeys(listener!, spec(weighted({ east: 2, west: 1 })))).toEqual(['east', 'west', 'old']);
    expect(holdsStrategy(listener!, spec(weighted({ east: 3, old: 1 })))).toBe(true);
    expect(holdsStrategy(listener!, spec(priority('east', 'old')))).toBe(false);
  });

  it('of a priority is the number of keys after each', () => {
    const [listener] = state('r1', { east: 1, west: 0 }, 1).listeners;
    const ranked = { ...listener!, strategy: 'priority' as const };
    expect(holdsStrategy(ranked, spec(priority('east', 'west')))).toBe(true);
    expect(differingKeys(ranked, spec(priority('west', 'east')))).toEqual(['west', 'east']);
  });

  it('is not reached by the name of what every object has', () => {
    expect(isReachable(state('r1', {}, 0), 'constructor')).toBe(false);
    expect(isReachable(state('r1', {}, 0), 'east')).toBe(true);
  });

  it('counts on a system site only with the host and port of the spec', () => {
    const now = state('r1', { east: 3 }, 1);
    const own = { host: '', port: 1025, strategy: weighted({ east: 3 }) };
    expect(routerStatus(now, 'web', own)).toEqual({
      held: true,
      current: true,
      up: true,
      message: '',
      routingKeysReachable: ['east'],
    });
    expect(routerStatus(now, 'web', { ...own, port: 1 }).current).toBe(false);
    expect(routerStatus(now, 'db', own)).toMatchObject({ held: false, current: false, up: false });
  });
});
