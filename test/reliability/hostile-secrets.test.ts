import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import { hostileServer, type HostileServer, type Mode } from '../support/hostile/hostile-server.js';
import { skupper, temporaryFolder } from '../support/program.js';
import { LONG, report } from '../support/verdict/reliability.js';
import { KEY_DATA, leaksIn, SECRETS } from '../support/hostile/secrets.js';

const { token, password, execToken, execSaid, proxyPassword, urlPassword } = SECRETS;
const folder = temporaryFolder();
const counts = new Map<string, { runs: number; bytes: number; leaks: number }>();
jest.setTimeout(LONG ? 1_800_000 : 300_000);

let server: HostileServer;
beforeAll(async () => {
  server = await hostileServer('');
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  const rows = [...counts].map(([where, { runs, bytes, leaks }]) => [where, runs, bytes, leaks]);
  report('secrets', ['where', 'runs', 'bytes', 'secrets shown'], rows);
});

interface Case {
  title: string;
  /** A kubeconfig as text, or the parts of one. */
  config: string | { user?: object; cluster?: object };
  env?: Record<string, string>;
  args?: string[];
}

let made = 0;
function write({ config }: Case): string {
  const file = folder.at(`config-${(made += 1)}`);
  const { user = { token }, cluster = {} } = typeof config === 'string' ? {} : config;
  const object = {
    'current-context': 'west',
    contexts: [{ name: 'west', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: server.url, ...cluster } }],
    users: [{ name: 'u', user }],
  };
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(object));
  return file;
}

/** Everything the program says and writes, in each of the ways to ask for more. */
async function look(where: string, cases: readonly Case[]): Promise<void> {
  const ways: { more: string[]; env: Record<string, string> }[] = [
    { more: ['--debug'], env: { DEBUG: '*' } },
    { more: ['-o', 'json'], env: {} },
    { more: [], env: {} },
  ];
  const found = await Promise.all(
    cases.flatMap((each) =>
      (LONG ? ways : [ways[0]!, ...(made % 4 === 0 ? [ways[1]!] : [])]).map(async ({ more, env }) => {
        const home = folder.at(`home-${(made += 1)}`);
        mkdirSync(home);
        const args = [...(each.args ?? ['mkl', 'status']), '--request-timeout', '2s', ...more];
        const all = { ...env, HOME: home, KUBECONFIG: write(each), ...each.env };
        const { stdout, stderr, status } = await skupper(args, { cwd: home, env: all });
        const text = stdout + stderr + written(home);
        const leaks = leaksIn(text);
        const count = counts.get(where) ?? { runs: 0, bytes: 0, leaks: 0 };
        counts.set(where, {
          runs: count.runs + 1,
          bytes: count.bytes + Buffer.byteLength(text),
          leaks: count.leaks + leaks.length,
        });
        // It failed, said so, and says which way: a case that no longer fails tries nothing.
        const silent = status === 0 || stderr === '' ? [`ended with ${status}: ${stderr}`] : [];
        return [...leaks, ...silent].map((problem) => `${each.title}, ${more.join(' ')}: ${problem}`);
      }),
    ),
  );
  expect(found.flat()).toEqual([]);
}

/** The names and texts of all files below. */
function written(home: string): string {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(path.join(home, name)).isFile());
  return files.map((name) => `${name} ${readFileSync(path.join(home, name), 'latin1')}`).join('\n');
}

const plugin = (script: string, more: object = {}): { user: object } => ({
  user: {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', script, '--', `--client-secret=${SECRETS.execArgument}`],
      env: [{ name: 'MY_SECRET_KEY', value: SECRETS.execVariable }],
      ...more,
    },
  },
});
const prints = (text: string): string => `process.stdout.write(${JSON.stringify(text)});`;
const says = (text: string): string => `process.stderr.write(${JSON.stringify(text)});`;
const credential = (status: object): string => prints(JSON.stringify({ kind: 'ExecCredential', status }));

