import { isReachable, routerListener, servedBy, type RouterState } from '../../../src/model/router.js';
import { summarise } from '../../../src/model/summary.js';
import type { SystemStore } from '../../../src/store/system/store.js';
import { certificateAuthority } from '../../support/cluster/certificates.js';
import { HANGS_MS } from '../../support/program.js';
import type { Player } from '../../support/router/played-router.js';
import { greetings, PATIENCE_MS, Service, SILENCE, visit } from '../../support/router/services.js';
import { RouterStage } from '../../support/router/stage.js';
import { systemSite, type SystemSite } from '../../support/system/system-site.js';
import { eventually } from './eventually.js';

/** What the program reads of a system site's router, whoever plays it. */
export function routerContract({ title, play }: Player): void {
  describe(`router contract: ${title}`, () => {
    let site: SystemSite;
    let stage: RouterStage;
    let store: SystemStore;
    beforeEach(async () => {
      site = await systemSite();
      stage = await RouterStage.start({ title, play }, site.home);
      store = await site.open();
    });
    afterEach(async () => {
      store.close();
      await stage.close();
      await site.remove();
    });

    const read = async (network = false): Promise<RouterState> => {
      const fact = await store.routers().state({ network, signal: new AbortController().signal });
      if (!fact.known) throw new Error(fact.why);
      return fact.value;
    };
    const row = async (): Promise<string> => {
      const [resource] = await store.list({ router: true });
      const { state, message, reachable } = summarise(resource!);
      return `${state} ${reachable ?? '-'} ${message}`;
    };
    const rowIs = (wanted: string | RegExp): Promise<string> => eventually(row, (seen) => seen.match(wanted) !== null);
    const ready = (reachable: number): Promise<string> => rowIs(`Ready ${reachable} OK`);
    const listener = async () => routerListener(await read(), 'web');
    const given = async (): Promise<Record<string, number>> =>
      Object.fromEntries((await listener())?.keys.map((each) => [each.key, each.given]) ?? []);
    const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, each) => all + each, 0);

    test('a listener is up with the keys that are served, and has the values of its strategy', async () => {
      const port = await stage.apply('web', { weighted: { east: 3, west: 1 } });
      await stage.serve('east', 2);
      await ready(1);
      const key = (name: string, value: number) => ({ key: name, value, given: 0 });
      const common = { name: 'web', host: '127.0.0.1', up: true, message: '', opened: 0, open: 0 };
      const byKey = async () => {
        const found = await listener();
        return found && { ...found, keys: found.keys.sort((a, b) => (a.key < b.key ? -1 : 1)) };
      };
      expect(await byKey()).toEqual({ ...common, port, strategy: 'weighted', keys: [key('east', 3), key('west', 1)] });
      expect((await read()).addresses['east']).toEqual({ local: 2, remote: 0, through: [] });
      await stage.serve('west');
      await ready(2);
      await stage.apply('web', { priority: ['west', 'north', 'east'] });
      await ready(2);
      expect(await byKey()).toEqual({
        ...common,
        port,
        strategy: 'priority',
        keys: [key('east', 0), key('north', 1), key('west', 2)],
      });
    });

    test('with no key reachable it is down and clients are refused, until a key comes', async () => {
      const port = await stage.apply('web', { priority: ['west', 'east'] });
      await rowIs('Pending 0 no routing key is reachable');
      expect((await visit(port)).greeting).toBeUndefined();
      await stage.serve('east');
      await ready(1);
      expect((await visit(port)).greeting).toBe('east');
      await stage.serve('east', 0);
      await rowIs('Pending 0 no routing key is reachable');
      await eventually(listener, (seen) => seen?.up === false);
      await eventually(
        () => visit(port),
        ({ greeting }) => greeting === undefined,
      );
    });

    test('weighted: every connection is counted for the key that served it, and the shares are those of the weights', async () => {
      const port = await stage.apply('web', { weighted: { east: 3, west: 1, spare: 5 } });
      await stage.serve('east');
      await stage.serve('west');
      await ready(2);
      const served = await greetings(port, 400);
      expect(await given()).toEqual({ ...served, spare: 0 });
      expect(sum(served)).toBe(400);
      // Six standard deviations of 400 honest choices.
      expect(Math.abs((served['east'] ?? 0) - 300)).toBeLessThan(6 * Math.sqrt(400 * 0.75 * 0.25));
      await eventually(listener, (seen) => seen?.opened === 400 && seen.open === 0);
    });

    test('priority: the first reachable key is given everything, and takes over again when it is back', async () => {
      const port = await stage.apply('web', { priority: ['west', 'east'] });
      await stage.serve('west');
      await stage.serve('east');
      await ready(2);
      expect(await greetings(port, 20)).toEqual({ west: 20 });
      await stage.serve('west', 0);
      await ready(1);
      expect(await greetings(port, 20)).toEqual({ east: 20 });
      await stage.serve('west');
      await ready(2);
      expect(await greetings(port, 20)).toEqual({ west: 20 });
      expect(await given()).toEqual({ west: 40, east: 20 });
    });

    test('open connections are counted while they are open; a key that is lost cuts its own', async () => {
      const port = await stage.apply('web', { priority: ['west', 'east'] });
      await stage.serve('west');
      await stage.serve('east');
      await ready(2);
      const [first, second] = [await visit(port), await visit(port)];
      expect(await listener()).toMatchObject({ opened: 2, open: 2 });
      second.leave();
      await eventually(listener, (seen) => seen?.open === 1);
      await stage.serve('west', 0);
      await first.ended;
      await eventually(listener, (seen) => seen?.open === 0);
      expect(await listener()).toMatchObject({ opened: 2, up: true });
    });

    test('a key whose backend refuses still counts as reachable, and its connections are closed empty', async () => {
      const port = await stage.apply('web', { priority: ['west', 'east'] });
      await stage.refuse('west');
      await stage.serve('east');
      await ready(2);
      expect(await greetings(port, 20)).toEqual({ '': 20 });
      expect(await given()).toEqual({ west: 20, east: 0 });
    });

    test('where all reachable keys weigh nothing, connections are accepted, closed empty and counted elsewhere', async () => {
      const port = await stage.apply('web', { weighted: { east: 2, west: 0 } });
      await stage.serve('west');
      await ready(1);
      expect(await greetings(port, 20)).toEqual({ '': 20 });
      expect(await given()).toEqual({ east: 20, west: 0 });
      await stage.serve('east');
      await ready(2);
      expect(await greetings(port, 20)).toEqual({ east: 20 });
    });

    test('a value that changes makes the counter of its key anew; the others go on', async () => {
      const port = await stage.apply('web', { weighted: { east: 1, west: 1 } });
      await stage.serve('east');
      await stage.serve('west');
      await ready(2);
      const before = await greetings(port, 40);
      await stage.router.revalue('web', 'east', 5);
      await rowIs(/^Pending 2 the router does not use the current spec yet$/);
      expect(await given()).toEqual({ ...before, east: 0 });
      expect(await listener()).toMatchObject({ opened: 40, up: true });
      stage.write('web', port, { weighted: { east: 5, west: 1 } });
      await ready(2);
    });

    test('another port, other values or no listener: the router does not use the spec yet', async () => {
      const port = await stage.apply('web', { weighted: { east: 1 } });
      await stage.serve('east');
      await ready(1);
      stage.write('web', port + 1, { weighted: { east: 1 } });
      await rowIs('Pending 1 the router does not use the current spec yet');
      stage.write('web', port, { priority: ['east'] });
      await rowIs('Pending 1 the router does not use the current spec yet');
      await stage.router.drop('web');
      await rowIs('Pending 1 the router does not have the listener yet');
    });

    test('a port that is taken is an Error in the words of the router, until a key comes after it is free', async () => {
      const other = await Service.listen('another program');
      await stage.serve('east');
      await stage.apply('web', { weighted: { east: 1, west: 1 } }, other.port);
      await rowIs(`Error 1 Address already in use - listen on 127.0.0.1:${other.port}`);
      expect(await listener()).toMatchObject({ up: false, opened: 0 });
      await other.close();
      // The router does not try again by itself, nor for one more key.
      await stage.serve('west');
      await rowIs(`Error 2 Address already in use - listen on 127.0.0.1:${other.port}`);
      await stage.serve('west', 0);
      await stage.serve('east', 0);
      await rowIs(/^\w+ 0 /);
      await stage.serve('east');
      await ready(1);
      expect((await visit(other.port)).greeting).toBe('east');
    });

    test('a router that is stopped is not running; started again it counts from 0', async () => {
      const port = await stage.apply('web', { weighted: { east: 1 } });
      await stage.serve('east');
      await ready(1);
      await greetings(port, 5);
      const before = await read(true);
      await stage.router.stop();
      expect(await row()).toBe('Pending - the router is not running');
      expect((await visit(port)).greeting).toBeUndefined();
      // The instance of a router is the second in which it started.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await stage.router.start();
      await ready(1);
      const after = await read(true);
      expect(after.startedAt).toBeGreaterThan(before.startedAt ?? Infinity);
      expect(await listener()).toMatchObject({ opened: 0, keys: [{ key: 'east', given: 0 }] });
      expect(await greetings(port, 5)).toEqual({ east: 5 });
      expect(await given()).toEqual({ east: 5 });
    });

    test.each(['interior', 'edge'] as const)(
      'a key of another site (%s) is reached through its router',
      async (mode) => {
        const port = await stage.apply('web', { weighted: { east: 1, west: 1 } });
        const other = await stage.router.join('other-router', mode);
        await stage.serve('east', 2, other);
        await ready(1);
        const { east = 0, [SILENCE]: silent = 0 } = await greetings(port, 20, { patienceMs: PATIENCE_MS });
        expect(east + silent).toBe(20);
        expect(await given()).toEqual({ east: 20, west: 0 });
        const state = await eventually(
          () => read(true),
          (seen) => servedBy(seen, 'east', new Map())?.[0]?.connectors === 2,
        );
        expect(servedBy(state, 'east', new Map())).toEqual([{ site: 'other-router', connectors: 2 }]);
        expect(servedBy(state, 'west', new Map())).toEqual([]);
        expect(state.addresses['east']).toEqual(
          mode === 'edge' ? { local: 1, remote: 0, through: [] } : { local: 0, remote: 1, through: ['other-router'] },
        );
        await stage.serve('west');
        await ready(2);
        await stage.serve('east', 0, other);
        await ready(1);
        expect(isReachable(await read(), 'east')).toBe(false);
        expect(await greetings(port, 20)).toEqual({ west: 20 });
      },
    );

    test('a key of an edge router behind another site is shown as such', async () => {
      await stage.apply('web', { weighted: { east: 1 } });
      const hub = await stage.router.join('hub', 'interior');
      await stage.serve('east', 1, await stage.router.join('leaf', 'edge', hub));
      await ready(1);
      const state = await eventually(
        () => read(true),
        (seen) => seen.network?.some(({ id, answered }) => id === 'hub' && answered) ?? false,
      );
      expect(servedBy(state, 'east', new Map())).toEqual([{ site: 'edge of hub' }]);
      expect(state.addresses['east']).toEqual({ local: 0, remote: 1, through: ['hub'] });
    });

    test('a client of another authority is refused: Unknown, with the reason', async () => {
      await stage.apply('web', { weighted: { east: 1 } });
      const { certificate, key } = certificateAuthority('other').issue('skupper-local-client');
      for (const [name, text] of Object.entries({ 'tls.crt': certificate, 'tls.key': key }))
        await site.write(text, 'runtime', 'certs', 'skupper-local-client', name);
      expect(await row()).toMatch(/^Unknown - the router cannot be queried: \w/);
    });

    test('a watch sees a key go and come, and a router that is stopped and started', async () => {
      await stage.apply('web', { priority: ['west', 'east'] });
      await stage.serve('west');
      await stage.serve('east');
      await ready(2);
      const stop = new AbortController();
      const seen: string[] = [];
      const steps = [
        () => stage.serve('west', 0),
        () => stage.serve('west'),
        () => stage.router.stop(),
        () => stage.router.start(),
      ];
      const wanted = ['Ready 2', 'Ready 1', 'Ready 2', 'Pending -', 'Ready 2'];
      for await (const event of store.watch({}, AbortSignal.any([stop.signal, AbortSignal.timeout(HANGS_MS)]))) {
        if (event.type === 'LOST') throw event.failure;
        if (!('object' in event)) continue;
        const { state, reachable } = summarise(event.object);
        seen.push(`${state} ${reachable ?? '-'}`);
        // A router that has just started reaches its keys one after the other.
        if (seen.at(-1) !== wanted[wanted.length - 1 - steps.length]) continue;
        const next = steps.shift();
        if (next) await next();
        else stop.abort();
      }
      expect({ left: steps.length, seen }).toEqual({ left: 0, seen: expect.arrayContaining(wanted) });
    });
  });
}
