import { hasTerminal, onTerminal, type TerminalOptions } from '../support/program.js';
import { fileOf, newSite } from './site.js';

const plain = (screen: string): string => screen.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
const DOWN = '\u001b[B';

if (hasTerminal()) describe('questions about the strategy', questions);
else {
  test('there is no python3 to make a terminal with: nothing of this file is tested here', () => {
    expect(process.env['CI']).not.toBe('true');
  });
}

function questions(): void {
  const site = newSite();
  afterAll(() => site.remove());
  const run = (line: string, options: TerminalOptions = {}): ReturnType<typeof onTerminal> =>
    onTerminal(line.split(' '), { ...options, env: { ...site.env, ...options.env } });

  test('weighted, keys typed, weights asked with 1 as the default, the whole command shown', async () => {
    const { status, screen } = await run('mkl create web 8080 --host 127.0.0.1', {
      columns: 120,
      typing: [
        { after: 'Strategy', type: '\r' },
        { after: 'Routing keys, comma-separated:', type: 'east, west\r' },
        { after: 'Weight of east:', type: '3\r' },
        { after: 'Weight of west:', type: '\r' },
      ],
    });
    expect({ status, screen: status === 0 ? '' : plain(screen) }).toEqual({ status: 0, screen: '' });
    expect(plain(screen)).toContain(
      'Equivalent command: skupper mkl create web 8080 --host 127.0.0.1 --weighted east=3,west=1',
    );
    expect(site.files()[fileOf('web')]).toContain('east: 3');
  });

  test('priority: the order is asked; NAME and PORT too; a wrong key is told at once', async () => {
    const { status, screen } = await run('mkl create', {
      columns: 120,
      typing: [
        { after: 'Name of the resource:', type: 'db\r' },
        { after: 'Port of the listener:', type: '\u00155432\r' },
        { after: 'Strategy', type: `${DOWN}\r` },
        { after: 'Routing keys, comma-separated:', type: 'a,a\r' },
        { after: 'given twice', type: '\u0015p1,p2\r' },
        { after: 'First choice:', type: `${DOWN}\r` },
      ],
    });
    expect({ status, screen: status === 0 ? '' : plain(screen) }).toEqual({ status: 0, screen: '' });
    expect(plain(screen)).toContain('skupper mkl create db 5432 --priority p2,p1');
    expect(site.files()[fileOf('db')]).toContain('      - p2\n      - p1\n');
  });

  test('keys that connectors of the network offer are there to be picked', async () => {
    publishNetwork(['east', 'west\u001b[2J']);
    const { status, screen } = await run('mkl create picked 9000 -p podman --force', {
      columns: 120,
      typing: [
        { after: 'Strategy', type: '\r' },
        { after: 'Routing keys:', type: ' \r' },
        { after: 'Other routing keys', type: 'more\r' },
        { after: 'Weight of east:', type: '\r' },
        { after: 'Weight of more:', type: '2\r' },
      ],
    });
    expect({ status, screen: status === 0 ? '' : plain(screen) }).toEqual({ status: 0, screen: '' });
    expect(plain(screen)).toContain('east (served by site-a)');
    expect(screen).not.toContain('west\u001b[2J');
    expect(plain(screen)).toContain('--weighted east=1,more=2');
  });

  test('generate asks too, and prints the manifest on stdout alone', async () => {
    const { status, stdout } = await run('mkl generate web 80', {
      streams: ['stdin', 'stderr'],
      typing: [
        { after: 'Strategy', type: `${DOWN}\r` },
        { after: 'Routing keys, comma-separated:', type: 'only\r' },
      ],
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^apiVersion: [^]*routingKeys:\n {6}- only\n$/);
  });

  test.each<[string, string[]]>([
    ['the strategy', ['Strategy']],
    ['the keys', ['Strategy', 'Routing keys, comma-separated:']],
  ])('Ctrl-C at %s: 130, and nothing left behind', async (_title, steps) => {
    const before = site.files();
    const typing = steps.map((after, index) => ({ after, type: index === steps.length - 1 ? '\u0003' : '\r' }));
    const { status, screen } = await run('mkl create gone 9999 -n fresh', { typing });
    expect(status).toBe(130);
    expect(plain(screen)).toContain('interrupted');
    expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(screen.lastIndexOf('\u001b[?25l'));
    expect(site.files()).toEqual(before);
  });

  test('what is wrong already is told before anything is asked', async () => {
    const { status, screen } = await run('mkl create web 99999');
    expect(status).toBe(2);
    expect(plain(screen)).toContain('spec.port');
    expect(plain(screen)).not.toContain('Strategy (');
  });

  test.each(['--no-input', 'CI'])('with %s nothing is asked', async (how) => {
    const [flag, env] = how === 'CI' ? ['', { CI: 'true' }] : [' --no-input', {}];
    const { status, screen } = await run(`mkl create web 80${flag}`, { env });
    expect(status).toBe(2);
    expect(plain(screen)).toContain('--weighted KEY=WEIGHT');
  });

  /** As the system controller of a podman site does. */
  function publishNetwork(keys: string[]): void {
    const connectors = keys.map((address) => ({ name: 'c', address }));
    const status = {
      siteStatus: [{ site: { identity: 'a', name: 'site-a' }, routerStatus: [{ connectors }] }],
    };
    const map = { kind: 'ConfigMap', apiVersion: 'v1', data: { NetworkStatus: JSON.stringify(status) } };
    site.put(JSON.stringify(map), 'runtime', 'resources', 'ConfigMap-skupper-network-status.yaml');
    const conditions = [{ type: 'Configured', status: 'True' }];
    const own = {
      kind: 'Site',
      apiVersion: 'skupper.io/v2alpha1',
      metadata: { name: 'site-a' },
      status: { conditions },
    };
    site.put(JSON.stringify(own), 'runtime', 'resources', 'Site-site-a.yaml');
  }
}
