import type { MultiKeyListener } from '../../src/model/resource.js';
import { lines } from '../../src/store/kubernetes/watch/watch-stream.js';
import type { Store } from '../../src/store/store.js';
import { ApiDouble } from '../support/double/api-double.js';
import { collect } from '../support/collect.js';
import { writeKubeconfig } from '../support/cluster/kubeconfig.js';
import { openStore } from '../support/double/kubernetes-harness.js';

const make = (name: string, port = 8080): MultiKeyListener => ({
  apiVersion: 'skupper.io/v2alpha1',
  kind: 'MultiKeyListener',
  metadata: { name },
  spec: { host: name, port, strategy: { weighted: { routingKeys: { east: 1 } } } },
});

const FAST = { backoffMs: 20, maxBackoffMs: 50, initialMs: 60_000 };

let double: ApiDouble;
let store: Store;
let kubeconfig: string;

beforeEach(async () => {
  double = await ApiDouble.start();
  kubeconfig = await double.kubeconfig();
  store = await openStore(kubeconfig, { requestTimeoutMs: 60_000 }, FAST);
});
afterEach(() => double.stop());

const put = (name: string, port?: number): void =>
  void double.storage.create('multikeylisteners', 'default', make(name, port) as never);
const drop = (name: string): void => void double.storage.delete('multikeylisteners', 'default', name);
function set(name: string, port: number): void {
  const before = double.storage.get('multikeylisteners', 'default', name);
  double.storage.update('multikeylisteners', { ...before, spec: make(name, port).spec }, before);
}

describe.each(['reset', 'half-line', 'gone', 'garbage'] as const)('a watch that is cut by: %s', (how) => {
  test('reports what changed meanwhile, once', async () => {
    for (const name of ['same', 'changed', 'deleted', 'replaced']) put(name);
    const watch = collect(store);
    await watch.until('SYNCED');
    watch.clear();
    double.cutWatches(how);
    set('changed', 9090);
    drop('deleted');
    drop('replaced');
    put('replaced', 7070);
    put('new');
    await watch.until('SYNCED');
    const [lost, ...rest] = watch.seen;
    expect(lost).toMatch(/^LOST /);
    expect(rest.sort()).toEqual([
      'ADDED new',
      'ADDED replaced',
      'DELETED deleted',
      'DELETED replaced',
      'MODIFIED changed',
      'SYNCED',
    ]);
    const order = watch.seen.filter((each) => each.endsWith(' replaced'));
    expect(order).toEqual(['DELETED replaced', 'ADDED replaced']);
    watch.clear();
    set('new', 1);
    await watch.until('MODIFIED new');
    expect(watch.seen).toEqual(['MODIFIED new']);
    await watch.stop();
    expect(await double.openWatches()).toBe(0);
  });
});

