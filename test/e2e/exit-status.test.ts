import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Status } from '../../src/model/resource.js';
import { newSite, type Site } from '../cli/site.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { startController, statusOf } from '../support/double/fake-controller.js';
import { skupper, started, temporaryFolder, type Result } from '../support/program.js';
import { newCluster, until, type Cluster } from './cluster.js';

const plane = sharedControlPlane();
const DOCS = fileURLToPath(new URL('../../docs/exit-status.md', import.meta.url));
const CREATE = 'mkl create new 90 --weighted a=1';

/** Where the rows below happen: `web` is there and Ready, `bad` reports an error, `other` is never processed. */
interface Scene {
  cluster: Cluster;
  site: Site;
  folder: ReturnType<typeof temporaryFolder>;
}
type Row = [exit: number, code: string, about: string, run: (scene: Scene) => Promise<Result>];

const onCluster =
  (line: string, user?: 'nobody') =>
  ({ cluster }: Scene): Promise<Result> =>
    cluster.run(line, user);
const withConfig =
  (make: (scene: Scene) => Promise<string> | string, line = 'mkl status') =>
  async (scene: Scene): Promise<Result> =>
    skupper(line.split(' '), { env: { KUBECONFIG: await make(scene) } });
const onSite =
  (line: string) =>
  ({ site }: Scene): Promise<Result> =>
    site.run(line.split(' '));
const interrupted = async ({ cluster }: Scene, signal: NodeJS.Signals): Promise<Result> => {
  const running = cluster.start('mkl wait web other --timeout 50s');
  await until('it waits', () => running.stdout().includes('web ready'));
  running.kill(signal);
  return running.result;
};

const ROWS: Row[] = [
  [0, '', 'done', onCluster('mkl update web --label a=b --wait none')],
  [0, '', 'unchanged', onCluster('mkl update web --port 8080')],
  [0, '', 'an empty list', onCluster('mkl status -l none=x --exit-code')],
  [0, '', 'deleted already', onCluster('mkl delete gone --ignore-not-found')],
  [0, '', 'a dry run without --diff, though it differs', onCluster('mkl update web --port 1 --dry-run server')],
  [
    1,
    'file-system',
    'a folder that is a file',
    ({ site, folder }) => {
      writeFileSync(folder.at('file'), '');
      return site.run('mkl create web 80 --weighted a=1'.split(' '), {
        env: { SKUPPER_MKL_DATA_HOME: folder.at('file') },
      });
    },
  ],
  [
    1,
    'damaged-file',
    'a file that can not be read',
    ({ site }) => {
      site.put('kind: [', 'input', 'resources', 'MultiKeyListener-damaged.yaml');
      return site.run('mkl inspect damaged'.split(' '));
    },
  ],
  [2, 'usage', 'a flag that does not exist', onCluster('mkl status --colour')],
  [2, 'usage', 'a value that can not be', onCluster('mkl status --request-timeout soon')],
  [2, 'invalid', 'a rule', onCluster('mkl create new 0 --weighted a=1')],
  [2, 'strategy-immutable', 'another strategy', onCluster('mkl update web --weighted a=9')],
  [2, 'bad-file', 'a file that is not there', onCluster('mkl apply -f /no/such/file.yaml')],
  [2, 'preflight', 'surroundings', onCluster(`${CREATE} --tls-credentials missing`)],
  [
    2,
    'preflight',
    'surroundings on disk',
    async ({ site }) => {
      await site.run('mkl create web 80 --weighted a=1'.split(' '));
      return site.run('mkl create twin 80 --weighted a=1'.split(' '));
    },
  ],
  [3, 'not-found', 'a resource', onCluster('mkl inspect gone')],
  [3, 'not-found', 'a resource on disk', onSite('mkl inspect gone')],
  [3, 'namespace-not-found', 'a namespace', onCluster(`${CREATE} -n no-such-namespace --no-preflight`)],
  [
    4,
    'unauthenticated',
    'a wrong token',
    withConfig(({ cluster }) => plane!.kubeconfig('admin', cluster.namespace, { token: 'wrong' })),
  ],
  [4, 'forbidden', 'no rights', onCluster('mkl status', 'nobody')],
  [4, 'forbidden', 'somebody without rights', onCluster('mkl status --as jane --as-group readers')],
  [0, '', 'a group that may do all', onCluster('mkl status --as jane --as-group readers --as-group system:masters')],
  [5, 'already-exists', 'it is there', onCluster('mkl create web 8080 --weighted a=1 --no-preflight')],
  [
    5,
    'already-exists',
    'it is there on disk',
    async ({ site }) => {
      await site.run('mkl create web 80 --weighted a=1'.split(' '));
      return site.run('mkl create web 80 --weighted a=1 --no-preflight'.split(' '));
    },
  ],
  [6, 'wait-timeout', 'a create, which stays', onCluster(`${CREATE} --timeout 300ms --no-preflight`)],
  [6, 'wait-timeout', 'a wait', onCluster('mkl wait other --timeout 300ms')],
  [7, 'resource-error', 'it reports an error', onCluster('mkl wait bad')],
  [7, 'not-ready', 'not all are Ready', onCluster('mkl status --exit-code')],
  [
    8,
    'unreachable',
    'nobody listens',
    withConfig(({ folder }) => {
      const clusters = [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }];
      const contexts = [{ name: 'x', context: { cluster: 'c', user: 'u' } }];
      writeFileSync(
        folder.at('config'),
        JSON.stringify({ clusters, contexts, users: [{ name: 'u', user: {} }], 'current-context': 'x' }),
      );
      return folder.at('config');
    }),
  ],
  [
    8,
    'tls',
    'a certificate of nobody',
    withConfig(async ({ cluster }) => {
      const { rootCertificates } = await import('node:tls');
      return plane!.kubeconfig('admin', cluster.namespace, { ca: rootCertificates[0] ?? '' });
    }),
  ],
  [8, 'kubeconfig-missing', 'no kubeconfig', withConfig(() => '/no/such/file')],
  [
    8,
    'kubeconfig-invalid',
    'no kubeconfig either',
    withConfig(({ folder }) => {
      writeFileSync(folder.at('broken'), '{[');
      return folder.at('broken');
    }),
  ],
  [8, 'context-unknown', 'no such context', onCluster('mkl status -c nowhere')],
  [9, 'difference', 'an update', onCluster('mkl update web --port 1 --dry-run server --diff')],
  [
    9,
    'difference',
    'an apply',
    async ({ cluster, folder }) => {
      const { stdout } = await cluster.run('mkl generate new 90 --weighted a=1');
      writeFileSync(folder.at('new.yaml'), stdout);
      return cluster.run(`mkl apply -f ${folder.at('new.yaml')} --dry-run client --diff`);
    },
  ],
  [
    127,
    '',
    'a topic of the other skupper, and there is none',
    ({ folder }) => {
      mkdirSync(folder.at('empty'), { recursive: true });
      return skupper(['site', 'status'], { env: { PATH: folder.at('empty') } });
    },
  ],
  [130, 'interrupted', 'Ctrl-C', (scene) => interrupted(scene, 'SIGINT')],
];

