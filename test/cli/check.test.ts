import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { ApiDouble } from '../support/double/api-double.js';
import { skupper } from '../support/program.js';
import { resource, weighted } from '../unit/fixtures.js';
import { newSite } from './site.js';

const schema = JSON.parse(
  readFileSync(new URL('../../docs/schemas/check.schema.json', import.meta.url), 'utf8'),
) as object;
const conforms = new Ajv().compile(schema);

describe('on Kubernetes', () => {
  let double: ApiDouble;
  let env: Record<string, string>;
  beforeEach(async () => {
    double = await ApiDouble.start();
    env = { KUBECONFIG: await double.kubeconfig() };
  });
  afterEach(() => double.stop());

  const put = (name: string, spec: object, namespace = 'default'): void => {
    const configured = { type: 'Configured', status: 'True', reason: 'Ready', observedGeneration: 1 };
    const strategy = { weighted: { routingKeysReachable: { a: 1 } } };
    const status = { status: 'Ready', message: 'OK', conditions: [configured], strategy };
    const object = resource({ metadata: { name, namespace }, spec: { strategy: weighted({ a: 1 }), ...spec } });
    const created = double.storage.create('multikeylisteners', namespace, object as never);
    double.storage.update('multikeylisteners', { ...created, status } as never, created, { status: true });
  };
  const service = (name: string, owner: string, namespace = 'default'): void => {
    double.storage.create('services', namespace, {
      metadata: { name, annotations: { 'internal.skupper.io/controlled': 'true' } },
      spec: { clusterIP: '10.0.0.1', ports: [{ name: `multiaddress-${owner}`, port: 8080 }] },
    } as never);
  };

  test('twins are told apart, with a next step for each finding', async () => {
    put('web', { host: 'web', port: 8080 });
    put('twin', { host: 'web', port: 8080 });
    service('web', 'web');
    const { status, stdout, stderr } = await skupper(['mkl', 'check'], { env });
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows[0]).toEqual(['SEVERITY', 'NAME', 'FINDING', 'MESSAGE']);
    expect(rows.filter((row) => row[2] === 'host-port-taken')).toEqual([
      ['error', 'twin', 'host-port-taken', 'Service web sends port 8080 to MultiKeyListener web, never to twin.'],
      [
        'warning',
        'web',
        'host-port-taken',
        'Service web sends port 8080 to MultiKeyListener web, never to MultiKeyListener twin.',
      ],
    ]);
    expect(stderr).toContain('check found 1 error, ');
    expect(status).toBe(7);
  });

  test('-A -o json conforms to the schema, and -o json leaves stdout empty on a failure', async () => {
    for (const namespace of ['shop', 'pay']) double.storage.namespaces.add(namespace);
    put('web', { host: 'web', port: 8080, tlsCredentials: 'cert' }, 'shop');
    put('db', { host: 'db', port: 8080, tlsCredentials: 'cert' }, 'pay');
    service('web', 'web', 'shop');
    service('db', 'db', 'pay');
    double.storage.create('secrets', 'shop', { metadata: { name: 'cert' }, type: 'kubernetes.io/tls' } as never);
    const { status, stdout } = await skupper(['mkl', 'check', '-A', '-o', 'json'], { env });
    const document = JSON.parse(stdout) as {
      resources: { namespace: string; name: string; findings: { code: string }[] }[];
    };
    conforms(document);
    expect(conforms.errors ?? []).toEqual([]);
    const codes = document.resources.map(({ namespace, name, findings }) => [
      `${namespace}/${name}`,
      findings.some(({ code }) => code === 'tls-secret-missing'),
    ]);
    expect([status, codes]).toEqual([
      7,
      [
        ['pay/db', true],
        ['shop/web', false],
      ],
    ]);
    const missing = await skupper(['mkl', 'check', 'nope', '-o', 'json'], { env });
    expect([missing.status, missing.stdout]).toEqual([3, '']);
  });

  test('the number of requests does not grow with the number of resources', async () => {
    for (let each = 0; each < 1200; each += 1)
      put(`r${each}`, { host: `h${each}`, port: 8080, tlsCredentials: 'cert' });
    const { status, stderr } = await skupper(['mkl', 'check', '-o', 'json'], { env });
    expect({ status, many: stderr.includes('1200 resources') }).toEqual({ status: 7, many: true });
    expect(double.requests.length).toBeLessThanOrEqual(12);
  });

  test('a right that is missing is said once and takes away one check', async () => {
    put('web', { host: 'web', port: 8080 });
    put('db', { host: 'db', port: 8080 });
    env = { KUBECONFIG: await double.kubeconfig({ token: 'limited-token' }) };
    const { stderr, status } = await skupper(['mkl', 'check'], { env });
    expect(stderr.match(/^Not checked: the Site/gm)).toHaveLength(1);
    expect(status).toBe(0);
  });
});

test('on a system site, with --strict', async () => {
  const site = newSite();
  try {
    await site.run(['mkl', 'create', 'web', '8080', '--weighted', 'x=1', '--host', '127.0.0.1']);
    const plain = await site.run(['mkl', 'check']);
    const strict = await site.run(['mkl', 'check', '--strict']);
    expect([plain.status, strict.status, plain.stdout === strict.stdout]).toEqual([0, 7, true]);
    expect(plain.stdout).toContain('no-site');
    const empty = await site.run(['mkl', 'check', '-l', 'a=b']);
    expect([empty.status, empty.stdout, empty.stderr]).toEqual([0, '', 'No multikeylisteners to check.\n']);
  } finally {
    site.remove();
  }
});
