import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiDouble, type Fault } from '../support/double/api-double.js';
import { writeKubeconfig } from '../support/cluster/kubeconfig.js';
import { skupper, temporaryFolder, type Result } from '../support/program.js';
import { runAll } from './site.js';

const STATUS = ['mkl', 'status'];
const CREATE = ['mkl', 'create', 'web', '8080', '--weighted', 'a=1', '--wait', 'none', '--no-preflight'];
const folder = temporaryFolder();
afterAll(() => folder.remove());

const withConfig = (kubeconfig: string | undefined, args = STATUS, env = {}): Promise<Result> =>
  skupper(args, { env: { KUBECONFIG: kubeconfig, ...env } });

function configFile(name: string, text: string): string {
  const file = folder.at(name);
  writeFileSync(file, text);
  return file;
}

describe('kubeconfig: exit 8, with the file and the context in the message', () => {
  const config = (change: Record<string, unknown>): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'u', user: {} }],
      ...change,
    });

  test.each<[string, string, string | undefined, string[]]>([
    ['none at all', '', undefined, ['kubeconfig']],
    ['one that is missing', '', '/no/such/kubeconfig', ['/no/such/kubeconfig']],
    ['an empty one', 'empty', '', ['empty']],
    ['garbage', 'garbage', '\u0000\u0001{[', ['garbage']],
    ['a list', 'list', '- a', ['list']],
    ['one without contexts', 'bare', 'apiVersion: v1\nkind: Config\n', ['bare']],
    ['an unknown current context', 'unknown', config({ 'current-context': 'gone' }), ['"gone"', 'unknown', 'here']],
    ['a context without its cluster', 'cluster', config({ clusters: [] }), ['"c"', 'cluster']],
    ['a context without its user', 'user', config({ users: [] }), ['"u"', 'user']],
    [
      'a server that is no URL',
      'url',
      config({ clusters: [{ name: 'c', cluster: { server: 'nonsense' } }] }),
      ['nonsense'],
    ],
    [
      'a certificate file that is missing',
      'ca',
      config({
        clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1', 'certificate-authority': '/no/ca.crt' } }],
      }),
      ['/no/ca.crt'],
    ],
  ])('%s', async (_title, name, text, named) => {
    const file = name === '' ? text : configFile(name, text ?? '');
    const { status, stdout, stderr } = await withConfig(file);
    expect({ status, stdout }).toEqual({ status: 8, stdout: '' });
    for (const part of named) expect(stderr).toContain(part);
    expect(stderr).not.toContain('localhost:8080');
  });

  test('a refused connection and a name that nobody knows: the context and the server', async () => {
    const [refused, unknown] = await Promise.all([
      withConfig(configFile('refused', config({}))),
      withConfig(
        configFile('dns', config({ clusters: [{ name: 'c', cluster: { server: 'https://does-not-exist.invalid' } }] })),
        ['mkl', 'status', '--request-timeout', '5s'],
      ),
    ]);
    expect([refused.status, unknown.status]).toEqual([8, 8]);
    for (const part of ['here', 'https://127.0.0.1:1', 'ECONNREFUSED']) expect(refused.stderr).toContain(part);
    for (const part of ['here', 'does-not-exist.invalid']) expect(unknown.stderr).toContain(part);
  });

  test('a credential plugin that is not there is exit 4', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'no-such-plugin',
      interactiveMode: 'Never',
      installHint: 'install it',
    };
    const { status, stderr } = await withConfig(configFile('exec', config({ users: [{ name: 'u', user: { exec } }] })));
    expect(status).toBe(4);
    expect(stderr).toContain('no-such-plugin');
  });

  test('help, generate and bad input need none', async () => {
    const [generate, invalid] = await Promise.all([
      withConfig('/no', ['mkl', 'generate', 'w', '1', '--weighted', 'a=1']),
      withConfig('/no', ['mkl', 'create', 'w', '0', '--weighted', 'a=1']),
    ]);
    expect([generate.status, invalid.status]).toEqual([0, 2]);
  });
});

