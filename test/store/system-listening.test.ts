import { createServer } from 'node:net';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';

import { isListening, parseSockets, readSockets } from '../../src/store/system/listening.js';
import { BACKEND, applied, change, listener, systemSite, type SystemSite } from '../support/system/system-site.js';

const RUNTIME = ['runtime', 'resources', 'MultiKeyListener-backend.yaml'] as const;

/** /proc/net/tcp and tcp6 of a little-endian machine; the last two are a connection and a closing one. */
const TABLES = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 00000000:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
 100: 0100007F:1F92 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0
   0: 00000000000000000000000001000000:1F93 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   1: B80D0120000000000000000001000000:1F94 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   2: 0000000000000000FFFF0000020A000A:1F95 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   3: 00000000000000000000000000000000:1F96 00000000000000000000000000000000:0000 06 00000000:00000000 00:00000000
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
  ['127.0.0.1', 8081, false],
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

  test('linux: a part of the status, of what runs and not of what is wanted', async () => {
    const store = await site.open();
    await store.create(listener('backend'));
    await site.listen(9092);
    expect((await store.get('backend')).status?.local).toEqual({ applied: 'NotApplied' });
    await site.write(applied(BACKEND), ...RUNTIME);
    expect((await store.list())[0]?.status?.local).toEqual({ applied: 'Applied', listening: true });
    const { status } = await change(store, 'backend', { spec: { port: 1 } });
    expect(status?.local).toEqual({ applied: 'ChangePending', listening: true });
    await site.listen(1);
    expect((await store.get('backend')).status?.local?.listening).toBe(false);
    expect(await store.facts(listener('backend'))).not.toHaveProperty('listening');
  });

  test('podman and docker: a fact of its own', async () => {
    const store = await site.open('default', 'podman');
    await site.write(applied(BACKEND), ...RUNTIME);
    const fact = async (host = '0.0.0.0') => (await store.facts(listener('backend', { host }))).listening;
    expect(await fact()).toEqual({ known: false, why: expect.stringContaining('sockets') });
    await site.listen(9092);
    expect(await fact()).toEqual({ known: true, value: true });
    expect(await fact('example.com')).toEqual({ known: false, why: expect.stringContaining('no IP address') });
    expect((await store.get('backend')).status?.local).not.toHaveProperty('listening');
  });

  test('linux: a watch sees the socket open', async () => {
    const store = await site.open();
    await site.write(applied(BACKEND), ...RUNTIME);
    await site.write(BACKEND, 'input', 'resources', 'MultiKeyListener-backend.yaml');
    await site.listen();
    const seen: unknown[] = [];
    for await (const event of store.watch({ name: 'backend' }, AbortSignal.timeout(8000))) {
      if (event.type === 'SYNCED') await site.listen(9092);
      else if ('object' in event) seen.push(event.type, event.object.status?.local?.listening);
      if (seen.length === 4) break;
    }
    expect(seen).toEqual(['ADDED', false, 'MODIFIED', true]);
  });
});
