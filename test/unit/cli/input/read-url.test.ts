import { createServer, type Server } from 'node:http';
import { createServer as createNetServer, type AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openUrl, redirectOf, urlProblem } from '../../../../src/cli/input/read-url.js';
import { readText } from '../../../../src/cli/input/read-text.js';
import type { Io } from '../../../../src/cli/terminal/io.js';

const io = { env: {} } as Io;
const { signal } = new AbortController();

describe('a URL', () => {
  let server: Server;
  let url = '';
  let asked = 0;
  const read = (route: string): Promise<object> => readText({ name: url + route, named: true, url: true }, io, signal);

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked += 1;
      if (request.url === '/good') response.end('a: 1\n');
      else if (request.url === '/moved') response.writeHead(302, { location: '/good' }).end();
      else if (request.url === '/round') response.writeHead(302, { location: '/round' }).end();
      else if (request.url === '/file') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
      else if (request.url === '/endless') {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024)));
        };
        response.on('drain', more);
        more();
      } else if (request.url === '/silent') return;
      else if (request.url === '/flaky' && asked === 3) response.end('b: 1\n');
      else response.writeHead(request.url === '/gone' ? 404 : 503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => (asked = 0));
  afterAll(() => server.close());

  test.each([
    ['/good', { text: 'a: 1\n' }],
    ['/moved', { text: 'a: 1\n' }],
    ['/flaky', { text: 'b: 1\n' }],
    ['/gone', { why: 'the server answered with status 404' }],
    ['/down', { why: 'the server answered with status 503' }],
    ['/round', { why: 'more than 10 redirects' }],
    ['/file', { why: 'the server redirects to file://, which is not supported' }],
    ['/endless', { why: 'it is larger than 32 MiB' }],
  ])('%s', async (route, content) => {
    expect(await read(route)).toEqual(content);
  });

  test('nobody there, and no URL', async () => {
    expect(await readText({ name: 'http://127.0.0.1:1/', named: true, url: true }, io, signal)).toEqual({
      why: expect.stringContaining('ECONNREFUSED'),
    });
    expect(await readText({ name: 'http://', named: true, url: true }, io, signal)).toEqual({
      why: 'the URL is not valid',
    });
  });

  test('a server that does not answer is given up, although Node collects garbage meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const collecting = setInterval(runInNewContext('gc') as () => void, 20);
    try {
      const error: unknown = await openUrl(`${url}/silent`, {}, signal, 200).catch((thrown: unknown) => thrown);
      expect(urlProblem(error)).toBe('timed out after 30 s');
    } finally {
      clearInterval(collecting);
    }
  });

  test('https never leads to http', () => {
    const from = new URL('https://a.test/');
    expect(redirectOf(from, 'http://a.test/x')).toEqual({ why: expect.stringContaining('redirects to http://') });
    expect(redirectOf(from, '/x')).toEqual(new URL('https://a.test/x'));
    expect(redirectOf(from, 'http://[')).toEqual({ why: 'the server redirects to an invalid URL' });
  });
});

describe('through the proxy of the environment', () => {
  let proxy: Server;
  let address = '';
  let seen: string[] = [];
  const read = (url: string, env: Record<string, string>): Promise<object> =>
    readText({ name: url, named: true, url: true }, { env } as unknown as Io, signal);

  beforeAll(async () => {
    proxy = createServer(({ method, url, headers }, response) => {
      seen.push([method, url, headers.host, headers['proxy-authorization']].filter(Boolean).join(' '));
      response.end('a: 1\n');
    });
    proxy.on('connect', ({ url }, socket) => {
      seen.push(`CONNECT ${url}`);
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  beforeEach(() => (seen = []));
  afterAll(() => proxy.close());

  test('http: the proxy is asked for the whole URL', async () => {
    const env = { HTTP_PROXY: `http://me:p%40ss@${address}` };
    expect(await read('http://files.test:81/a.yaml?x=1#y', env)).toEqual({ text: 'a: 1\n' });
    const credentials = Buffer.from('me:p@ss').toString('base64');
    expect(seen).toEqual([`GET http://files.test:81/a.yaml?x=1 files.test:81 Basic ${credentials}`]);
  });

  test('https: a tunnel, and what the proxy answers to it', async () => {
    expect(await read('https://files.test/a.yaml', { https_proxy: address })).toEqual({ why: 'Bad response: 407' });
    expect(seen).toEqual(['CONNECT files.test:443']);
  });

  test('a proxy that does not answer is given up', async () => {
    const silent = createNetServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const env = { HTTPS_PROXY: `127.0.0.1:${(silent.address() as AddressInfo).port}` };
    const error: unknown = await openUrl('https://files.test/', env, signal, 200).catch((thrown: unknown) => thrown);
    expect(urlProblem(error)).toBe('timed out after 30 s');
    silent.close();
  });

  test('NO_PROXY, loopback and another scheme go directly', async () => {
    const direct = { why: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) };
    expect(await read('http://no.invalid/', { HTTP_PROXY: address, NO_PROXY: 'invalid' })).toEqual(direct);
    expect(await read('http://no.invalid/', { HTTPS_PROXY: address })).toEqual(direct);
    expect(await read('http://127.0.0.1:1/', { HTTP_PROXY: address })).toEqual({
      why: expect.stringContaining('ECONNREFUSED'),
    });
    expect(seen).toEqual([]);
  });

  test.each([
    ['socks5://127.0.0.1:1', /ECONNREFUSED/],
    ['ftp://proxy.test', /^a proxy is reached over http, https or socks5, not ftp$/],
    ['http://[', /^the proxy URL is not valid$/],
  ])('HTTPS_PROXY=%s', async (HTTPS_PROXY, why) => {
    expect(await read('https://files.test/a.yaml', { HTTPS_PROXY })).toEqual({ why: expect.stringMatching(why) });
  });
});
