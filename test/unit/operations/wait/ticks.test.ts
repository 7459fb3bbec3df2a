import { setTimeout as sleep } from 'node:timers/promises';
import { TICK, withTicks } from '../../../../src/operations/wait/ticks.js';

const signal = new AbortController().signal;

async function* slow(...items: (number | string)[]): AsyncGenerator<string> {
  for (const item of items) {
    if (typeof item === 'number') await sleep(item);
    else yield item;
  }
}

async function all(source: AsyncIterable<string>, pauseMs: () => number | undefined): Promise<unknown[]> {
  const got: unknown[] = [];
  for await (const item of withTicks(source, pauseMs, signal)) got.push(item);
  return got;
}

test('without a pause the items come as they are', async () => {
  expect(await all(slow('a', 20, 'b'), () => undefined)).toEqual(['a', 'b']);
});

test('a tick comes where no item does, and no item is lost', async () => {
  const got = await all(slow('a', 200, 'b'), () => 20);
  expect(got[0]).toBe('a');
  expect(got.at(-1)).toBe('b');
  expect(got.slice(1, -1).every((item) => item === TICK)).toBe(true);
  expect(got.length).toBeGreaterThan(2);
});

test('a source that is waited for does not hold who stops reading, and ends with the signal', async () => {
  const stop = new AbortController();
  let closed = false;
  const silent = async function* (): AsyncGenerator<string> {
    yield 'a';
    await sleep(3_600_000, undefined, { signal: stop.signal }).catch(() => undefined);
    closed = true;
  };
  const got: unknown[] = [];
  for await (const item of withTicks(silent(), () => 20, stop.signal)) {
    got.push(item);
    if (item === TICK) break;
  }
  expect(got).toEqual(['a', TICK]);
  stop.abort();
  await sleep(20);
  expect(closed).toBe(true);
});

test('the error of the source is thrown', async () => {
  const failing = async function* (): AsyncGenerator<string> {
    yield 'a';
    throw new Error('broken');
  };
  await expect(all(failing(), () => 20)).rejects.toThrow('broken');
});
