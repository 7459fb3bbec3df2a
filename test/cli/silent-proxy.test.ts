import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { writeKubeconfig } from '../support/cluster/kubeconfig.js';
import { skupper, started, temporaryFolder } from '../support/program.js';

const folder = temporaryFolder();
let silent: Server;
let proxy = '';
let sockets: Socket[] = [];
/** Resolves once somebody has connected. */
let connected: Promise<void>;
beforeEach(async () => {
  sockets = [];
  silent = createServer((socket) => sockets.push(socket.on('error', () => undefined).resume()));
  connected = new Promise((resolve) => silent.once('connection', () => resolve()));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  proxy = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterEach(() => {
  silent.close();
  for (const socket of sockets) socket.destroy();
});
afterAll(() => folder.remove());

const COMMANDS: Record<string, () => Promise<{ args: string[]; env: Record<string, string> }>> = {
  'an API server': async () => {
    const KUBECONFIG = await writeKubeconfig(folder.at('config'), { server: 'https://api.test:6443', token: 't' });
    return { args: ['status', '--request-timeout', '300s'], env: { KUBECONFIG, HTTPS_PROXY: proxy } };
  },
  'a URL': () =>
    Promise.resolve({ args: ['validate', '-f', 'https://files.test/a.yaml'], env: { HTTPS_PROXY: proxy } }),
};

test.each(Object.keys(COMMANDS))('Ctrl-C ends a command that waits for the proxy of %s', async (name) => {
  const { args, env } = await COMMANDS[name]!();
  const running = started(['mkl', ...args], { env });
  await connected;
  running.kill('SIGINT');
  const { status, stdout, stderr } = await running.result;
  expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
  expect(stderr).toMatch(/^[^\n]*interrupted[^\n]*\n$/);
});

test('--request-timeout bounds the wait for a proxy, and the process ends with it', async () => {
  const { env } = await COMMANDS['an API server']!();
  const { status, stderr } = await skupper(['mkl', 'status', '--request-timeout', '300ms'], { env });
  expect(status).toBe(8);
  expect(stderr).toContain('the server did not answer within 0.3 s');
});