test('credentials that can not be used', async () => {
  const file = folder.at('token-file');
  writeFileSync(file, `${token}\n${token}`);
  const provider = (name: string, config: object): { user: object } => ({
    user: { 'auth-provider': { name, config } },
  });
  const commanded = {
    'cmd-path': '/bin/echo',
    'cmd-args': SECRETS.provided,
    'expiry-key': '{.e}',
    'token-key': '{.t}',
  };
  const bad = Buffer.from('no certificate').toString('base64');
  // Nobody listens there, so that what works fails all the same.
  const cluster = { server: 'https://127.0.0.1:1' };
  const failing = (each: Case): Case =>
    typeof each.config === 'string' ? each : { ...each, config: { cluster, ...each.config } };
  const cases: Case[] = [
    { title: 'a token with a line break', config: { user: { token: `${token}\n${token}` } } },
    { title: 'a file with two tokens', config: { user: { tokenFile: file } } },
    {
      title: 'a client key that is none',
      config: { user: { 'client-certificate-data': bad, 'client-key-data': KEY_DATA } },
    },
    {
      title: 'a key that is no base64',
      config: { user: { 'client-certificate-data': bad, 'client-key-data': SECRETS.key } },
    },
    {
      title: 'auth-provider gcp',
      config: provider('gcp', { 'access-token': SECRETS.provided, expiry: '2020-01-01', ...commanded }),
    },
    {
      title: 'auth-provider azure',
      config: provider('azure', { 'access-token': SECRETS.provided, 'expires-on': '1' }),
    },
    {
      title: 'auth-provider oidc',
      config: provider('oidc', { 'id-token': SECRETS.provided, 'client-secret': password, 'refresh-token': token }),
    },
    { title: 'auth-provider unknown', config: provider('none', { 'access-token': SECRETS.provided }) },
    {
      title: 'a plugin that fails',
      config: plugin(`${prints(execToken)}${says(`denied for ${execToken}`)}process.exit(1)`),
    },
    {
      title: 'a plugin that says it',
      config: plugin(`${says(`log\nkey ${execSaid} is wrong, password=${password}`)}process.exit(1)`),
    },
    {
      title: 'a plugin that says its variable',
      config: plugin(`${says(`${SECRETS.execVariable} ${SECRETS.execArgument}`)}process.exit(1)`),
    },
    { title: 'a plugin that prints garbage', config: plugin(prints(`token: ${execToken}`)) },
    { title: 'a plugin that prints half', config: plugin(prints(`{"status":{"token":"${execToken}`)) },
    { title: 'a plugin that prints no token', config: plugin(credential({ tokens: execToken })) },
    { title: 'a plugin with a line break', config: plugin(credential({ token: `${execToken}\n${execToken}` })) },
    {
      title: 'a plugin with a bad key',
      config: plugin(credential({ clientCertificateData: 'x', clientKeyData: SECRETS.key })),
    },
    {
      title: 'a plugin that hangs',
      config: plugin(`${prints(execToken)}${says(execToken)}setInterval(() => {}, 999)`),
    },
    { title: 'a plugin that is not there', config: plugin('', { command: 'no-such-plugin' }) },
  ];
  await look('credentials that can not be used', cases.map(failing));
});

test('kubeconfigs that are no YAML around the secret', async () => {
  const lines = [
    `*${password}`,
    `!${password}`,
    `!<${password}>`,
    `!a!${password}`,
    `"${password}`,
    `'${password}`,
    `${password}: x: y`,
  ];
  const more = [
    `@${password}`,
    `%${password}`,
    `${password}\n\tx`,
    `|\n ${password}\n- x`,
    `{${password}`,
    `[${password}]]`,
    `"\\q${password}"`,
  ];
  const config = (line: string): string =>
    `users:\n- name: u\n  user:\n    username: joe\n    password: ${line}\n    token: ${line}\n`;
  await look(
    'kubeconfigs that are no YAML',
    [...lines, ...more].map((line) => ({ title: line, config: config(line) })),
  );
});

