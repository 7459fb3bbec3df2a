import type { MultiKeyListener } from '../../src/model/resource.js';
import type { Store } from '../../src/store/store.js';
import { ApiDouble, type Fault } from '../support/double/api-double.js';
import { openStore } from '../support/double/kubernetes-harness.js';

const make = (name: string, port = 8080): MultiKeyListener => ({
  apiVersion: 'skupper.io/v2alpha1',
  kind: 'MultiKeyListener',
  metadata: { name },
  spec: { host: name, port, strategy: { weighted: { routingKeys: { east: 1 } } } },
});

let double: ApiDouble;
let store: Store;

beforeEach(async () => {
  double = await ApiDouble.start();
  store = await openStore(await double.kubeconfig({ context: 'kind-west' }), { requestTimeoutMs: 60_000 });
});
/** A store for servers that never answer. */
const impatient = async (requestTimeoutMs = 300): Promise<Store> =>
  openStore(await double.kubeconfig({ context: 'kind-west' }), { requestTimeoutMs });
afterEach(() => double.stop());

describe('what goes wrong on the way', () => {
  const cases: [string, Fault, string, RegExp][] = [
    ['no answer at all', { kind: 'hang' }, 'request-timeout', /within 0\.3 s/],
    ['a dropped connection', { kind: 'reset' }, 'unreachable', /ECONNRESET/],
    ['headers that stop', { kind: 'half-headers' }, 'unreachable', /hang up|ECONNRESET/],
    ['a 500', { kind: 'status', code: 500 }, 'server-error', /500.*request timed out/],
    ['a 503', { kind: 'status', code: 503 }, 'server-error', /503/],
    ['a web page', { kind: 'html' }, 'bad-response', /text\/html.*Please log in/],
    ['a redirect', { kind: 'redirect' }, 'bad-response', /302/],
    ['half a JSON', { kind: 'half-json' }, 'bad-response', /cut off/],
  ];
  test.each(cases)('%s', async (_, fault, code, message) => {
    if (fault.kind === 'hang') store = await impatient();
    double.faults.push(fault);
    for (const action of [() => store.get('web'), () => store.list(), () => store.create(make('web'))]) {
      const failure = expect.objectContaining({ code, message: expect.stringMatching(message) });
      await expect(action()).rejects.toEqual(failure);
      await expect(action()).rejects.toMatchObject({ message: expect.stringContaining(double.url) });
      await expect(action()).rejects.toMatchObject({ message: expect.stringContaining('kind-west') });
    }
  });

  test('refused', async () => {
    await double.refuse();
    await expect(store.list()).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    const failure = await store.create(make('web')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unreachable' });
    // Nothing was sent, so there is nothing to doubt.
    expect((failure as Error).message).not.toContain('it is unknown whether');
  });

  test('a write that got no answer says that it may be done', async () => {
    double.faults.push({ kind: 'reset', done: true, when: ({ method }) => method === 'POST' });
    const failure = {
      code: 'unreachable',
      message: expect.stringContaining('it is unknown whether'),
      hint: expect.stringContaining('status web'),
    };
    await expect(store.create(make('web'))).rejects.toMatchObject(failure);
    expect((await store.get('web')).spec.port).toBe(8080);
    expect(double.writes).toHaveLength(1);
  });

  test.each([
    ['500', { kind: 'status', code: 500 }, true],
    ['503', { kind: 'status', code: 503 }, true],
    ['half a JSON', { kind: 'half-json' }, true],
    ['a page in place of the answer', { kind: 'html' }, true],
    ['429', { kind: 'status', code: 429 }, false],
    ['a redirect', { kind: 'redirect' }, false],
  ] as const)('a write answered with %s says whether it may be done', async (_, fault, doubt) => {
    double.faults.push({ ...fault, done: true });
    const failure = (await store.create(make('web')).catch((error: unknown) => error)) as Error;
    expect(failure).toBeInstanceOf(Error);
    expect(failure.message.includes('it is unknown whether the create of multikeylistener "web" was done')).toBe(doubt);
    const read = (await store.get('web').catch((error: unknown) => error)) as Error;
    expect(read.message).not.toContain('it is unknown whether');
  });

  test.each([401, 403, 404])('a page with status %i is nobody’s refusal', async (code) => {
    double.faults.push({ kind: 'html', code });
    await expect(store.create(make('web'))).rejects.toMatchObject({ code: 'bad-response' });
    await expect(store.list()).rejects.toMatchObject({ code: 'bad-response' });
  });

  test('JSON of something else is no empty list and no resource', async () => {
    double.faults.push({ kind: 'other-json' });
    for (const action of [
      () => store.list(),
      () => store.get('web'),
      () => store.create(make('web')),
      () => store.delete('web'),
    ])
      await expect(action()).rejects.toMatchObject({ code: 'bad-response' });
  });

  test('all tries of one request share one bound', async () => {
    store = await impatient(4000);
    double.faults.push({ kind: 'status', code: 429, retryAfter: 3, times: 1 }, { kind: 'hang' });
    const began = Date.now();
    await expect(store.list()).rejects.toMatchObject({ code: 'request-timeout' });
    // A bound of its own for the second try would end after 7 s.
    expect(Date.now() - began).toBeLessThan(6900);
  });

  test('a read over a connection that was just closed is asked again, a write never', async () => {
    double.faults.push({ kind: 'reset', times: 2 });
    expect(await store.list().catch((error: Error) => error)).toBeInstanceOf(Error);
    double.faults.length = 0;
    double.faults.push({ kind: 'reset', times: 1 });
    expect(await store.list()).toEqual([]);
  });

  test('429 with Retry-After is asked again', async () => {
    double.faults.push({ kind: 'status', code: 429, retryAfter: 1, times: 1 });
    expect(await store.create(make('web'))).toMatchObject({ metadata: { name: 'web' } });
    double.faults.push({ kind: 'status', code: 429, retryAfter: 3600 });
    await expect(store.list()).rejects.toMatchObject({ code: 'server-error' });
  });

  test('aborted', async () => {
    double.faults.push({ kind: 'hang' });
    await expect(store.list({ signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: 'interrupted' });
    await expect(store.list({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('something that does not speak HTTP, or speaks it in the clear', async () => {
    const tls = await openStore(await double.kubeconfig({ server: double.url.replace('http:', 'https:') }));
    await expect(tls.list()).rejects.toMatchObject({ code: 'tls' });
  });

  test('facts survive what fails', async () => {
    double.faults.push({ kind: 'status', code: 500, when: ({ url }) => url.includes('/sites') });
    double.faults.push({ kind: 'hang', when: ({ url }) => url.includes('/services') });
    const facts = await (await impatient(4000)).facts(make('web'));
    expect(facts.endpoints).toEqual({ known: true, value: [] });
    expect(facts.sites).toMatchObject({ known: false, why: expect.stringContaining('500') });
    expect(facts.service).toMatchObject({ known: false, why: expect.stringContaining('within') });
    expect(facts).not.toHaveProperty('secret');
  });
});

describe('requests', () => {
  test('one connection for many requests', async () => {
    await store.create(make('web'));
    await store.get('web');
    await store.list();
    await store.delete('web');
    expect(double.connections).toBe(1);
    expect(double.requests).toHaveLength(4);
  });

  test('writes are strict, signed and, as dry runs, said to be so', async () => {
    await store.create(make('web'), { dryRun: true });
    const { metadata } = await store.create(make('web'));
    const version = { resourceVersion: metadata.resourceVersion ?? '', uid: metadata.uid };
    await store.patch('web', { spec: { port: 1 } }, { ...version, dryRun: true });
    await store.delete('web', { ...version, dryRun: true });
    const [first, second, third, fourth] = double.writes;
    expect(first?.url).toMatch(/fieldManager=skupper-multikeylistener&fieldValidation=Strict&dryRun=All$/);
    expect(second?.url).not.toContain('dryRun');
    expect(third).toMatchObject({ contentType: 'application/merge-patch+json' });
    expect(JSON.parse(third?.body ?? '')).toEqual({ spec: { port: 1 }, metadata: version });
    expect(JSON.parse(fourth?.body ?? '')).toMatchObject({
      preconditions: version,
      dryRun: ['All'],
      propagationPolicy: 'Background',
    });
  });

  test('a long list comes page by page, and again from the start when it was compacted meanwhile', async () => {
    const names = Array.from({ length: 1203 }, (_, index) => `r${String(index).padStart(4, '0')}`);
    for (const name of names) double.storage.create('multikeylisteners', 'default', make(name) as never);
    expect((await store.list()).map(({ metadata }) => metadata.name)).toEqual(names);
    expect(double.requests[0]?.url).toMatch(/limit=500$/);
    expect(double.requests.length).toBeGreaterThan(1);
    double.storage.unlisted = 1_000_000;
    double.faults.push({ kind: 'status', code: 410, times: 1, when: ({ url }) => url.includes('continue=') });
    expect(await store.list()).toHaveLength(1203);
  });

  test('a deletion that finalizers hold is not gone', async () => {
    const created = await store.create({ ...make('web'), metadata: { name: 'web', finalizers: ['a.b/c'] } });
    expect(await store.delete('web')).toEqual({ uid: created.metadata.uid, gone: false });
  });

  test('names that would change the path are not asked for', async () => {
    for (const name of ['', '.', '..', 'a/b', '%2e'])
      await expect(store.get(name)).rejects.toMatchObject({ code: 'not-found' });
    expect(double.requests).toEqual([]);
  });

  test('without the CRD: one more question, only after a 404', async () => {
    double.skupper = 'absent';
    await expect(store.list()).rejects.toMatchObject({ code: 'crd-missing' });
    double.skupper = 'older';
    await expect(store.create(make('web'))).rejects.toMatchObject({ code: 'skupper-too-old' });
    expect(double.requests.filter(({ url }) => url === '/apis/skupper.io/v2alpha1')).toHaveLength(2);
    double.skupper = 'present';
    await expect(store.get('web')).rejects.toMatchObject({ code: 'not-found' });
    expect(double.requests).toHaveLength(5);
  });

  test('401 and 403', async () => {
    const unknown = await openStore(await double.kubeconfig({ token: 'secret-token' }));
    const failure = (await unknown.list().catch((error: unknown) => error)) as Error & { hint?: string };
    expect(failure).toMatchObject({ code: 'unauthenticated' });
    expect(`${failure.message}${failure.hint}`).not.toContain('secret-token');
    const nobody = await openStore(await double.kubeconfig({ token: 'nobody-token' }));
    await expect(nobody.create(make('web'))).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('cannot create'),
    });
  });
});
