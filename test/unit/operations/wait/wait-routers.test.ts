import type { MultiKeyListener, Status } from '../../../../src/model/resource.js';
import type { StoreEvent } from '../../../../src/store/store.js';
import type { Goal } from '../../../../src/operations/wait/goals.js';
import { waitFor } from '../../../../src/operations/wait/wait.js';
import { events, failureOf, FakeStore } from '../../fake-store.js';
import { condition, resource, routerHolding } from '../../fixtures.js';

const at = (generation: number, status?: Status): MultiKeyListener =>
  resource({ metadata: { uid: 'u1', resourceVersion: '7', generation }, status });
const ready = (generation: number): Status => ({
  conditions: [condition('Configured', generation)],
  status: 'Ready',
  message: 'OK',
});
const failed = (generation: number, message: string): Status => ({
  status: 'Error',
  message,
  conditions: [condition('Configured', generation, message)],
});
const modified = (object: MultiKeyListener): StoreEvent => ({ type: 'MODIFIED', object });

async function wait(
  script: StoreEvent[],
  options: { goal: Goal; store: FakeStore; routers: boolean; timeoutMs?: number; why?: string[] },
): Promise<void> {
  const { goal, store, routers, timeoutMs = 3_600_000, why = [] } = options;
  store.watched = (stop) => events(script, stop);
  const { signal } = new AbortController();
  const onWaiting = (text: string): void => void why.push(text);
  await waitFor(store, { names: ['web'], written: at(2) }, [{ kind: goal }], { timeoutMs, signal, routers, onWaiting });
}

describe('what the routers of a cluster say of Ready', () => {
  const script: StoreEvent[] = [{ type: 'SYNCED' }, modified(at(2, ready(2)))];
  const asked = (...routers: FakeStore['routers_']): FakeStore => {
    const store = new FakeStore();
    store.routers_ = routers;
    return store;
  };

  test('they are asked until they use the present spec', async () => {
    const store = asked(
      routerHolding(undefined),
      routerHolding({ east: 3, west: 2 }, ['east']),
      routerHolding({ east: 3, west: 1 }),
      routerHolding({ east: 3, west: 1 }, ['east']),
    );
    const why: string[] = [];
    await wait(script, { goal: 'ready', store, why, routers: true });
    expect(why.slice(1)).toEqual([
      'the router does not have the listener yet',
      'the router does not use the current spec yet',
      'no routing key is reachable',
    ]);
    expect(store.steps).toEqual(['watch', 'routers', 'routers', 'routers', 'routers']);
  });

  test.each([
    ['where they cannot be asked', true, 'ready', ['watch', 'routers']],
    ['where nobody wants to know', false, 'ready', ['watch']],
    ['for another goal', true, 'configured', ['watch']],
  ] as const)('the status stands %s', async (_, routers, goal, steps) => {
    const store = routers && goal === 'ready' ? new FakeStore() : asked(routerHolding(undefined));
    await wait(script, { goal, store, routers });
    expect(store.steps).toEqual(steps);
  });

  test('what they say last is the reason at the deadline', async () => {
    const store = asked(routerHolding(undefined));
    const failure = await failureOf(wait(script, { goal: 'ready', store, timeoutMs: 600, routers: true }));
    expect(failure.message).toBe('web is not ready after 0.6 s: the router does not have the listener yet');
  });

  test('a resource that is changed meanwhile is judged anew', async () => {
    const store = asked(routerHolding(undefined));
    const error = modified(at(2, failed(2, 'it is bad')));
    const failure = await failureOf(wait([...script, error], { goal: 'ready', store, routers: true }));
    expect(failure.message).toBe('web reports an error: it is bad');
  });
});
