import { createServer } from 'node:net';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';

import { summarise } from '../../src/model/summary.js';
import { isListening, parseSockets, readSockets } from '../../src/store/system/listening.js';
import { BACKEND, applied, listener, systemSite, type SystemSite } from '../support/system/system-site.js';

const RUNTIME = ['runtime', 'resources', 'MultiKeyListener-backend.yaml'] as const;

/** /proc/net/tcp and tcp6 of a little-endian machine; one is a connection and one is closing. */
const TABLES = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 00000000:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
 100: 0100007F:1F92 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0
   0: 00000000000000000000000001000000:1F93 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   1: B80D0120000000000000000001000000:1F94 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   2: 0000000000000000FFFF0000020A000A:1F95 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   3: 00000000000000000000000000000000:1F96 00000000000000000000000000000000:0000 06 00000000:00000000 00:00000000
   4: 00000000000000000000000000000000:1F97 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
`;

test.each<[string, number, boolean | undefined]>([
  ['127.0.0.1', 8080, true],
  ['localhost', 8080, true],
  ['0.0.0.0', 8080, true],
  ['::', 8080, true],
  ['0:0::0', 8080, true],
  ['::ffff:127.0.0.1', 8080, true],
  ['127.0.0.2', 8080, false],
  ['::1', 8080, false],
  ['0.0.0.0', 8081, true],
  ['127.0.0.1', 8081, true],
  ['::ffff:10.0.0.1', 8081, true],
  ['localhost', 8081, true],
  ['::1', 8081, false],
  ['127.0.0.1', 8087, true],
  ['2001:db8::9', 8087, true],
  ['127.0.0.1', 8082, false],
  ['0.0.0.0', 8082, false],
  ['::1', 8083, true],
  ['0:0:0:0:0:0:0:1', 8083, true],
  ['LOCALHOST', 8083, true],
  ['2001:db8::1', 8084, true],
  ['2001:0DB8:0::0:1', 8084, true],
  ['2001:db8::2', 8084, false],
  ['10.0.10.2', 8085, true],
  ['0.0.0.0', 8086, false],
  ['example.com', 8080, undefined],
])('%s:%i is listened on: %j', (host, port, expected) => {
  expect(isListening(parseSockets(TABLES, true), host, port)).toBe(expected);
});

test('a big-endian machine prints the words the other way round', () => {
  const sockets = parseSockets('0: 7F000001:1F90 00000000:0000 0A x\n', false);
  expect(isListening(sockets, '127.0.0.1', 8080)).toBe(true);
});

test('nothing is known without the tables', () => {
  expect(isListening(undefined, '0.0.0.0', 1)).toBeUndefined();
});

const whenProc = existsSync('/proc/net/tcp') ? test : test.skip;
whenProc.each(['127.0.0.1', '0.0.0.0'])('sees a server of this machine on %s', async (host) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  expect(isListening(await readSockets('/proc/net'), host, port)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(isListening(await readSockets('/proc/net'), host, port)).toBe(false);
});

describe('in the store', () => {
  let site: SystemSite;
  beforeEach(async () => {
    site = await systemSite();
  });
  afterEach(() => site.remove());

  test.each(['linux', 'podman', 'docker'])('%s: a fact of its own, and no part of the status', async (platform) => {
    const store = await site.open('default', platform);
    await site.write(applied(BACKEND), ...RUNTIME);
    await site.write(BACKEND, 'input', 'resources', 'MultiKeyListener-backend.yaml');
    const fact = async (host = '0.0.0.0') => (await store.facts(listener('backend', { host }))).listening;
    expect(await fact()).toEqual({ known: false, why: expect.stringContaining('sockets') });
    await site.listen(9092);
    expect(await fact()).toEqual({ known: true, value: true });
    expect(await fact('example.com')).toEqual({ known: false, why: expect.stringContaining('not an IP address') });
    const resource = await store.get('backend');
    expect(resource.status?.local).toEqual({ applied: 'Applied' });
    expect(summarise(resource).state).toBe('Pending');
    expect((await store.facts(resource)).appliedEndpoint).toEqual({ host: '0.0.0.0', port: 9092 });
    expect((await store.facts(listener('other'))).appliedEndpoint).toBeNull();
  });
});
