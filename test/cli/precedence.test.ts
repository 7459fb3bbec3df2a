import { ApiDouble } from '../support/double/api-double.js';
import { skupper, temporaryFolder, type Result } from '../support/program.js';
import { newSite, runAll } from './site.js';

const create = ['mkl', 'create', 'web', '8080', '--weighted', 'a=1'];

describe('flag before environment before default', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  test('the platform, the data home and the namespace of a system site', async () => {
    const at = (name: string): string => folder.at(name);
    const xdg = { XDG_DATA_HOME: at('xdg') };
    const flags = ['-p', 'linux', '--data-home', at('flag')];
    const results = await runAll<Result>([
      [
        'flag',
        () =>
          skupper([...create, ...flags], { env: { SKUPPER_PLATFORM: 'kubernetes', SKUPPER_MKL_DATA_HOME: at('env') } }),
      ],
      [
        'environment',
        () => skupper(create, { env: { SKUPPER_PLATFORM: 'podman', SKUPPER_MKL_DATA_HOME: at('env'), ...xdg } }),
      ],
      ['namespace', () => skupper([...create, ...flags, '-n', 'west'])],
      ['wrong environment', () => skupper(create, { env: { SKUPPER_PLATFORM: 'windows' } })],
      [
        'right flag, wrong environment',
        () => skupper([...create, ...flags, '-n', 'east'], { env: { SKUPPER_PLATFORM: 'windows' } }),
      ],
      [
        'empty environment',
        () => skupper([...create, '--dry-run', 'client'], { env: { SKUPPER_PLATFORM: '', KUBECONFIG: '/no' } }),
      ],
    ]);
    const status = (title: string): number | null | undefined => results.get(title)?.status;
    expect(
      ['flag', 'environment', 'namespace', 'right flag, wrong environment', 'empty environment'].map(status),
    ).toEqual([0, 0, 0, 0, 0]);
    expect(status('wrong environment')).toBe(2);
    expect(results.get('wrong environment')?.stderr).toContain('SKUPPER_PLATFORM');
    const [flag, env] = await Promise.all(
      ['flag', 'env'].map((name) =>
        skupper(['mkl', 'status', '-A', '--no-headers', '-p', 'linux', '--data-home', at(name)]),
      ),
    );
    const rows = (result: Result | undefined): string[] =>
      (result?.stdout ?? '')
        .trim()
        .split('\n')
        .map((line) => line.split(/ +/).slice(0, 2).join('/'));
    expect(rows(flag)).toEqual(['default/web', 'east/web', 'west/web']);
    expect(rows(env)).toEqual(['default/web']);
  });

  test('flags that mean nothing on a platform are refused', async () => {
    const site = newSite();
    const [system, kubernetes] = await Promise.all([
      site.run([...create, '--context', 'x', '--kubeconfig', 'y']),
      skupper([...create, '--data-home', site.home]),
    ]);
    expect(system.status).toBe(2);
    for (const flag of ['--context', '--kubeconfig']) expect(system.stderr).toContain(flag);
    expect(kubernetes.status).toBe(2);
    expect(kubernetes.stderr).toContain('--data-home');
    expect(site.files()).toEqual({});
    site.remove();
  });
});

describe('in a cluster', () => {
  let double: ApiDouble;
  let other: ApiDouble;
  beforeAll(async () => {
    [double, other] = await Promise.all([ApiDouble.start(), ApiDouble.start()]);
    for (const name of ['of-context', 'of-flag', 'default'])
      for (const each of [double, other]) each.storage.namespaces.add(name);
  });
  afterAll(async () => {
    await Promise.all([double.stop(), other.stop()]);
  });

  const namespaces = (each: ApiDouble): (string | undefined)[] =>
    each.requests.map(({ url }) => /namespaces\/([^/]+)\/multikeylisteners/.exec(url)?.[1]);

  test('the kubeconfig, its context and its namespace, each by flag first', async () => {
    const [first, second] = await Promise.all([double.kubeconfig({ namespace: 'of-context' }), other.kubeconfig()]);
    const results = await runAll<Result>([
      ['context namespace', () => skupper(['mkl', 'status'], { env: { KUBECONFIG: first } })],
      ['flag namespace', () => skupper(['mkl', 'status', '-n', 'of-flag'], { env: { KUBECONFIG: first } })],
      [
        'flag kubeconfig, default namespace',
        () => skupper(['mkl', 'status', '--kubeconfig', second], { env: { KUBECONFIG: first } }),
      ],
      ['context by name', () => skupper(['mkl', 'status', '-c', 'test'], { env: { KUBECONFIG: first } })],
      ['a context that is not there', () => skupper(['mkl', 'status', '-c', 'prod'], { env: { KUBECONFIG: first } })],
      ['several files', () => skupper(['mkl', 'status'], { env: { KUBECONFIG: `/no/such/file:${first}:${second}` } })],
    ]);
    expect([...results.values()].map(({ status }) => status)).toEqual([0, 0, 0, 0, 8, 0]);
    expect(namespaces(double).sort()).toEqual(['of-context', 'of-context', 'of-context', 'of-flag']);
    expect(namespaces(other)).toEqual(['default']);
    const { stderr } = results.get('a context that is not there')!;
    for (const text of ['"prod"', first, 'test']) expect(stderr).toContain(text);
  });

  test('--as and --as-group go with every request, and with no platform that has no users', async () => {
    double.requests.length = 0;
    const env = { KUBECONFIG: await double.kubeconfig({ namespace: 'of-context' }) };
    const whom = ['--as', 'jane', '--as-group', 'dev', '--as-group=ops'];
    const results = await Promise.all([
      skupper(['mkl', 'status', ...whom], { env }),
      skupper(['mkl', 'inspect', 'gone', ...whom], { env }),
      skupper([...create, ...whom, '--dry-run', 'server'], { env }),
      skupper(['mkl', 'status', '--as-group', 'dev'], { env }),
      skupper(['mkl', 'status', '--as', ''], { env }),
      skupper(['mkl', 'status', '--as', 'a\nb'], { env }),
      skupper(['mkl', 'status', '-p', 'linux', ...whom], { env }),
    ]);
    expect(results.map(({ status }) => status)).toEqual([0, 3, 0, 2, 2, 2, 2]);
    expect(results[3]?.stderr).toContain('--as-group needs --as');
    expect(results[6]?.stderr).toContain('--as and --as-group');
    expect(double.requests.length).toBeGreaterThan(3);
    expect([...new Set(double.requests.map(({ as }) => as.join()))]).toEqual(['jane,dev, ops']);
  });

  test('--wait defaults to configured here; none returns at once', async () => {
    const kubeconfig = await double.kubeconfig({ namespace: 'of-context' });
    const [waits, returns] = await Promise.all([
      skupper(['mkl', 'create', 'w1', '80', '--weighted', 'a=1', '--timeout', '300ms'], {
        env: { KUBECONFIG: kubeconfig },
      }),
      skupper(['mkl', 'create', 'w2', '80', '--weighted', 'a=1', '--wait', 'none'], {
        env: { KUBECONFIG: kubeconfig },
      }),
    ]);
    expect([waits.status, returns.status]).toEqual([6, 0]);
    expect(waits.stdout).toBe('multikeylistener/w1 created\n');
    expect(waits.stderr).toContain('w1 is not configured after 0.3 s');
    expect(returns.stdout).toBe('multikeylistener/w2 created\n');
    expect(
      double.storage
        .list('multikeylisteners', 'of-context')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(['w1', 'w2']);
  });
});
