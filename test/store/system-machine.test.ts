import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { machineFact, thisMachine, type Machine } from '../../src/store/system/machine.js';
import { listener, systemSite } from '../support/system/system-site.js';

describe('what the machine lets the router listen on', () => {
  let settings: string;
  beforeEach(async () => {
    settings = await mkdtemp(join(tmpdir(), 'mkl-settings-'));
  });
  afterEach(() => rm(settings, { recursive: true }));
  const set = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(settings, name)), { recursive: true });
    await writeFile(join(settings, name), text);
  };
  const machine = (uid: number | undefined): Machine => ({
    procNet: settings,
    settings,
    uid,
    addresses: () => ['10.0.0.5'],
  });

  test.each<[string, number | undefined, number | undefined]>([
    ['linux', 1000, 1024],
    ['podman', 1000, 1024],
    ['docker', 1000, undefined],
    ['linux', 0, undefined],
    ['podman', 0, undefined],
  ])('%s as user %s: privileged below %s', async (platform, uid, below) => {
    await set('ipv4/ip_unprivileged_port_start', '1024\n');
    expect((await machineFact(machine(uid), platform)).privilegedBelow).toBe(below);
  });

  test.each(['0\n', 'no number\n', undefined])('nothing is privileged where the setting is %j', async (text) => {
    if (text !== undefined) await set('ipv4/ip_unprivileged_port_start', text);
    expect(await machineFact(machine(1000), 'linux')).toEqual({ addresses: ['10.0.0.5'] });
  });

  test.each(['ipv4', 'ipv6'])('any address may be listened on with ip_nonlocal_bind of %s', async (family) => {
    await set(`${family}/ip_nonlocal_bind`, '1\n');
    expect(await machineFact(machine(0), 'linux')).toEqual({});
  });

  test('this machine has a loopback address, and none with a zone', () => {
    expect(thisMachine.addresses()).toContain('127.0.0.1');
    expect(thisMachine.addresses().filter((address) => address.includes('%'))).toEqual([]);
  });
});

test('the ports of every RouterAccess, and of the router of a site that was not started yet', async () => {
  const site = await systemSite();
  const store = await site.open();
  const ports = async (): Promise<string[]> => {
    const { endpoints } = await store.facts(listener('web'));
    return endpoints.known ? endpoints.value.map(({ name, host, port }) => `${name} ${host}:${port}`) : [endpoints.why];
  };
  expect(await ports()).toEqual(['skupper-local 127.0.0.1:5671']);
  const access = (name: string, spec: string): string =>
    `apiVersion: skupper.io/v2alpha1\nkind: RouterAccess\nmetadata:\n  name: ${name}\nspec:\n${spec}`;
  const links = '  roles:\n  - name: inter-router\n  - name: edge\n  - name: edge\n    port: 7001\n  - odd\n';
  await site.write(access('links', links), 'input', 'resources', 'any.yaml');
  const local = '  bindHost: 127.0.0.1\n  roles:\n  - name: normal\n    port: 5672\n';
  await site.write(access('skupper-local', local), 'runtime', 'resources', 'RouterAccess-skupper-local.yaml');
  await site.write(access('odd', '  roles: none\n'), 'input', 'resources', 'odd.yaml');
  expect(await ports()).toEqual(['links :55671', 'links :45671', 'links :7001', 'skupper-local 127.0.0.1:5672']);
  await site.remove();
});
