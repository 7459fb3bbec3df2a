import { writeFileSync } from 'node:fs';
import { ApiDouble } from '../support/double/api-double.js';
import { temporaryFolder, skupper } from '../support/program.js';
import { resource } from '../unit/fixtures.js';
import { newSite } from './site.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('what was written before a failure', () => {
  let double: ApiDouble;
  beforeEach(async () => {
    double = await ApiDouble.start();
  });
  afterEach(() => double.stop());
  const isWatch = ({ url }: { url: string }): boolean => url.includes('watch=1');
  const create = async (token: string, ...more: string[]): ReturnType<typeof skupper> => {
    const env = { KUBECONFIG: await double.kubeconfig({ token }) };
    return skupper(
      [
        'mkl',
        'create',
        'web',
        '80',
        '--weighted',
        'a=1',
        ...(more.includes('--timeout') ? [] : ['--timeout', '900ms']),
        ...more,
      ],
      { env },
    );
  };

  test('watching is forbidden: the wait goes on by asking, and its end says that it was written', async () => {
    const { status, stderr } = await create('unwatching-token', '--timeout', '4s');
    expect(status).toBe(6);
    expect(stderr).toContain('web is not configured after 4 s');
    expect(stderr).toContain('web was written and stays.');
    const gets = double.requests.filter(
      ({ method, url }) => method === 'GET' && url.includes('/multikeylisteners/web'),
    );
    expect(gets.length).toBeGreaterThan(0);
  });

  test.each(['reset', 'hang'] as const)('the connection is lost (%s): in words and in the JSON error', async (kind) => {
    double.faults.push({ kind, when: isWatch });
    const { status, stderr } = await create('admin-token', '-o', 'json', '--no-preflight');
    expect(status).toBe(6);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'wait-timeout', written: ['web'] } });
  });

  test('of several the ones before the failure are named, and nothing is where nothing was written', async () => {
    double.faults.push({ kind: 'status', code: 500, when: ({ method }) => method === 'POST' });
    const none = await create('admin-token', '-o', 'json', '--no-preflight');
    expect(JSON.parse(none.stderr).error).not.toHaveProperty('written');
    double.faults.length = 0;
    const two = folder.at('two.json');
    const items = ['one', 'two'].map((name) => resource({ metadata: { name } }));
    writeFileSync(two, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    double.storage.create('multikeylisteners', 'default', items[1] as never);
    const env = { KUBECONFIG: await double.kubeconfig() };
    const half = await skupper(['mkl', 'create', '-f', two, '-o', 'json', '--no-preflight'], { env });
    expect(half.status).toBe(5);
    expect(JSON.parse(half.stderr)).toMatchObject({ error: { code: 'already-exists', written: ['one'] } });
  });
});

describe('--dry-run client sends no writing request', () => {
  const file = folder.at('all.json');
  beforeAll(() => writeFileSync(file, JSON.stringify(resource({ metadata: { name: 'one' }, spec: { port: 9 } }))));

  test.each([
    'create web 80 --weighted a=1',
    'update one --port 9',
    'update one --priority east --recreate',
    `apply -f ${file}`,
    `apply -f ${file} --prune -l app=shop`,
    'delete one two',
    'delete --all',
    'delete -l app=shop',
  ])('%s', async (line) => {
    const double = await ApiDouble.start();
    try {
      for (const name of ['one', 'two']) {
        const labels = { app: 'shop' };
        double.storage.create('multikeylisteners', 'default', resource({ metadata: { name, labels } }) as never);
      }
      const env = { KUBECONFIG: await double.kubeconfig() };
      const { status, stdout } = await skupper(['mkl', ...line.split(' '), '--dry-run', 'client'], { env });
      expect({ status, dry: stdout.includes('(dry run)') }).toEqual({ status: 0, dry: true });
      expect(double.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    } finally {
      await double.stop();
    }
  });
});

describe('a system site', () => {
  const site = newSite();
  afterAll(() => site.remove());

  test.each(['create web 8080 --weighted a=1 --wait ready', 'update web --port 8081 --wait configured'])(
    '%s: what only a reload can bring fails at once, with the command',
    async (line) => {
      const { status, stdout, stderr } = await site.run(['mkl', ...line.split(' '), '--timeout', '50s']);
      expect(status).toBe(7);
      expect(stdout).toContain('multikeylistener/web ');
      expect(stderr).toContain('it is not applied yet\nweb was written and stays.');
      expect(stderr).toContain('Apply it with: skupper system reload -n default -p linux');
    },
  );
});
