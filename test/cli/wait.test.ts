import { eventually, liveCluster, type LiveCluster } from '../support/emulator/emulator-cluster.js';
import { onTerminal, hasTerminal, skupper, type Running } from '../support/program.js';
import { newSite } from './site.js';

describe('wait while the server comes and goes', () => {
  let cluster: LiveCluster;
  beforeEach(async () => {
    cluster = await liveCluster();
    cluster.add('first');
    cluster.reach('first', 'east');
    cluster.add('web');
  });
  afterEach(() => cluster.stop());
  const start = async (line: string): Promise<Running> => {
    const running = cluster.pipe(`mkl wait ${line} --timeout 50s`);
    await eventually(
      'the watch is up',
      () => running.stdout().includes('multikeylistener/first '),
      () => running.stderr(),
    );
    return running;
  };

  test.each(['end', 'reset'] as const)(
    'a watch that ends (%s) is begun again, and what happened meanwhile is seen',
    async (how) => {
      const running = await start('first web');
      cluster.double.cutWatches(how);
      cluster.reach('web', 'east');
      expect(await running.result).toMatchObject({
        status: 0,
        stdout: 'multikeylistener/first ready\nmultikeylistener/web ready\n',
      });
    },
  );

  test('a server that is away for a while is said on stderr, and waited for', async () => {
    const running = await start('first web');
    await cluster.double.refuse();
    await eventually('it is said', () => running.stderr().includes('Connection lost: '));
    cluster.reach('web', 'east');
    await cluster.double.listen();
    expect(await running.result).toMatchObject({ status: 0 });
    expect(running.stdout()).toBe('multikeylistener/first ready\nmultikeylistener/web ready\n');
  });

  /** Of two names one is gone already: when that is told, the other is watched. */
  const waitsForDeletion = async (): Promise<Running> => {
    const running = cluster.pipe('mkl wait gone web --for delete --timeout 50s');
    await eventually('the watch is up', () => running.stdout() === 'multikeylistener/gone deleted\n');
    return running;
  };
  const deleted = { status: 0, stdout: 'multikeylistener/gone deleted\nmultikeylistener/web deleted\n' };

  test('one deleted while the server was away is seen to be gone', async () => {
    const [wanted, unwanted] = [await start('first web'), await waitsForDeletion()];
    await cluster.double.refuse();
    cluster.remove('web');
    cluster.double.storage.compact();
    await cluster.double.listen();
    expect((await wanted.result).status).toBe(3);
    expect(await unwanted.result).toMatchObject(deleted);
  });

  test('one that was deleted and created anew meanwhile is another: delete is reached', async () => {
    const running = await waitsForDeletion();
    await cluster.double.refuse();
    cluster.remove('web');
    cluster.add('web');
    await cluster.double.listen();
    expect(await running.result).toMatchObject(deleted);
  });

  test('a server that was never there is exit 8 at once, one that refuses is exit 4', async () => {
    const denied = await cluster.double.kubeconfig({ token: 'nobody-token', namespace: 'west' });
    expect((await skupper(['mkl', 'wait', 'web'], { env: { KUBECONFIG: denied } })).status).toBe(4);
    await cluster.double.refuse();
    const away = await cluster.pipe('mkl wait web --timeout 50s').result;
    expect({ status: away.status, stdout: away.stdout }).toEqual({ status: 8, stdout: '' });
  });
});

describe('wait on a system site', () => {
  const site = newSite();
  afterAll(() => site.remove());
  beforeAll(() => site.run(['mkl', 'create', 'web', '8080', '--weighted', 'a=1']));
  const run = (line: string): ReturnType<typeof site.run> => site.run(['mkl', 'wait', ...line.split(' ')]);

  test('create and delete look at the files', async () => {
    expect(await run('web --for create')).toMatchObject({ status: 0, stdout: 'multikeylistener/web created\n' });
    expect(await run('none --for delete')).toMatchObject({ status: 0, stdout: 'multikeylistener/none deleted\n' });
    expect((await run('none')).status).toBe(3);
  });

  test('what is not applied fails at once, with the command that applies it', async () => {
    const { status, stderr } = await run('web --timeout 50s');
    expect(status).toBe(7);
    expect(stderr).toContain('web cannot become ready: it is not applied yet');
    expect(stderr).toContain('skupper system reload -n default -p linux');
  });
});

describe('usage', () => {
  test.each([
    ['', 'specify what to wait for'],
    ['web --all', 'cannot be combined'],
    ['--all -l a=b', 'all'],
    ['web --for', 'for'],
    ['web --for jsonpath={.x}', 'expected one of create, configured, ready, delete, key=KEY'],
    ['web --for delete --for ready', '--for delete cannot be combined with other states'],
    ['web --for condition=Ready', '--for ready'],
    ['Web', 'invalid name'],
    ['web --timeout soon', 'timeout'],
  ])('wait %s: exit 2, and no server is asked', async (line, said) => {
    const { status, stdout, stderr } = await skupper(['mkl', 'wait', ...line.split(' ').filter(Boolean)], {
      env: { KUBECONFIG: '/no/such/file' },
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(said);
  });

  (hasTerminal() ? test : test.skip)('nothing is asked on a terminal either', async () => {
    expect((await onTerminal(['mkl', 'wait'])).status).toBe(2);
  });
});