test('servers and proxies with a password in their URL', async () => {
  const at = (scheme: string, secret: string, host = '127.0.0.1:1'): string =>
    `${scheme}://joe:${encodeURIComponent(secret)}@${host}`;
  const far = { server: 'https://skupper.invalid:6443' };
  await look('passwords in URLs', [
    { title: 'server', config: { cluster: { server: at('https', urlPassword) } } },
    { title: 'server with the wrong scheme', config: { cluster: { server: at('htps', urlPassword) } } },
    { title: 'server that is no URL', config: { cluster: { server: `https://joe:${urlPassword}@` } } },
    {
      title: 'TLS fails',
      config: { cluster: { server: at('https', urlPassword, server.url.replace('http://', '')) } },
    },
    ...['http', 'socks5', 'ftp', 'http:'].map((scheme) => ({
      title: `proxy-url ${scheme}`,
      config: { cluster: { ...far, 'proxy-url': at(scheme, proxyPassword) } },
    })),
    {
      title: 'a proxy that echoes',
      config: { cluster: { ...far, 'proxy-url': at('http', proxyPassword, server.url.replace('http://', '')) } },
    },
    { title: 'HTTPS_PROXY', config: { cluster: far }, env: { HTTPS_PROXY: at('http', proxyPassword) } },
    {
      title: 'HTTPS_PROXY that is no URL',
      config: { cluster: far },
      env: { HTTPS_PROXY: `http://joe:${proxyPassword}@:x` },
    },
  ]);
});

const USERS: readonly [string, object][] = [
  ['token', { user: { token } }],
  ['password', { user: { username: 'joe', password } }],
  ['plugin', plugin(credential({ token: execToken }))],
];

test('servers that say what they were sent', async () => {
  const modes: Mode[] = [400, 401, 403, 404, 409, 422, 429, 500, 'html', 'plain', 'half', 'headers', 'stream', 'echo'];
  const commands = [
    ['mkl', 'status'],
    ['mkl', 'create', 'web', '80', '--weighted', 'a=1', '--no-preflight'],
    ['mkl', 'status', '--watch', '--timeout', '5s'],
  ];
  const sent: Record<string, string> = { token, password, plugin: execToken };
  await Promise.all(
    modes.flatMap((mode, turn) =>
      USERS.filter((_, at) => LONG || at === turn % USERS.length).map(async ([title, config]) => {
        const own = await hostileServer(echoOf(sent[title] ?? ''));
        own.mode = mode;
        const cases = (LONG ? commands : [commands[turn % commands.length]!]).map((args) => ({
          title: `${title}, ${mode}`,
          config: { ...config, cluster: { server: own.url } },
          args,
        }));
        await look('servers that say what they were sent', cases).finally(() => own.stop());
      }),
    ),
  );
});

/** What a server may make of the credentials of a request: as they are, and as it writes them into a log or a page. */
function echoOf(secret: string): string {
  const encoded = Buffer.from(secret).toString('base64');
  const basic = secret === password ? Buffer.from(`joe:${secret}`).toString('base64') : encoded;
  // An error shows the first eighty characters of what is no Status: the first secret lies across that edge.
  return `${'no '.repeat(20)} ${secret} ${encodeURIComponent(secret)} ${encoded} joe:${secret} Bearer ${secret} Basic ${basic} "x=${basic}"`;
}

test('faults of our own', async () => {
  const crash = (name: string, body: string): string => {
    const file = folder.at(`${name}.mjs`);
    writeFileSync(
      file,
      `import http from 'node:http';
       const original = http.request;
       http.request = (options, ...rest) => {
         const Authorization = options.headers.Authorization.split(' ')[1];
         const fault = () => Object.assign(new Error('a bug with ' + Authorization + ' \\u001b[2J'), { options, Authorization });
         ${body}
         return original(options, ...rest);
       };`,
    );
    return `--import=${file}`;
  };
  const ways: [string, string][] = [
    ['thrown', 'throw fault();'],
    ['thrown later', 'setTimeout(() => { throw fault(); });'],
    ['rejected', 'void Promise.reject(fault());'],
    ['no error', 'throw Authorization;'],
    ['in an event', 'process.nextTick(() => process.emit("uncaughtException", fault()));'],
  ];
  server.mode = 'objects';
  server.text = 'x';
  const cases = ways.flatMap(([title, body]) =>
    USERS.slice(0, LONG ? 3 : 2).map(([user, config]) => ({
      title: `${title}, ${user}`,
      config,
      env: { NODE_OPTIONS: crash(title.replace(' ', '-'), body) },
      args: ['mkl', 'status', '--watch', '--timeout', '5s'],
    })),
  );
  await look('faults of our own', cases);
});
