import { newSite, fileOf, type Site } from './site.js';

const WEB = `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: web
  namespace: default
spec:
  host: 0.0.0.0
  port: 8080
  strategy:
    weighted:
      routingKeys:
        east: 3
        west: 1
`;
const RELOAD = 'To apply it: skupper system reload -n default -p linux\n';

describe('on a system site', () => {
  let site: Site;
  beforeEach(() => {
    site = newSite();
  });
  afterEach(() => site.remove());

  /** Runs them one after the other; each must succeed. */
  async function done(...lines: string[]): Promise<string[]> {
    const outputs: string[] = [];
    for (const line of lines) {
      const { status, stdout, stderr } = await site.run(line.split(' '));
      if (status !== 0) throw new Error(`${line}: ${status} ${stderr}`);
      outputs.push(stdout);
    }
    return outputs;
  }

  test('the first create: the exact bytes, and what to do next', async () => {
    const { status, stdout, stderr } = await site.run(
      [
        'multikeylistener',
        'create',
        'backend',
        '9092',
        '--weighted',
        'east=1,west=1',
        '--platform',
        'linux',
        '--data-home',
        site.home,
      ],
      { env: { SKUPPER_PLATFORM: undefined, SKUPPER_MKL_DATA_HOME: undefined } },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'multikeylistener/backend created\n' });
    expect(stderr.endsWith(RELOAD)).toBe(true);
    expect(site.files()).toEqual({
      [fileOf('backend')]: WEB.replace('web', 'backend').replace('8080', '9092').replace('east: 3', 'east: 1'),
    });
  });

  test('create with every flag', async () => {
    await done(
      'mkl create web 8080 --weighted east=3 --weighted west=1 --host 127.0.0.1 --tls-credentials s --require-client-cert --observer auto --setting k=v --label l=1 --annotation n=2 --wait none --timeout 30s',
    );
    expect(site.files()[fileOf('web')]).toBe(`apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  annotations:
    "n": "2"
  labels:
    l: "1"
  name: web
  namespace: default
spec:
  host: 127.0.0.1
  observer: auto
  port: 8080
  requireClientCert: true
  settings:
    k: v
  strategy:
    weighted:
      routingKeys:
        east: 3
        west: 1
  tlsCredentials: s
`);
  });

  test('create, exists already, update, unchanged, refused, in place, delete', async () => {
    expect(await done('mkl create web 8080 --weighted east=3,west=1')).toEqual(['multikeylistener/web created\n']);
    expect(site.files()).toEqual({ [fileOf('web')]: WEB });
    const again = await site.run(['mkl', 'create', 'web', '1', '--weighted', 'a=1']);
    expect(again.status).toBe(5);
    expect(again.stdout).toBe('');
    expect(site.files()).toEqual({ [fileOf('web')]: WEB });
    expect(await done('mkl update web --port 8081 --host 127.0.0.1 --setting k=v --label a=b')).toEqual([
      'multikeylistener/web updated\n',
    ]);
    expect(await done('mkl update web --setting k- --label a- --host 0.0.0.0 --port 8080')).toEqual([
      'multikeylistener/web updated\n',
    ]);
    expect(site.files()).toEqual({ [fileOf('web')]: WEB });
    expect(await done('mkl update web --port 8080 --weighted west=1,east=3 --label x-')).toEqual([
      'multikeylistener/web unchanged\n',
    ]);
    const refused = await site.run(['mkl', 'update', 'web', '--weighted', 'east=5,west=1']);
    expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 2, stdout: '' });
    for (const text of ['spec.strategy', 'immutable', '--in-place', '--recreate'])
      expect(refused.stderr).toContain(text);
    expect(site.files()).toEqual({ [fileOf('web')]: WEB });
    const kind = await site.run(['mkl', 'update', 'web', '--priority', 'east', '--in-place']);
    expect(kind.status).toBe(2);
    expect(kind.stderr).toContain('--recreate');
    expect(await done('mkl update web --weighted east=5,west=1 --in-place --one-step')).toEqual([
      'multikeylistener/web updated\n',
    ]);
    expect(site.files()[fileOf('web')]).toBe(WEB.replace('east: 3', 'east: 5'));
    expect(await done('mkl update web --priority east,west --recreate')).toEqual(['multikeylistener/web recreated\n']);
    expect(site.files()[fileOf('web')]).toContain('      routingKeys:\n      - east\n      - west\n');
    expect(await done('mkl delete web')).toEqual(['multikeylistener/web deleted\n']);
    expect(site.files()).toEqual({});
  });

  test('dry runs and --diff write nothing; with both, a difference is exit 9', async () => {
    await done('mkl create web 8080 --weighted east=3,west=1');
    const before = site.files();
    expect(
      await done(
        'mkl create db 5432 --priority a,b --dry-run client',
        'mkl create db 5432 --priority a,b --dry-run server',
        'mkl update web --port 1 --dry-run server',
        'mkl delete web --dry-run server',
      ),
    ).toEqual([
      'multikeylistener/db created (dry run)\n',
      'multikeylistener/db created (dry run)\n',
      'multikeylistener/web updated (dry run)\n',
      'multikeylistener/web deleted (dry run)\n',
    ]);
    const taken = await site.run(['mkl', 'create', 'web', '1', '--weighted', 'a=1', '--dry-run', 'server']);
    expect(taken.status).toBe(5);
    const diff = await site.run(['mkl', 'update', 'web', '--port', '8081', '--diff', '--dry-run', 'server']);
    expect(diff.status).toBe(9);
    expect(diff.stdout).toContain('-  port: 8080\n+  port: 8081\n');
    const same = await site.run(['mkl', 'update', 'web', '--port', '8080', '--diff', '--dry-run', 'server']);
    expect(same.status).toBe(0);
    expect(site.files()).toEqual(before);
  });

  test('what an update does not name stays, unknown fields included', async () => {
    site.put(
      `${WEB.replace('  name: web', '  labels:\n    keep: "1"\n  name: web')}  futureField: 1\n`,
      'input',
      'resources',
      'MultiKeyListener-web.yaml',
    );
    const { status, stderr } = await site.run(['mkl', 'update', 'web', '--port', '8081']);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const text = site.files()[fileOf('web')] ?? '';
    for (const line of ['    keep: "1"', '  futureField: 1', '  port: 8081']) expect(text.split('\n')).toContain(line);
  });

  test('what generate prints, create -f takes, from a file and from standard input, and makes the same', async () => {
    const [yaml = '', json = ''] = await done(
      'mkl generate web 8080 --weighted east=3,west=1',
      'mkl generate db 5432 --priority a,b -o json',
    );
    expect(yaml).toBe(WEB.replace('  namespace: default\n', ''));
    const both = await site.run(['mkl', 'create', '-f', site.file('web.yaml', yaml), '-f', '-'], {
      stdin: { text: json },
    });
    expect(both).toMatchObject({ status: 0, stdout: 'multikeylistener/web created\nmultikeylistener/db created\n' });
    expect(site.files()[fileOf('web')]).toBe(WEB);
    const [spec = ''] = await done('mkl inspect db -o json');
    expect(JSON.parse(spec)).toHaveProperty('resource.spec.strategy.priority.routingKeys', ['a', 'b']);
  });

  test('generate touches nothing and prints a namespace only when one was given', async () => {
    const [plain = '', named = ''] = await done(
      'mkl generate web 8080 --weighted a=1',
      'mkl generate web 8080 --weighted a=1 -n west',
    );
    expect(plain).not.toContain('namespace');
    expect(named).toContain('  namespace: west\n');
    expect(site.files()).toEqual({});
  });

  test('documents of several namespaces, a List, and what was done when one of them exists already', async () => {
    const document = (name: string, namespace: string): object => ({
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'MultiKeyListener',
      metadata: { name, namespace },
      spec: { host: '0.0.0.0', port: 80, strategy: { priority: { routingKeys: ['a'] } } },
    });
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [document('a', 'west'), document('b', 'east'), document('c', 'west')],
    };
    list.items.forEach((item, index) => Object.assign((item as { spec: object }).spec, { port: 80 + index }));
    const file = site.file('list.json', JSON.stringify(list));
    expect(await done(`mkl create -f ${file}`)).toEqual([
      'multikeylistener/a created\nmultikeylistener/b created\nmultikeylistener/c created\n',
    ]);
    expect(Object.keys(site.files()).map((name) => name.replace(/input.*-/, ''))).toEqual([
      'namespaces/east/b.yaml',
      'namespaces/west/a.yaml',
      'namespaces/west/c.yaml',
    ]);
    await done('mkl delete a -n west');
    const half = await site.run(['mkl', 'create', '-f', file]);
    expect(half).toMatchObject({ status: 5, stdout: 'multikeylistener/a created\n' });
    expect(half.stderr).toMatch(/b: was not written\n.*done: a\n.*not tried: c\na was written and stays\./s);
    const [status = ''] = await done('mkl status -A --no-headers');
    expect(status.split('\n').map((line) => line.split(/ +/).slice(0, 2).join('/'))).toEqual([
      'east/b',
      'west/a',
      'west/c',
      '',
    ]);
  });

  test('status and delete by name, label and all', async () => {
    await done(
      'mkl create a 81 --weighted x=1 --label app=shop',
      'mkl create b 82 --weighted x=1 --label app=shop,',
      'mkl create c 83 --weighted x=1',
    ).catch(() => undefined);
    await done('mkl create b 82 --weighted x=1 --label app=shop', 'mkl create c 83 --weighted x=1');
    expect(await done('mkl status -l app=shop -o name', 'mkl status a c -o name', 'mkl status -o name')).toEqual([
      'multikeylistener/a\nmultikeylistener/b\n',
      'multikeylistener/a\nmultikeylistener/c\n',
      'multikeylistener/a\nmultikeylistener/b\nmultikeylistener/c\n',
    ]);
    const missing = await site.run(['mkl', 'status', 'a', 'x', 'y']);
    expect(missing.status).toBe(3);
    expect(missing.stdout).toMatch(/^NAME.*\na /);
    for (const name of ['"x"', '"y"']) expect(missing.stderr).toContain(name);
    expect((await site.run(['mkl', 'status', '--exit-code'])).status).toBe(7);
    expect(await done('mkl delete -l app=shop --yes')).toEqual([
      'multikeylistener/a deleted\nmultikeylistener/b deleted\n',
    ]);
    expect((await site.run(['mkl', 'delete', 'x', 'c'])).status).toBe(3);
    expect(site.files()).toEqual({});
    expect(await done('mkl delete x --ignore-not-found', 'mkl delete --all --yes')).toEqual(['', '']);
  });

  test('a file that cannot be used is warned about in two sentences', async () => {
    site.put('a: b: c\n', 'input', 'resources', 'x.yaml');
    expect((await site.run(['mkl', 'status'])).stderr).toMatch(
      /x\.yaml is not valid YAML: .*\. Repair or remove that file\.\n/,
    );
  });

  test('an empty list says where was looked and how to begin, on stderr, exit 0', async () => {
    const { status, stdout, stderr } = await site.run(['mkl', 'status', '--exit-code']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toContain('namespace default');
    expect(stderr).toContain('skupper multikeylistener create');
  });

  test('what is not there: exit 3, and nothing comes to be', async () => {
    for (const args of [
      ['status', 'x'],
      ['inspect', 'x'],
      ['update', 'x', '--port', '1'],
      ['delete', 'x'],
    ]) {
      const { status, stdout, stderr } = await site.run(['mkl', ...args]);
      expect({ args, status, stdout }).toEqual({ args, status: 3, stdout: '' });
      expect(stderr).toContain('multikeylistener "x"');
    }
    expect(site.files()).toEqual({});
  });

  test('host and port of another listener are refused unless forced', async () => {
    await done('mkl create web 8080 --weighted a=1');
    const args = ['mkl', 'create', 'other', '8080', '--weighted', 'a=1'];
    const refused = await site.run(args);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toContain('host-port-taken');
    expect(Object.keys(site.files())).toEqual([fileOf('web')]);
    expect((await site.run([...args, '--force'])).status).toBe(0);
  });
});
