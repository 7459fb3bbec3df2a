import { writeFileSync } from 'node:fs';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { temporaryFolder } from '../support/program.js';
import { newCluster, type Cluster } from './cluster.js';

const plane = sharedControlPlane();

describeWith(plane)('several resources on the real API server', () => {
  const folder = temporaryFolder();
  let one: Cluster;
  let other: Cluster;
  beforeEach(async () => {
    [one, other] = await Promise.all([newCluster(plane!), newCluster(plane!)]);
  });
  afterAll(() => folder.remove());

  const document = (name: string, namespace: string | undefined, labels = {}): object => ({
    apiVersion: 'skupper.io/v2alpha1',
    kind: 'MultiKeyListener',
    metadata: { name, namespace, labels },
    spec: { host: name, port: 80, strategy: { priority: { routingKeys: ['a'] } } },
  });
  const file = (name: string, documents: object[]): string => {
    const path = folder.at(name);
    writeFileSync(path, documents.map((each) => JSON.stringify(each)).join('\n---\n'));
    return path;
  };

  test('one file of many namespaces, then lists by namespace, label and all', async () => {
    const path = file('many.yaml', [
      document('a', one.namespace, { app: 'shop' }),
      document('b', other.namespace, { app: 'shop' }),
      document('c', undefined),
    ]);
    const made = await one.run(`mkl create -f ${path} --wait none`);
    expect(made).toMatchObject({
      status: 0,
      stdout: 'multikeylistener/a created\nmultikeylistener/b created\nmultikeylistener/c created\n',
    });
    expect([await one.names(), await other.names()]).toEqual([['a', 'c'], ['b']]);
    const [own, labelled, everywhere, document_] = await Promise.all([
      one.run('mkl status -o name'),
      one.run('mkl status -l app=shop -o name'),
      one.run('mkl status -A -l app=shop --no-headers'),
      one.run('mkl status -A -o json'),
    ]);
    expect(own.stdout).toBe('multikeylistener/a\nmultikeylistener/c\n');
    expect(labelled.stdout).toBe('multikeylistener/a\n');
    const rows = everywhere.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ +/).slice(0, 2));
    const ours = [one.namespace, other.namespace];
    expect(rows.filter(([namespace]) => ours.includes(namespace ?? '')).sort()).toEqual(
      [
        [one.namespace, 'a'],
        [other.namespace, 'b'],
      ].sort(),
    );
    expect(JSON.parse(document_.stdout)).toMatchObject({ kind: 'List', items: expect.any(Array) });
    const removed = await one.run('mkl delete -l app=shop --yes');
    expect(removed.stdout).toBe('multikeylistener/a deleted\n');
    expect([await one.names(), await other.names()]).toEqual([['c'], ['b']]);
  });

  test('--all is of one namespace', async () => {
    await Promise.all([
      one.run('mkl create a 80 --priority x --wait none'),
      other.run('mkl create b 80 --priority x --wait none'),
    ]);
    await one.run('mkl delete --all --yes');
    expect([await one.names(), await other.names()]).toEqual([[], ['b']]);
  });

  test('a document of another namespace than --namespace is refused, and nothing is sent', async () => {
    const path = file('elsewhere.yaml', [document('a', one.namespace), document('b', other.namespace)]);
    const { status, stderr } = await one.run(`mkl create -f ${path} -n ${one.namespace}`);
    expect(status).toBe(2);
    expect(stderr).toContain(': metadata.namespace: is ');
    expect(await one.names()).toEqual([]);
  });

  test('the second of three exists already: what was done and what was not', async () => {
    await one.run('mkl create b 81 --priority x --wait none');
    const path = file(
      'half.yaml',
      ['a', 'b', 'c'].map((name) => document(name, one.namespace)),
    );
    const { status, stdout, stderr } = await one.run(`mkl create -f ${path} --wait none`);
    expect({ status, stdout }).toEqual({ status: 5, stdout: 'multikeylistener/a created\n' });
    expect(stderr).toMatch(/b: was not written\n.*done: a\n.*not tried: c\na was written and stays\./s);
    expect(await one.names()).toEqual(['a', 'b']);
  });

  test('one that is missing does not hide the others', async () => {
    await one.run('mkl create a 80 --priority x --wait none');
    const table = await one.run('mkl status a nope');
    expect(table.status).toBe(3);
    expect(table.stdout).toMatch(/^NAME.*\na /);
    const json = await one.run('mkl status a nope -o json');
    expect({ status: json.status, stdout: json.stdout }).toEqual({ status: 3, stdout: '' });
  });

  test('with rights on multikeylisteners only, what can not be checked is a note and no error', async () => {
    const made = await one.run('mkl create a 80 --priority x --wait none', 'limited');
    expect(made).toMatchObject({ status: 0, stdout: 'multikeylistener/a created\n' });
    expect(made.stderr).toContain('Not checked: the Site');
    expect(made.stderr).not.toContain('Error');
    for (const line of ['mkl status', 'mkl inspect a', 'mkl update a --port 81 --wait none', 'mkl delete a']) {
      expect([line, (await one.run(line, 'limited')).status]).toEqual([line, 0]);
    }
  });

  test("a Service that is not Skupper's stops the write, unless forced", async () => {
    const service = { metadata: { name: 'taken' }, spec: { ports: [{ port: 80 }] } };
    await plane!.admin('POST', `/api/v1/namespaces/${one.namespace}/services`, service);
    const refused = await one.run('mkl create web 80 --priority x --host taken --wait none');
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toContain('service-taken');
    expect(await one.names()).toEqual([]);
    expect((await one.run('mkl create web 80 --priority x --host taken --wait none --force')).status).toBe(0);
  });

  test('a TLS Secret that is missing stops the write; one of the right type does not', async () => {
    const line = 'mkl create web 80 --priority x --tls-credentials certs --wait none';
    const missing = await one.run(line);
    expect(missing.status).toBe(2);
    expect(missing.stderr).toContain('tls-secret-missing');
    const secret = { metadata: { name: 'certs' }, type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } };
    const { status } = await plane!.admin('POST', `/api/v1/namespaces/${one.namespace}/secrets`, secret);
    expect(status).toBe(201);
    expect((await one.run(line)).status).toBe(0);
  });
});