describe('a server that misbehaves', () => {
  let double: ApiDouble;
  let kubeconfig: string;
  beforeEach(async () => {
    double = await ApiDouble.start();
    double.storage.namespaces.add('default');
    kubeconfig = await double.kubeconfig();
  });
  afterEach(() => double.stop());

  test.each<[string, Fault, number, string[]]>([
    ['hangs', { kind: 'hang' }, 8, ['0.3 s']],
    ['sends half of the headers', { kind: 'half-headers' }, 8, []],
    ['drops the connection', { kind: 'reset' }, 8, []],
    ['answers 500', { kind: 'status', code: 500 }, 1, ['500']],
    ['answers HTML', { kind: 'html' }, 1, []],
    ['answers half a JSON', { kind: 'half-json' }, 1, []],
  ])('%s: one clear sentence with the context and the server', async (_title, fault, exit, named) => {
    double.faults.push(fault);
    const limit = ['--request-timeout', fault.kind === 'hang' ? '300ms' : '5m'];
    const results = await Promise.all([
      withConfig(kubeconfig, [...STATUS, ...limit]),
      withConfig(kubeconfig, [...CREATE, ...limit]),
    ]);
    for (const { status, stdout, stderr } of results) {
      expect({ status, stdout }).toEqual({ status: exit, stdout: '' });
      for (const part of [...named, double.url, 'test']) expect(stderr).toContain(part);
      expect(stderr).toMatch(/^Error: /);
      expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
    }
    expect(double.storage.list('multikeylisteners')).toEqual([]);
  });

  test('401 and 403 are exit 4; the missing CRD and a Skupper that is too old are told apart', async () => {
    const [wrong, nobody] = await Promise.all([
      double.kubeconfig({ token: 'wrong' }),
      double.kubeconfig({ token: 'nobody-token' }),
    ]);
    const [unknown, denied] = await Promise.all([withConfig(wrong), withConfig(nobody, CREATE)]);
    expect([unknown.status, denied.status]).toEqual([4, 4]);
    expect(unknown.stderr).not.toBe(denied.stderr);
    for (const part of ['create', 'multikeylisteners', 'nobody']) expect(denied.stderr).toContain(part);
    double.skupper = 'older';
    const older = await withConfig(kubeconfig);
    double.skupper = 'absent';
    const absent = await withConfig(kubeconfig);
    expect([older.status, absent.status]).toEqual([1, 1]);
    expect(older.stderr).toMatch(/2\.2/);
    expect(absent.stderr).toContain('https://skupper.io/v2/install.yaml');
  });

  test('the command that checks a permission asks for the same scope, file and user', async () => {
    const nobody = await double.kubeconfig({ token: 'nobody-token' });
    const flags = ['--kubeconfig', nobody, '--as', 'jane', '--as-group', 'read ers'];
    const hintOf = async (line: string): Promise<string | undefined> =>
      /^Check with: (.*)$/m.exec((await skupper([...line.split(' '), ...flags])).stderr)?.[1];
    const end = `--context test --kubeconfig ${nobody} --as jane --as-group 'read ers'`;
    const check = 'kubectl auth can-i';
    expect(await hintOf('mkl status -n west')).toBe(`${check} list multikeylisteners.skupper.io -n west ${end}`);
    expect(await hintOf('mkl status -A')).toBe(`${check} list multikeylisteners.skupper.io -A ${end}`);
    expect(await hintOf('mkl status -A --watch')).toBe(`${check} watch multikeylisteners.skupper.io -A ${end}`);
  });

  test('the command of a hint goes to the same cluster as the same user', async () => {
    const flags = ['-c', 'test', '--kubeconfig', await double.kubeconfig(), '--as', 'jane doe'];
    const { status, stderr } = await skupper(['mkl', 'inspect', 'nothing', '-n', 'west', ...flags]);
    expect(status).toBe(3);
    expect(stderr).toContain(
      `: skupper multikeylistener status -n west -c test --kubeconfig ${flags[3]} --as 'jane doe'\n`,
    );
  });

  test('what a server says never reaches a terminal or a pipe raw', async () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\u202e\r\nError: nothing wrong';
    const server = createServer((_request, response) => {
      response.writeHead(403, { 'Content-Type': 'application/json' });
      response.end(
        JSON.stringify({
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          reason: 'Forbidden',
          code: 403,
          message: evil,
          details: { name: evil, kind: evil, causes: [{ field: evil, message: evil }] },
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const config = await writeKubeconfig(folder.at('evil'), { server: `http://127.0.0.1:${port}`, token: 't' });
    const results = await Promise.all(
      [STATUS, CREATE, [...STATUS, '-o', 'json']].map((args) => withConfig(config, args)),
    );
    await new Promise((resolve) => server.close(resolve));
    // To a read it is a missing right, to a write a refusal of admission.
    expect(results.map(({ status }) => status)).toEqual([4, 1, 4]);
    for (const { stdout, stderr } of results) {
      expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }
    for (const { stderr } of results.slice(0, 2)) expect(stderr).not.toMatch(/\u202e|^Error: nothing wrong/m);
  });

  test('hostile objects are shown escaped in every human format', async () => {
    const evil = 'x\u001b[2J\u202e\u0007';
    const object = {
      metadata: { name: 'web', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: evil },
      spec: { host: evil, port: 80, strategy: { weighted: { routingKeys: { [evil]: 1 } } } },
      status: {
        status: 'Error',
        message: evil,
        conditions: [{ type: evil, status: evil, reason: evil, message: evil }],
      },
    };
    const server = createServer((request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const one = { apiVersion: 'skupper.io/v2alpha1', kind: 'MultiKeyListener', ...object };
      const list = { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '1' }, items: [one] };
      response.end(JSON.stringify(request.url?.includes('/web') ? one : list));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const config = await writeKubeconfig(folder.at('evil-objects'), { server: `http://127.0.0.1:${port}`, token: 't' });
    const lines = [
      'status',
      'status web',
      'status -o wide',
      'status -A',
      'inspect web',
      'status --exit-code',
      'update web --port 81 --diff --dry-run client',
      'update web --weighted b=2',
      'status -o json',
      'status -o yaml',
    ];
    const results = await runAll(lines.map((line) => [line, () => withConfig(config, ['mkl', ...line.split(' ')])]));
    await new Promise((resolve) => server.close(resolve));
    for (const [line, { stdout, stderr }] of results) {
      expect([line, (stdout + stderr).replaceAll('\n', '').match(/[\u0000-\u001f\u007f-\u009f]/)]).toEqual([
        line,
        null,
      ]);
    }
  });

  test('a write whose answer was lost says that it may have been done', async () => {
    double.faults.push({ kind: 'reset', done: true, when: ({ method }) => method === 'POST' });
    const { status, stderr } = await withConfig(kubeconfig, CREATE);
    expect(status).toBe(8);
    expect(stderr).toContain('it is unknown whether');
    expect(double.storage.list('multikeylisteners')).toHaveLength(1);
  });
});