describeWith(plane)('every exit status, each provoked', () => {
  let scene: Scene;
  let controller: { stop(): Promise<void> };

  beforeEach(async () => {
    const cluster = await newCluster(plane!);
    scene = { cluster, site: newSite(), folder: temporaryFolder() };
    controller = startController(plane!.admin, cluster.namespace, (resource): Status[] => {
      if (resource.metadata.name === 'web') return [statusOf('ready', resource)];
      return resource.metadata.name === 'bad' ? [statusOf('error', resource)] : [];
    });
    for (const [index, name] of ['web', 'bad', 'other'].entries()) {
      const { status } = await plane!.admin('POST', cluster.path(), {
        apiVersion: 'skupper.io/v2alpha1',
        kind: 'MultiKeyListener',
        metadata: { name },
        spec: { host: name, port: 8080 + index, strategy: { weighted: { routingKeys: { a: 1 } } } },
      });
      expect(status).toBe(201);
    }
    await until('the controller has spoken', async () => {
      const [web, bad] = await Promise.all(['web', 'bad'].map((name) => cluster.get(name)));
      return web?.status?.status === 'Ready' && bad?.status?.status === 'Error';
    });
  });
  afterEach(async () => {
    await controller.stop();
    scene.site.remove();
    scene.folder.remove();
  });

  test.each(ROWS)('%i %s: %s', async (exit, code, _about, run) => {
    const { status, signal, stderr } = await run(scene);
    expect({ status, signal, stderr: status === exit ? '' : stderr }).toEqual({
      status: exit,
      signal: null,
      stderr: '',
    });
    expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
    if (exit === 0) expect(stderr).not.toContain('Error');
    else if (exit !== 130) expect(stderr).toMatch(exit === 127 ? /^[^\n]+\n$/ : /^Error: /m);
    if (code !== '') expect(readFileSync(DOCS, 'utf8')).toMatch(new RegExp(`^\\| ${exit} \\|.*\`${code}\``, 'm'));
  });

  test('SIGTERM ends it as Ctrl-C does, with the status a shell expects of it', async () => {
    expect(await interrupted(scene, 'SIGTERM')).toMatchObject({ status: 143, signal: null });
  });

  test('the page has no other status', () => {
    const documented = [...readFileSync(DOCS, 'utf8').matchAll(/^\| (\d+) \|/gm)].map(([, exit]) => Number(exit));
    const provoked = new Set(ROWS.map(([exit]) => exit));
    expect(documented.filter((exit) => !provoked.has(exit))).toEqual([]);
  });

  test('the program of another status is not ours: it is handed on as it is', async () => {
    const other = scene.folder.at('bin');
    mkdirSync(other);
    writeFileSync(path.join(other, 'skupper'), '#!/bin/sh\nexit 42\n');
    chmodSync(path.join(other, 'skupper'), 0o755);
    const { status } = await started(['site', 'status'], { env: { PATH: `${other}:/usr/bin:/bin` } }).result;
    expect(status).toBe(42);
  });
});