describe('a watch', () => {
  test('that the server ends is taken up again without a list and without a word', async () => {
    put('web');
    const watch = collect(store);
    await watch.until('SYNCED');
    double.cutWatches('end');
    set('web', 9090);
    await watch.until('MODIFIED web');
    expect(watch.seen).toEqual(['ADDED web', 'SYNCED', 'MODIFIED web']);
    expect(double.requests).toHaveLength(2);
    await watch.stop();
  });

  test('goes on from a bookmark', async () => {
    const watch = collect(store);
    await watch.until('SYNCED');
    put('web');
    await watch.until('ADDED web');
    double.storage.compact();
    double.bookmark();
    double.cutWatches('end');
    set('web', 9090);
    await watch.until('MODIFIED web');
    expect(watch.seen).toEqual(['SYNCED', 'ADDED web', 'MODIFIED web']);
    await watch.stop();
  });

  test.each(['yes', 'refused', 'endless'] as const)(
    'lists as the server can (streaming lists: %s)',
    async (streaming) => {
      double.streamingLists = streaming;
      if (streaming === 'endless') store = await openStore(kubeconfig, {}, { ...FAST, initialMs: 200 });
      put('web');
      const watch = collect(store);
      await watch.until('SYNCED');
      expect(watch.seen).toEqual(['ADDED web', 'SYNCED']);
      set('web', 1);
      await watch.until('MODIFIED web');
      expect(double.requests.length).toBe(streaming === 'yes' ? 1 : 3);
      await watch.stop();
    },
  );

  test('survives a server that is away, and says so once per attempt', async () => {
    put('web');
    const watch = collect(store);
    await watch.until('SYNCED');
    await double.refuse();
    await watch.untilSeen('LOST unreachable');
    set('web', 9090);
    await double.listen();
    await watch.until('SYNCED');
    expect(watch.seen.filter((each) => !each.startsWith('LOST'))).toEqual([
      'ADDED web',
      'SYNCED',
      'MODIFIED web',
      'SYNCED',
    ]);
    const lost = watch.events.find((event) => event.type === 'LOST');
    expect(lost).toMatchObject({
      retryInMs: expect.any(Number),
      failure: { message: expect.stringContaining(double.url) },
    });
    await watch.stop();
  });

  test('waits for a server that is not there yet', async () => {
    await double.refuse();
    const watch = collect(store);
    await watch.untilSeen('LOST unreachable');
    await double.listen();
    await watch.until('SYNCED');
    await watch.stop();
  });

  test('gives up at once on what will not change', async () => {
    double.skupper = 'absent';
    await expect(collect(store).ended).rejects.toMatchObject({ code: 'crd-missing' });
    double.skupper = 'present';
    await expect(collect(store, { selector: '!!' }).ended).rejects.toMatchObject({ code: 'rejected' });
    double.faults.push({ kind: 'html' });
    await expect(collect(store).ended).rejects.toMatchObject({ code: 'bad-response' });
  });

  test('lists again when its start is too old, and tells that the resource is gone', async () => {
    put('web');
    const { resourceVersion } = double.storage.get('multikeylisteners', 'default', 'web').metadata;
    drop('web');
    double.storage.compact();
    const watch = collect(store, { name: 'web', since: resourceVersion });
    await watch.untilSeen('DELETED web');
    await watch.until('SYNCED');
    expect(watch.seen).toEqual(['SYNCED', 'LOST server-error', 'DELETED web', 'SYNCED']);
    await watch.stop();
  });

  test('lists again when its start is too old, and does not repeat what the write returned', async () => {
    put('web');
    const { resourceVersion } = double.storage.get('multikeylisteners', 'default', 'web').metadata;
    double.storage.compact();
    const watch = collect(store, { name: 'web', since: resourceVersion });
    await watch.untilSeen('LOST server-error');
    await watch.until('SYNCED');
    set('web', 1);
    await watch.until('MODIFIED web');
    expect(watch.seen).toEqual(['SYNCED', 'LOST server-error', 'SYNCED', 'MODIFIED web']);
    await watch.stop();
  });

  test('reads a rotated token when the old one is refused', async () => {
    const watch = collect(store);
    await watch.until('SYNCED');
    double.tokens.delete('admin-token');
    double.tokens.set('second-token', 'admin');
    await writeKubeconfig(kubeconfig, { server: double.url, token: 'second-token' });
    double.cutWatches('end');
    await watch.untilSeen('LOST unauthenticated');
    await watch.until('SYNCED');
    expect(double.requests.at(-1)?.token).toBe('second-token');
    await watch.stop();
  });

  test('that falls silent is lost', async () => {
    const short = { ...FAST, watchSeconds: 1, slackMs: 200 };
    store = await openStore(kubeconfig, { requestTimeoutMs: 500 }, short);
    double.endlessWatches = true;
    const watch = collect(store);
    await watch.until('SYNCED');
    await watch.untilSeen('LOST request-timeout');
    await watch.until('SYNCED');
    await watch.stop();
  });

  test('that stops inside an event is lost within the bound of a request', async () => {
    store = await openStore(kubeconfig, { requestTimeoutMs: 500 }, FAST);
    put('web');
    const watch = collect(store);
    await watch.until('SYNCED');
    watch.clear();
    double.cutWatches('stall');
    set('web', 9090);
    await watch.until('SYNCED');
    expect(watch.seen).toEqual([expect.stringMatching(/^LOST /), 'MODIFIED web', 'SYNCED']);
    await watch.stop();
  });

  test('whose events come twice reports each once: nothing deleted comes back', async () => {
    for (const name of ['web', 'gone']) put(name);
    const watch = collect(store);
    await watch.until('SYNCED');
    watch.clear();
    drop('gone');
    put('new');
    set('web', 9090);
    drop('new');
    await watch.until('DELETED new');
    double.cutWatches('again');
    put('last');
    await watch.until('ADDED last');
    expect(watch.seen).toEqual(['DELETED gone', 'ADDED new', 'MODIFIED web', 'DELETED new', 'ADDED last']);
    await watch.stop();
  });

  test('after our own write goes on through answers that are not the server’s, but not against its refusal', async () => {
    put('web');
    const { resourceVersion } = double.storage.get('multikeylisteners', 'default', 'web').metadata;
    double.faults.push({ kind: 'html', times: 2 });
    const watch = collect(store, { name: 'web', since: resourceVersion });
    await watch.untilSeen('LOST bad-response');
    await watch.until('SYNCED');
    set('web', 9090);
    await watch.until('MODIFIED web');
    await watch.stop();
    const nobody = await openStore(await double.kubeconfig({ token: 'nobody-token' }), {}, FAST);
    const denied = collect(nobody, { name: 'web', since: resourceVersion });
    await expect(denied.ended).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('that a server ends at once, again and again, does not become a busy loop', async () => {
    const watch = collect(store);
    await watch.until('SYNCED');
    const [began, timer] = [Date.now(), setInterval(() => double.cutWatches('end'), 1)];
    await new Promise((resolve) => setTimeout(resolve, 500));
    clearInterval(timer);
    expect(double.requests.length).toBeLessThan((Date.now() - began) / 12);
    await watch.stop();
  });

  test('of many changes leaves nothing behind', async () => {
    put('web');
    const watch = collect(store, { name: 'web' });
    await watch.until('SYNCED');
    for (let port = 1; port <= 2000; port++) set('web', port);
    drop('web');
    await watch.until('DELETED web');
    expect(watch.events).toHaveLength(2003);
    await watch.stop();
    expect(await double.openWatches()).toBe(0);
  });
});

describe('lines', () => {
  async function* chunks(...parts: Buffer[]): AsyncGenerator<Buffer> {
    yield* parts;
  }
  async function gather(from: AsyncIterable<string>): Promise<string[]> {
    const found: string[] = [];
    for await (const line of from) found.push(line);
    return found;
  }
  const all = (...parts: Buffer[]): Promise<string[]> => gather(lines(chunks(...parts)));

  test('a character cut by every possible chunk', async () => {
    const bytes = Buffer.from('{"a":"żółw 🐢"}\n{"b":"é"}\n');
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await all(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(['{"a":"żółw 🐢"}', '{"b":"é"}']);
    }
  });

  test('a line of several megabytes in small chunks', async () => {
    const line = 'x'.repeat(5 * 1024 * 1024);
    const bytes = Buffer.from(`${line}\n`);
    const count = Math.ceil(bytes.length / 16384);
    const parts = Array.from({ length: count }, (_, at) => bytes.subarray(at * 16384, (at + 1) * 16384));
    expect(await all(...parts)).toEqual([line]);
  });

  test('an unfinished last line is handed over, empty ones are not', async () =>
    expect(await all(Buffer.from('a\n\n\r\nb'))).toEqual(['a', 'b']));
});
