import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { redirectOf } from '../../../../src/cli/input/read-url.js';
import { readText } from '../../../../src/cli/input/read-text.js';
import type { Io } from '../../../../src/cli/terminal/io.js';

const io = {} as Io;
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
      } else if (request.url === '/flaky' && asked === 3) response.end('b: 1\n');
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

  test('https never leads to http', () => {
    const from = new URL('https://a.test/');
    expect(redirectOf(from, 'http://a.test/x')).toEqual({ why: expect.stringContaining('redirects to http://') });
    expect(redirectOf(from, '/x')).toEqual(new URL('https://a.test/x'));
    expect(redirectOf(from, 'http://[')).toEqual({ why: 'the server redirects to an invalid URL' });
  });
});
