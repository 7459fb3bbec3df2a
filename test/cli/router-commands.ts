import { eventually } from '../support/emulator/emulator-cluster.js';
import { started, withTime, type Running } from '../support/program.js';
import type { Player } from '../support/router/played-router.js';
import { greetings, Service } from '../support/router/services.js';
import { RouterStage } from '../support/router/stage.js';
import { newSite, type Site } from './site.js';

/** What the commands show of a system site's router, whoever plays it. */
export function routerCommands(player: Player): void {
  describe(`commands on a router: ${player.title}`, () => {
    let site: Site;
    let stage: RouterStage;
    let running: Running[];
    beforeEach(async () => {
      running = [];
      site = newSite();
      stage = await RouterStage.start(player, site.home);
    });
    afterEach(async () => {
      for (const each of running) each.kill('SIGKILL');
      await stage.close();
      site.remove();
    });

    const run = (...args: string[]): ReturnType<Site['run']> => site.run(['mkl', ...args]);
    const start = (...args: string[]): Running => {
      const one = started(['mkl', ...args], { env: site.env });
      running.push(one);
      return one;
    };
    /** Blanks between columns are one. */
    const rows = (table: string): string[] => table.trim().replace(/ +/g, ' ').split('\n');

    test('wait ends when the router has what is waited for; status, inspect, check and traffic show it', async () => {
      const port = await stage.apply('web', { weighted: { east: 3, west: 1, spare: 2 } });
      await stage.apply('db', { priority: ['near', 'far'] });
      const goals = ['ready', 'keys=2'].map((goal) => `--for=${goal}`);
      const waiting = [start('wait', 'web', ...goals), start('wait', 'db', '--for=ready', '--for=key=far')];
      await stage.serve('east', 2);
      await stage.serve('west');
      await stage.serve('far', 1, await stage.router.join('other-router', 'interior'));
      for (const each of waiting) expect(await each.result).toMatchObject({ status: 0 });
      const served = await greetings(port, 600);
      const [east = 0, west = 0] = [served['east'], served['west']];
      expect(east + west).toBe(600);
      const [status, inspect, distant, check, traffic] = await Promise.all([
        run('status', '--exit-code'),
        run('inspect', 'web'),
        run('inspect', 'db'),
        run('check'),
        run('traffic'),
      ]);
      expect(status).toMatchObject({ status: 0, stderr: '' });
      expect(rows(status.stdout)[1]).toMatch(/^db Ready priority 1\/2 127\.0\.0\.1 /);
      expect(rows(status.stdout)[2]).toBe(`web Ready weighted 2/3 127.0.0.1 ${port} -`);
      const share = (count: number): string => String(Math.round(count / 0.6) / 10);
      expect(rows(inspect.stdout)).toEqual(
        expect.arrayContaining([
          'web: serving, degraded: 2 of 3 routing keys reachable',
          ` east 3 yes 75 % ${share(east)} % site-router-0 (2)`,
          ' spare 2 no - - no site',
          ` west 1 yes 25 % ${share(west)} % site-router-0 (1)`,
        ]),
      );
      expect(rows(distant.stdout)).toEqual(
        expect.arrayContaining([' near 1 no - - no site', ' far 2 yes 100 % - other-router (1)']),
      );
      expect(check.stdout).toMatch(/^warning +web +key-not-served .* spare\.$/m);
      expect(check.stdout).not.toContain('error');
      expect(rows(traffic.stdout).slice(1)).toEqual([
        'db up priority near - 1 0% - 0 0 - no site',
        'db up priority far - 2 100% - 0 0 - other-router (1)',
        `web up weighted east 3 - 75% ${share(east)}% ${east} ${east} - site-router-0 (2)`,
        'web up weighted spare 2 - 0% 0% 0 0 - no site',
        `web up weighted west 1 - 25% ${share(west)}% ${west} ${west} - site-router-0 (1)`,
      ]);
    });

    test('traffic --window counts what came in it', async () => {
      const port = await stage.apply('web', { priority: ['west', 'east'] });
      await stage.serve('west');
      await run('wait', 'web', '--for', 'ready');
      await greetings(port, 50);
      await withTime(async (window) => {
        const measuring = start('traffic', 'web', '--window', window, '-o', 'json');
        let ended = false;
        void measuring.result.then(() => (ended = true));
        let made = 0;
        while (!ended) made += (await greetings(port, 5, { atOnce: 1 }))['west'] ?? 0;
        const { stdout, stderr } = await measuring.result;
        expect(stderr).toBe('');
        const [web] = (JSON.parse(stdout) as { resources: { connections: number; total: number }[] }).resources;
        const { connections = 0, total = 0 } = web ?? {};
        expect(connections).toBeLessThanOrEqual(made);
        expect(total).toBeGreaterThanOrEqual(50 + connections);
        return connections > 0;
      });
    });

    test('a probe tells the key whose backend refuses from the one whose backend answers', async () => {
      await stage.apply('web', { priority: ['west', 'east'] });
      await stage.refuse('west');
      await stage.serve('east');
      await run('wait', 'web', '--for', 'key=west', '--for', 'key=east', '--for', 'ready');
      const refused = await run('traffic', 'web', '--probe', '4');
      expect(rows(refused.stdout).slice(1)).toEqual(['web west 4 0 0 4 0 0', 'web east 0 0 0 0 0 0']);
      expect(refused).toMatchObject({
        status: 7,
        stderr: expect.stringContaining('4 of 4 connections of routing key'),
      });
      await stage.serve('west', 0);
      await run('wait', 'web', '--for', 'keys=1');
      const answered = await run('traffic', 'web', '--probe', '4');
      expect(rows(answered.stdout).slice(1)).toEqual(['web west 0 0 0 0 0 0', 'web east 4 4 0 0 0 0']);
      expect(answered.status).toBe(0);
    });

    test('a port that another program has: Error in status, inspect, check and traffic, in the words of the router', async () => {
      const other = await Service.listen('another program');
      try {
        await stage.serve('east');
        const port = await stage.apply('web', { weighted: { east: 1 } }, other.port);
        const words = `Address already in use - listen on 127.0.0.1:${port}`;
        const errored = start('status', '--watch', '-o', 'wide');
        await eventually('Error', () => errored.stdout().includes(words), errored.stdout);
        const [status, inspect, check, traffic] = await Promise.all([
          run('status', '--exit-code'),
          run('inspect', 'web'),
          run('check'),
          run('traffic'),
        ]);
        expect(status.status).toBe(7);
        expect(rows(status.stdout)[1]).toMatch(/^web Error weighted 1\/1 /);
        expect(inspect.stdout).toContain(`web: not serving: ${words}`);
        expect(check).toMatchObject({ status: 7, stdout: expect.stringMatching(/^error +web +listen-failed /m) });
        expect(traffic.stderr).toContain(`Warning: web: The router does not accept connections: ${words}.`);
      } finally {
        await other.close();
      }
    });

    test('status --watch shows a key that is lost, and goes on when the router is stopped and started', async () => {
      await stage.apply('web', { priority: ['west', 'east'] });
      await stage.serve('west');
      await stage.serve('east');
      await run('wait', 'web', '--for', 'ready', '--for', 'keys=2');
      const watch = start('status', '--watch', '-o', 'wide');
      const shows = (pattern: RegExp): Promise<void> =>
        eventually(String(pattern), () => pattern.test(watch.stdout().trim().split('\n').at(-1) ?? ''), watch.stdout);
      await shows(/\bweb +Ready +priority +2\/2 /);
      await stage.serve('west', 0);
      await shows(/\bweb +Ready +priority +1\/2 /);
      for (let round = 0; round < 2; round += 1) {
        await stage.router.stop();
        await shows(/\bweb +Pending +.* the router is not running$/);
        await stage.router.start();
        await shows(/\bweb +Ready +priority +1\/2 /);
      }
      await stage.serve('west');
      await shows(/\bweb +Ready +priority +2\/2 /);
      watch.kill('SIGINT');
      expect(await watch.result).toMatchObject({ status: 130, stderr: 'interrupted\n' });
    });

    test('traffic --watch goes on when the router is stopped and started, and counts only what came', async () => {
      const port = await stage.apply('web', { priority: ['west'] });
      await stage.serve('west');
      await run('wait', 'web', '--for', 'ready');
      await greetings(port, 100);
      const watch = start('traffic', '--watch', '--window', '500ms', '-o', 'json');
      type Web = { state: string; connections: number; total: number };
      const windows = (): Web[] =>
        (watch.stdout().match(/.*\n/g) ?? []).flatMap((line) => (JSON.parse(line) as { resources: Web[] }).resources);
      const came = (): number => windows().reduce((sum, { connections }) => sum + connections, 0);
      const shows = (what: string, holds: (web: Web) => boolean): Promise<void> =>
        eventually(what, () => windows().slice(-1).some(holds), watch.stdout);
      await shows('up', ({ state, total }) => state === 'up' && total === 100);
      expect(came()).toBe(0);
      await greetings(port, 5);
      await shows('5 more', ({ total }) => total === 105 && came() === 5);
      await stage.router.stop();
      await shows('unknown', ({ state }) => state === 'unknown');
      await stage.router.start();
      await shows('up again', ({ state }) => state === 'up');
      await greetings(port, 3);
      await shows('3 more', ({ total }) => total === 3 && came() === 8);
      watch.kill('SIGINT');
      expect((await watch.result).status).toBe(130);
    });
  });
}
