import { readFileSync } from 'node:fs';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { statusOf } from '../support/double/fake-controller.js';
import { collection, openShop, SECTIONS, weighted, type Shop } from './scripting-shop.js';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.stop());

test('the page has ten recipes, and says which variables each takes', () => {
  expect(SECTIONS.map((section) => Number.parseInt(section, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const section of SECTIONS) {
    const [text = '', block = ''] = section.split('```sh');
    const used = new Set([...block.matchAll(/\$\{?([A-Z]+)/g)].map(([, name]) => name));
    for (const name of used) expect(text).toContain(`\`${name}\``);
  }
});

describe('1: create and wait', () => {
  const given = { NAME: 'web', PORT: '8080', WEIGHTS: 'east=3,west=1', TIMEOUT: '20s' };

  test('creates it, and waits for one that exists already', async () => {
    expect(await shop.run(1, given)).toMatchObject({ status: 0, stdout: 'multikeylistener/web created\n' });
    expect(shop.stored('web').spec.strategy).toEqual(weighted({ east: 3, west: 1 }));
    expect(await shop.run(1, given)).toMatchObject({ status: 0, stdout: 'multikeylistener/web ready\n' });
  });

  test('late is 6, and it is there; any other failure keeps its status', async () => {
    shop.answer = () => [];
    const late = await shop.run(1, { ...given, TIMEOUT: '300ms' });
    expect(late).toMatchObject({ status: 6, stdout: 'multikeylistener/web created\n' });
    expect(late.stderr).toContain('web was created, but is not ready after 300ms');
    expect(shop.stored('web').metadata.name).toBe('web');
    expect((await shop.run(1, { ...given, PORT: '0' })).status).toBe(2);
  });
});

describe('2: canary', () => {
  const given = { NAME: 'web', NEW: 'v2', EVERY: '1ms' };
  const shares = (): unknown[] =>
    shop.met.map((strategy) => (strategy as { weighted: { routingKeys: object } }).weighted.routingKeys);
  beforeEach(async () => {
    await shop.put('web', { strategy: weighted({ v1: 1 }) });
    await shop.isReady('web');
  });

  test('step by step to the new key, each step checked', async () => {
    const { status } = await shop.run(2, { ...given, CHECK: 'echo checked >> log' });
    expect(status).toBe(0);
    expect(readFileSync(shop.at('log'), 'utf8')).toBe('checked\n'.repeat(5));
    expect(shop.stored('web').spec.strategy).toEqual(weighted({ v2: 4 }));
    for (const step of [
      { v1: 4, v2: 1 },
      { v1: 3, v2: 2 },
      { v1: 2, v2: 3 },
      { v1: 1, v2: 4 },
    ])
      expect(shares()).toContainEqual(step);
  });

  test('a check that fails takes everything back', async () => {
    const { status, stderr } = await shop.run(2, { ...given, CHECK: 'echo x >> log; test $(grep -c x log) -lt 2' });
    expect(status).toBe(7);
    expect(stderr).toContain('web was turned back to v1=100 at step 2 of 5: the check command failed');
    expect(shop.stored('web').spec.strategy).toEqual(weighted({ v1: 3 }));
  });
});

describe('3: drain a key', () => {
  test('the others stay, with their weights', async () => {
    await shop.put('web', { strategy: weighted({ east: 3, 'west.eu': 2, north: 1 }) });
    const { status, stdout } = await shop.run(3, { NAME: 'web', KEY: 'east', TIMEOUT: '20s' });
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'multikeylistener/web 2 keys reachable\nmultikeylistener/web updated\n',
    });
    expect(shop.stored('web').spec.strategy).toEqual(weighted({ 'west.eu': 2, north: 1 }));
  });

  test('the only reachable key stays', async () => {
    await shop.put('web');
    shop.answer = (resource) => [
      { ...statusOf('ready', resource), strategy: { weighted: { routingKeysReachable: { east: 3 } } } },
    ];
    const { status, stderr } = await shop.run(3, { NAME: 'web', KEY: 'east', TIMEOUT: '300ms' });
    expect(status).toBe(6);
    expect(stderr).toContain('web: reachable: east');
    expect(shop.stored('web').spec.strategy).toEqual(weighted({ east: 3, west: 1 }));
  });
});

test('4: watch to Prometheus text', async () => {
  await shop.put('web');
  await shop.isReady('web');
  const metrics = (): string => {
    try {
      return readFileSync(shop.at('mkl.prom'), 'utf8');
    } catch {
      return '';
    }
  };
  const script = shop.start(4, { FILE: shop.at('mkl.prom'), FOR: '50s' });
  const say = (text: string): Promise<void> => eventually(text, () => metrics().includes(text), metrics);
  await say('skupper_multikeylistener_ready{name="web"} 1\n');
  expect(metrics()).toBe(
    [
      '# TYPE skupper_multikeylistener_ready gauge',
      'skupper_multikeylistener_ready{name="web"} 1',
      '# TYPE skupper_multikeylistener_reachable_keys gauge',
      'skupper_multikeylistener_reachable_keys{name="web",of="2"} 2',
      '',
    ].join('\n'),
  );
  shop.answer = (resource) => [statusOf('error', resource)];
  await shop.put('db', { port: 81 });
  await say('skupper_multikeylistener_ready{name="db"} 0\n');
  await shop.rest('DELETE', `${collection('west')}/web`);
  await eventually('web is gone', () => metrics() !== '' && !metrics().includes('web'), metrics);
  expect(metrics()).not.toContain('reachable_keys{');
  script.stop();
});
