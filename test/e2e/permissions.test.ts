import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { MultiKeyListener, Status } from '../../src/model/resource.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { startController, statusOf } from '../support/double/fake-controller.js';
import type { Result } from '../support/program.js';
import { clusterRouter, type ClusterRouter } from '../support/router/cluster-router.js';
import { newCluster, type Cluster } from './cluster.js';

const plane = sharedControlPlane();

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}
interface Role {
  metadata: { name: string };
  rules: Rule[];
}

const PAGE = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');
const ROLES = [...PAGE.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text = '']) => load(text) as Role);
const [READ, WRITE, ROUTER] = ROLES as [Role, Role, Role];

describeWith(plane)('the Roles of docs/permissions.md on the real API server', () => {
  let cluster: Cluster;
  let routed: ClusterRouter;
  let controller: { stop(): Promise<void> };
  let users = 0;

  beforeAll(async () => {
    cluster = await newCluster(plane!);
    routed = await clusterRouter(plane!.admin, cluster.namespace);
    for (const key of ['east', 'west']) routed.router.serve(key, 1);
    controller = startController(plane!.admin, cluster.namespace, (resource: MultiKeyListener): Status[] => {
      const { name } = resource.metadata;
      routed.router.hold(name, '', 1024, 'weighted', resource.spec.strategy.weighted?.routingKeys ?? {});
      return [statusOf('ready', resource)];
    });
    await cluster.run('mkl create web 8080 --weighted east=3,west=1 --wait ready --no-preflight');
  });
  afterAll(async () => {
    await controller.stop();
    await routed.stop();
  });

  /** Somebody with exactly these rules. */
  async function user(...rules: Rule[]): Promise<(line: string) => Promise<Result>> {
    const name = `user-${(users += 1)}`;
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${cluster.namespace}`;
    const apiGroup = 'rbac.authorization.k8s.io';
    const subjects = [{ apiGroup, kind: 'User', name }];
    for (const [kind, body] of [
      ['roles', { metadata: { name }, rules }],
      ['rolebindings', { metadata: { name }, roleRef: { apiGroup, kind: 'Role', name }, subjects }],
    ] as const) {
      const { status, body: answer } = await plane!.admin('POST', `${path}/${kind}`, body);
      if (status !== 201) throw new Error(JSON.stringify(answer));
    }
    return (line) => cluster.run(`mkl ${line} --as ${name}`);
  }

  /** The rules without one verb on one resource. */
  const without = (rules: readonly Rule[], resource: string, verb: string): Rule[] =>
    rules.flatMap((rule) => {
      const { resources, verbs } = rule;
      if (!resources.includes(resource) || !verbs.includes(verb)) return [rule];
      const others = resources.filter((each) => each !== resource);
      const left = verbs.filter((each) => each !== verb);
      return [
        ...(others.length > 0 ? [{ ...rule, resources: others }] : []),
        ...(left.length > 0 ? [{ ...rule, resources: [resource], verbs: left }] : []),
      ];
    });

  test('the page has three', () => {
    expect(ROLES.map(({ metadata }) => metadata.name)).toEqual(
      ['read', 'write', 'router'].map((what) => `multikeylisteners-${what}`),
    );
  });

  test('with exactly the rights to read every command that reads works, and checks everything', async () => {
    const run = await user(...READ.rules);
    for (const line of [
      'status',
      'status web',
      'status --watch --timeout 300ms',
      'inspect web',
      'wait web --for configured',
      'generate --from web',
    ]) {
      const { status, stderr } = await run(line);
      expect({ line, status, stderr: stderr.match(/^(?:Error|Not checked|.*cannot).*/gm) }).toEqual({
        line,
        status: 0,
        stderr: null,
      });
    }
    const { stdout } = await run('check -o json');
    expect(stdout).not.toMatch(/cannot (?:get|list|watch)/);
  });

  test.each<[resource: string, verb: string, line: string, status: number, said: RegExp]>([
    ['multikeylisteners', 'get', 'status web', 4, /permission denied: .*cannot get resource "multikeylisteners"/],
    ['multikeylisteners', 'list', 'status', 4, /permission denied: .*cannot list resource "multikeylisteners"/],
    ['multikeylisteners', 'watch', 'status --watch --timeout 5s', 4, /cannot watch resource "multikeylisteners"/],
    ['multikeylisteners', 'watch', 'wait web --for configured', 0, /^/],
    ['listeners', 'list', 'inspect web', 0, /cannot list resource "listeners"/],
    ['sites', 'list', 'inspect web', 0, /cannot list resource "sites"/],
    ['services', 'get', 'inspect web', 0, /cannot get resource "services"/],
    ['services', 'list', 'check', 0, /cannot list resource "services"/],
  ])('read without %s %s: %s', async (resource, verb, line, status, said) => {
    const run = await user(...without(READ.rules, resource, verb));
    const result = await run(line);
    expect({ status: result.status === 7 ? 0 : result.status }).toEqual({ status });
    expect(result.stdout + result.stderr).toMatch(said);
  });

  test('with exactly the rights to write every command that writes works', async () => {
    const run = await user(...READ.rules, ...WRITE.rules);
    for (const line of [
      'create other 81 --weighted east=1',
      'update other --port 82',
      'update other --weighted east=1,west=1 --in-place',
      'shift other --to west=100 --steps 1 --every 1ms --force --yes',
      'update other --priority east,west --recreate',
      'delete other',
    ]) {
      const { status, stderr } = await run(line);
      expect({ line, status, stderr: status === 0 ? '' : stderr }).toEqual({ line, status: 0, stderr: '' });
    }
  });

  test.each<[string, string]>([
    ['create', 'create more 83 --weighted east=1'],
    ['patch', 'update web --port 8081'],
    ['delete', 'delete web'],
  ])('write without %s: refused, and nothing is changed', async (verb, line) => {
    const before = await cluster.get('web');
    const run = await user(...READ.rules, ...without(WRITE.rules, 'multikeylisteners', verb));
    const { status, stdout, stderr } = await run(line);
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(stderr).toMatch(new RegExp(`permission denied: .*cannot ${verb} resource "multikeylisteners"`));
    expect(await cluster.get('web')).toEqual(before);
    expect(await cluster.names()).toEqual(['web']);
  });

  test('without the rights to read a write works with --no-preflight --wait none', async () => {
    const run = await user(...WRITE.rules);
    expect(await run('create blind 84 --weighted east=1 --no-preflight --wait none')).toMatchObject({ status: 0 });
    expect(await run('delete blind --wait none')).toMatchObject({ status: 0 });
  });

  test('with exactly the rights to ask the router traffic tells what it counted', async () => {
    const run = await user(...READ.rules, ...ROUTER.rules);
    const { status, stdout } = await run('traffic web');
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^web .*\bup\b/m) });
  });

  test.each<[string, string, RegExp]>([
    ['pods', 'list', /needs list on pods/],
    ['pods/portforward', 'get', /needs get and create on pods\/portforward/],
  ])('ask the router without %s %s: the right is named', async (resource, verb, said) => {
    const run = await user(...READ.rules, ...without(ROUTER.rules, resource, verb));
    for (const line of ['traffic web', 'inspect web --router']) {
      const { stdout, stderr } = await run(line);
      expect({ line, text: stdout + stderr }).toEqual({ line, text: expect.stringMatching(said) });
    }
  });
});
