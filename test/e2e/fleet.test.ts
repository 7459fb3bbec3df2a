import { readFileSync, writeFileSync } from 'node:fs';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { skupper, started, temporaryFolder, type Result } from '../support/program.js';
import { newCluster, until, type Cluster } from './cluster.js';

const plane = sharedControlPlane();

interface Kubeconfig {
  contexts: { context: object }[];
  clusters: { cluster: object }[];
  users: { user: object }[];
}

/** One kubeconfig of several, each of one context; the context `dead` gets a port at which nobody listens. */
function merged(files: Record<string, string>): string {
  const parts = Object.entries(files).map(([name, file]) => {
    const { contexts, clusters, users } = JSON.parse(readFileSync(file, 'utf8')) as Kubeconfig;
    return {
      context: { name, context: { ...contexts[0]?.context, cluster: name, user: name } },
      cluster: {
        name,
        cluster: { ...clusters[0]?.cluster, ...(name === 'dead' && { server: 'https://127.0.0.1:1' }) },
      },
      user: { name, user: users[0]?.user },
    };
  });
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    contexts: parts.map(({ context }) => context),
    clusters: parts.map(({ cluster }) => cluster),
    users: parts.map(({ user }) => user),
  });
}

describeWith(plane)('several contexts of the real API server', () => {
  const folder = temporaryFolder();
  let east: Cluster;
  let west: Cluster;
  let env: Record<string, string>;
  const run = (line: string): Promise<Result> => skupper(['mkl', ...line.split(' ')], { env });

  beforeAll(async () => {
    [east, west] = await Promise.all([newCluster(plane!), newCluster(plane!)]);
    const nobody = await plane!.kubeconfig('nobody', east.namespace);
    env = { KUBECONFIG: folder.at('config') };
    const files = { east: east.kubeconfig, west: west.kubeconfig, nobody, dead: east.kubeconfig };
    writeFileSync(folder.at('config'), merged(files));
    await east.run('mkl create web 8080 --weighted a=1,b=1 --wait none --no-preflight');
    await west.run('mkl create web 8080 --weighted a=3,b=1 --wait none --no-preflight');
    await west.run('mkl create db 5432 --priority a --wait none --no-preflight');
  });
  afterAll(() => folder.remove());

  test('one table of all, with what keeps the others from being read', async () => {
    const { status, stdout, stderr } = await run('status --all-contexts --no-headers');
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/ +/g, ' ')),
    ).toEqual([
      expect.stringMatching(/^west db Unknown priority .* -$/),
      expect.stringMatching(/^east web Unknown weighted .* strategy-differs$/),
      expect.stringMatching(/^west web Unknown weighted .* strategy-differs$/),
      expect.stringMatching(/^dead - unreachable .*connection refused/),
      expect.stringMatching(/^nobody - forbidden .*cannot list/),
    ]);
    expect([status, stderr]).toEqual([8, expect.stringMatching(/^Error: 2 of 4 clusters could not be read\n/)]);
    expect((await run('status --contexts east,nobody -o name')).status).toBe(4);
    expect((await run('status --contexts east,west --exit-code')).status).toBe(7);
  });

  test('check and JSON have a part for each', async () => {
    const document = JSON.parse((await run('check --contexts west,dead -o json')).stdout) as { contexts: object[] };
    expect(document.contexts).toEqual([
      expect.objectContaining({ context: 'west', report: expect.objectContaining({ counts: expect.any(Object) }) }),
      expect.objectContaining({ context: 'dead', error: expect.objectContaining({ code: 'unreachable' }) }),
    ]);
  });

  test('the watches of both as one', async () => {
    const watch = started(['mkl', 'status', '--watch', '--contexts', 'east,west,dead', '-o', 'json'], { env });
    const changes = (): string[] =>
      watch
        .stdout()
        .trim()
        .split('\n')
        .flatMap((line) => {
          if (line === '') return [];
          const { context, type, object } = JSON.parse(line) as {
            context: string;
            type: string;
            object: { metadata: { name: string } };
          };
          return [`${context} ${type} ${object.metadata.name}`];
        });
    await until('all are there', () => changes().length === 3);
    await east.run('mkl update web --port 81 --wait none --no-preflight');
    await west.run('mkl delete db');
    await until('both changes', () => changes().length === 5);
    watch.kill('SIGINT');
    expect((await watch.result).status).toBe(130);
    expect(changes().sort()).toEqual([
      'east ADDED web',
      'east MODIFIED web',
      'west ADDED db',
      'west ADDED web',
      'west DELETED db',
    ]);
  });
});
