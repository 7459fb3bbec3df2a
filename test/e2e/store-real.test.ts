import { setTimeout as sleep } from 'node:timers/promises';
import type { MultiKeyListener } from '../../src/model/resource.js';
import { startControlPlane, type ControlPlane } from '../support/cluster/control-plane.js';
import type { Handle } from '../support/cluster/control-plane-handle.js';
import { crds220, installCrds, removeCrd } from '../support/cluster/control-plane-setup.js';
import { collect } from '../support/collect.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { skupper } from '../support/program.js';
import { kubernetesHarness, openStore, restOutside } from '../support/double/kubernetes-harness.js';
import { storeContract } from '../store/contract.js';

const shared = sharedControlPlane();
const plane = shared as Handle;

const make = (name: string): MultiKeyListener => ({
  apiVersion: 'skupper.io/v2alpha1',
  kind: 'MultiKeyListener',
  metadata: { name },
  spec: { host: name, port: 8080, strategy: { priority: { routingKeys: ['east', 'west'] } } },
});

describeWith(shared)('a real API server', () => {
  storeContract('kubernetes, kube-apiserver', async () => {
    const namespace = await plane.newNamespace();
    return kubernetesHarness(await plane.kubeconfig('admin', namespace), plane.admin, namespace, async () => {
      await plane.admin('DELETE', `/api/v1/namespaces/${namespace}`);
    });
  });

  storeContract('kubernetes, with the rights of docs only', async () => {
    const namespace = await plane.newNamespace();
    const harness = kubernetesHarness(
      await plane.kubeconfig('limited', namespace),
      plane.admin,
      namespace,
      async () => {
        await plane.admin('DELETE', `/api/v1/namespaces/${namespace}`);
      },
    );
    return { ...harness, capabilities: { ...harness.capabilities, facts: false } };
  });

  test('a wrong token is unauthenticated', async () => {
    const store = await openStore(await plane.kubeconfig('admin', 'default', { token: 'wrong' }));
    await expect(store.list()).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining(plane.server),
    });
    await expect(collect(store).ended).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test("no rights are forbidden, with the server's own words", async () => {
    const store = await openStore(await plane.kubeconfig('nobody', 'default'));
    const sentence = 'User "nobody" cannot list resource "multikeylisteners"';
    await expect(store.list()).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining(sentence) });
    await expect(store.create(make('web'))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(collect(store).ended).rejects.toMatchObject({ code: 'forbidden' });
    const facts = await store.facts(make('web'));
    expect(facts.sites).toMatchObject({ known: false, why: expect.stringContaining('forbidden') });
    expect(facts.service).toMatchObject({ known: false });
  });

  test('a namespace that does not exist', async () => {
    const store = await openStore(await plane.kubeconfig('admin', 'no-such'));
    expect(await store.list()).toEqual([]);
    await expect(store.create(make('web'))).rejects.toMatchObject({ code: 'namespace-not-found' });
    await expect(store.get('web')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('what the server rejects comes back field by field', async () => {
    const namespace = await plane.newNamespace();
    const store = await openStore(await plane.kubeconfig('admin', namespace));
    const bad = make('web');
    const wrong = { ...bad, spec: { ...bad.spec, port: 'x', observer: 'tcp' } } as unknown as MultiKeyListener;
    await expect(store.create(wrong)).rejects.toMatchObject({
      code: 'rejected',
      causes: [{ field: 'spec.observer' }, { field: 'spec.port' }],
    });
    const unknown = { ...bad, spec: { ...bad.spec, colour: 'red' } } as MultiKeyListener;
    await expect(store.create(unknown)).rejects.toMatchObject({
      code: 'rejected',
      causes: [{ field: 'spec.colour', message: 'unknown field' }],
    });
    const web = await store.create(bad);
    const at = { resourceVersion: web.metadata.resourceVersion ?? '' };
    await expect(store.patch('web', { spec: { colour: 'red' } }, at)).rejects.toMatchObject({
      code: 'rejected',
      causes: [{ field: 'spec.colour' }],
    });
    const weighted = { spec: { strategy: { priority: null, weighted: { routingKeys: { a: 1 } } } } };
    await expect(store.patch('web', weighted, at)).rejects.toMatchObject({
      causes: [{ field: 'spec.strategy', message: expect.stringContaining('strategy is immutable') }],
    });
    const otherUid = { ...at, uid: '00000000-0000-0000-0000-000000000000' };
    await expect(store.patch('web', { spec: { port: 1 } }, otherUid)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a Service and the type of a Secret, without its data', async () => {
    const namespace = await plane.newNamespace();
    const core = `/api/v1/namespaces/${namespace}`;
    await plane.admin('POST', `${core}/services`, {
      metadata: { name: 'web', annotations: { 'internal.skupper.io/controlled': 'true' } },
      spec: { ports: [{ name: 'multiaddress-web', port: 8080 }] },
    });
    const data = { 'tls.crt': 'YQ==', 'tls.key': 'YQ==' };
    await plane.admin('POST', `${core}/secrets`, { metadata: { name: 'tls' }, type: 'kubernetes.io/tls', data });
    const store = await openStore(await plane.kubeconfig('admin', namespace));
    const web = make('web');
    const { service, secret } = await store.facts({ ...web, spec: { ...web.spec, tlsCredentials: 'tls' } });
    expect(service).toMatchObject({
      known: true,
      value: { controlled: true, ports: [{ name: 'multiaddress-web', port: 8080 }] },
    });
    expect(secret).toEqual({ known: true, value: { name: 'tls', type: 'kubernetes.io/tls' } });
    const without = await store.facts({ ...web, spec: { ...web.spec, host: 'other', tlsCredentials: 'other' } });
    expect([without.service, without.secret]).toEqual([
      { known: true, value: null },
      { known: true, value: null },
    ]);
  });

  test('waits until the router has let go of a listener', async () => {
    const namespace = await plane.newNamespace();
    const sites = `/apis/skupper.io/v2alpha1/namespaces/${namespace}/sites`;
    const { body } = await plane.admin('POST', sites, {
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'Site',
      metadata: { name: 'west' },
      spec: {},
    });
    const { uid } = body.metadata as { uid: string };
    const say = (listeners: string[]): Promise<unknown> => {
      const network = [{ id: uid, name: 'west', services: [{ routingKey: 'east', listeners }] }];
      return plane.admin('PATCH', `${sites}/west/status`, { status: { network } }, 'application/merge-patch+json');
    };
    await say(['multiAddress/web', 'multiAddress/other']);
    const store = await openStore(await plane.kubeconfig('admin', namespace));
    const { sites: known } = await store.facts(make('web'));
    expect(known).toMatchObject({
      value: [{ name: 'west', uid, configured: false, network: [{ services: [{ connectors: [] }] }] }],
    });
    let released = false;
    const waiting = store.released('web', AbortSignal.timeout(20_000)).then(() => (released = true));
    await sleep(200);
    expect(released).toBe(false);
    await say(['multiAddress/other']);
    await waiting;
    const began = Date.now();
    await store.released('other', AbortSignal.timeout(300));
    expect(Date.now() - began).toBeLessThan(2000);
  });
});

describeWith(shared)('a control plane of its own', () => {
  let own: ControlPlane;

  beforeAll(async () => {
    const started = await startControlPlane({ crds: false });
    if ('reason' in started) throw new Error(started.reason);
    own = started;
  });
  afterAll(() => own?.stop());

  test('Skupper missing, too old, then there', async () => {
    const store = await openStore(await own.kubeconfig('admin', 'default'));
    const hint = expect.stringContaining('kubectl apply -f https://skupper.io/v2/install.yaml');
    await expect(store.list()).rejects.toMatchObject({ code: 'crd-missing', hint });
    await expect(store.create(make('web'))).rejects.toMatchObject({ code: 'crd-missing' });
    await expect(collect(store).ended).rejects.toMatchObject({ code: 'crd-missing' });
    await installCrds(own.admin);
    expect(await store.list()).toEqual([]);
    await removeCrd(own.admin, 'multikeylisteners');
    await expect(store.list()).rejects.toMatchObject({ code: 'skupper-too-old' });
    await expect(store.get('web')).rejects.toMatchObject({ code: 'skupper-too-old' });
    for (const plural of ['sites', 'listeners', 'connectors']) await removeCrd(own.admin, plural);
  });

  test('Skupper 2.2.0, whose CRD has no observer', async () => {
    await installCrds(own.admin, await crds220());
    const env = { KUBECONFIG: await own.kubeconfig('admin', 'default') };
    const line = ['mkl', 'create', 'web', '8080', '--weighted', 'east=1', '--wait', 'none', '--no-preflight'];
    const refused = await skupper([...line, '--observer', 'auto'], { env });
    const made = await skupper(line, { env });
    const changed = await skupper(['mkl', 'update', 'web', '--port', '81', '--wait', 'none'], { env });
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('spec.observer: unknown field');
    expect([made, changed]).toMatchObject([
      { status: 0, stdout: 'multikeylistener/web created\n' },
      { status: 0, stdout: 'multikeylistener/web updated\n' },
    ]);
    for (const { spec } of await crds220()) await removeCrd(own.admin, spec.names.plural);
  });

  test('a certificate of somebody else', async () => {
    const store = await openStore(await plane.kubeconfig('admin', 'default', { ca: own.ca }));
    await expect(store.list()).rejects.toMatchObject({ code: 'tls', message: expect.stringContaining(plane.server) });
    await expect(collect(store).ended).rejects.toMatchObject({ code: 'tls' });
  });

  test('a watch outlives a killed API server', async () => {
    await installCrds(own.admin);
    const kubeconfig = await own.kubeconfig('admin', 'default');
    const [store, other] = await Promise.all([openStore(kubeconfig), openStore(kubeconfig)]);
    const outside = restOutside(own.admin, 'default');
    await store.create(make('kept'));
    await store.create(make('changed'));
    const watch = collect(store);
    await watch.until('SYNCED');
    watch.clear();

    await own.killApiServer();
    await watch.untilSeen('LOST unreachable');
    await expect(other.list()).rejects.toMatchObject({ code: 'unreachable' });
    await own.startApiServer();
    await outside.change('changed', (resource) => (resource.spec.port = 9090));
    await watch.untilSeen('MODIFIED changed');
    await outside.create(make('new'));
    await watch.untilSeen('ADDED new');
    const changes = watch.seen.filter((each) => !each.startsWith('LOST') && each !== 'SYNCED');
    expect(changes).toEqual(['MODIFIED changed', 'ADDED new']);
    await watch.stop();
  });
});
