import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { statusOf } from '../support/double/fake-controller.js';
import { openShop, weighted, type Shop } from './scripting-shop.js';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.stop());

const manifest = (name: string, port: number, kind = 'MultiKeyListener'): string => `apiVersion: skupper.io/v2alpha1
kind: ${kind}
metadata:
  name: ${name}
spec:
  host: ${name}
  port: ${port}
  strategy:
    priority:
      routingKeys:
      - east
`;

describe('5: fail a pipeline when not all are Ready', () => {
  const given = { SELECTOR: 'app=shop', TIMEOUT: '20s' };

  test('all Ready is 0', async () => {
    await shop.put('web');
    await shop.put('db');
    expect(await shop.run(5, given)).toMatchObject({
      status: 0,
      stdout: expect.not.stringContaining('not ready'),
    });
  });

  test('an error is 7 at once, a late one 6, and the log lists them; none at all is 3', async () => {
    await shop.put('web');
    shop.answer = (resource) => (resource.metadata.name === 'db' ? [statusOf('error', resource)] : []);
    await shop.put('db');
    const failed = await shop.run(5, given);
    expect(failed).toMatchObject({ status: 7, stdout: expect.stringContaining('not ready: db (Error)\n') });
    await shop.put('late', {}, 'west');
    await shop.rest('DELETE', '/apis/skupper.io/v2alpha1/namespaces/west/multikeylisteners/db');
    const late = await shop.run(5, { ...given, TIMEOUT: '300ms' });
    expect(late).toMatchObject({ status: 6, stdout: expect.stringContaining('not ready: late (Unknown)\n') });
    expect((await shop.run(5, { ...given, SELECTOR: 'app=none' })).status).toBe(3);
  });
});

describe('6: GitOps check', () => {
  const check = (): ReturnType<Shop['run']> => shop.run(6, { DIR: shop.at('deploy') });
  beforeEach(() => {
    mkdirSync(shop.at('deploy', 'shop'), { recursive: true });
    writeFileSync(
      shop.at('deploy', 'site.yaml'),
      'apiVersion: skupper.io/v2alpha1\nkind: Site\nmetadata:\n  name: west\n',
    );
    writeFileSync(shop.at('deploy', 'shop', 'web.yaml'), manifest('web', 80));
  });

  test('0 without a difference', async () => {
    await shop.put('web', { strategy: { priority: { routingKeys: ['east'] } } });
    expect(await check()).toMatchObject({ status: 0, stdout: 'multikeylistener/web unchanged (dry run)\n' });
  });

  test('9 with one, which the log shows, and nothing is written', async () => {
    await shop.put('web', { port: 81, strategy: { priority: { routingKeys: ['east'] } } });
    const before = shop.stored('web').spec;
    const { status, stdout } = await check();
    expect(status).toBe(9);
    expect(stdout).toContain('-  port: 81\n+  port: 80\n');
    expect(shop.stored('web').spec).toEqual(before);
  });

  test('2 for files that are wrong, with file and line, and the server is not asked', async () => {
    writeFileSync(shop.at('deploy', 'shop', 'web.yaml'), manifest('web', 0));
    const { status, stdout, stderr } = await check();
    expect(status).toBe(2);
    expect(stdout + stderr).toContain('web.yaml:7:9: ');
    expect(shop.double.requests.filter(({ url }) => url.includes('dryRun'))).toEqual([]);
  });
});

test('7: compare two namespaces', async () => {
  for (const namespace of ['west', 'east']) {
    await shop.put('web', {}, namespace);
    await shop.put('db', { port: 81 }, namespace);
  }
  const given = { LEFT: 'west', RIGHT: 'east', DIR: shop.at('bin') };
  expect(await shop.run(7, given)).toMatchObject({ status: 0, stdout: '' });
  await shop.put('cache', { port: 82 }, 'east');
  const { status, stdout } = await shop.run(7, given);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^\+cache +cache +82 +\{"weighted":\{"routingKeys":\{"east":3,"west":1\}\}\}$/m);
  expect(stdout).not.toMatch(/^[-+](web|db) /m);
});

describe('8: backup and restore', () => {
  const run = (what: string, more = {}): ReturnType<Shop['run']> =>
    shop.run(8, { NAMESPACE: 'west', WHAT: what, FILE: shop.at('backup.yaml'), ...more });

  test('what was deleted or changed is as it was; what was added stays', async () => {
    await shop.put('web', { settings: { a: '1' } });
    await shop.put('db', { port: 81, strategy: { priority: { routingKeys: ['a', 'b'] } } });
    const specs = ['web', 'db'].map((name) => shop.stored(name).spec);
    expect(await run('backup')).toMatchObject({ status: 0, stdout: '' });
    await shop.rest('DELETE', '/apis/skupper.io/v2alpha1/namespaces/west/multikeylisteners/web');
    await shop.rest('DELETE', '/apis/skupper.io/v2alpha1/namespaces/west/multikeylisteners/db');
    await shop.put('db', { port: 90 });
    await shop.put('new', { port: 82 });
    const { status, stdout } = await run('restore');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'multikeylistener/db recreated\nmultikeylistener/web created\n',
    });
    expect(['web', 'db'].map((name) => shop.stored(name).spec)).toEqual(specs);
    expect(shop.stored('web').metadata.labels).toEqual({ app: 'shop' });
    expect(shop.names()).toEqual(['db', 'new', 'web']);
    expect((await run('restore')).stdout).toBe('multikeylistener/db unchanged\nmultikeylistener/web unchanged\n');
  });

  test('a backup that fails leaves the last one', async () => {
    await shop.put('web');
    await run('backup');
    const good = readFileSync(shop.at('backup.yaml'), 'utf8');
    expect((await run('backup', { KUBECONFIG: '/no/such/file' })).status).toBe(8);
    expect(readFileSync(shop.at('backup.yaml'), 'utf8')).toBe(good);
  });
});

test('9: change many at once', async () => {
  for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) await shop.put(name, { port: 80 + index });
  const { status, stdout } = await shop.run(9, { SELECTOR: 'app=shop', OBSERVER: 'none' });
  expect(status).toBe(0);
  const lines = stdout.trim().split('\n').sort();
  expect(lines).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `multikeylistener/${name} updated`));
  for (const name of shop.names()) expect(shop.stored(name).spec.observer).toBe('none');
  expect((await shop.run(9, { SELECTOR: 'app=shop', OBSERVER: 'wrong' })).status).toBe(123);
  expect(await shop.run(9, { SELECTOR: 'app=none', OBSERVER: 'none' })).toMatchObject({ status: 0, stdout: '' });
});

test('10: both platforms', async () => {
  const given = { NAME: 'web', PORT: '8080', WEIGHTS: 'east=3,west=1', PLATFORMS: 'kubernetes linux' };
  const first = await shop.run(10, given);
  expect(first).toMatchObject({
    status: 0,
    stdout: 'multikeylistener/web created\nweb  8080\nmultikeylistener/web created\n0.0.0.0  8080\n',
  });
  expect(shop.stored('web').spec).toEqual({ host: 'web', port: 8080, strategy: weighted({ east: 3, west: 1 }) });
  const resources = shop.at('home', 'namespaces', 'default', 'input', 'resources');
  expect(readdirSync(resources)).toEqual(['MultiKeyListener-web.yaml']);
  expect((await shop.run(10, given)).stdout.match(/unchanged/g)).toHaveLength(2);
});
