import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { eventually, liveCluster, type LiveCluster } from '../support/emulator/emulator-cluster.js';
import { environment, withTime, type Running } from '../support/program.js';

const BIN = fileURLToPath(new URL('../../bin/skupper.js', import.meta.url));

let cluster: LiveCluster;
beforeEach(async () => {
  cluster = await liveCluster();
  cluster.add('web');
  cluster.reach('web', 'east', 'west');
});
afterEach(() => cluster.stop());

const shows = (running: Running, text: string | RegExp): Promise<void> =>
  eventually(
    String(text),
    () => running.stdout().search(text) >= 0,
    () => running.stdout() + running.stderr(),
  );

/** Ends it as Ctrl-C would. */
async function stop(running: Running): Promise<{ stdout: string; stderr: string; status: number | null }> {
  running.kill('SIGINT');
  return running.result;
}

/** `EVENT name STATUS` of each line, without header and times. */
const events = (stdout: string): string[] =>
  stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ +/).slice(1, 4).join(' '));

test('one aligned line per change, the header once', async () => {
  const running = cluster.pipe('mkl status --watch');
  await shows(running, /ADDED +web /);
  cluster.reach('web', 'east');
  await shows(running, ' 1/2 ');
  cluster.add('database', ['a', 'b', 'c']);
  await shows(running, /ADDED +database /);
  cluster.remove('web');
  await shows(running, /DELETED +web /);
  const { stdout, stderr, status } = await stop(running);
  expect({ status, stderr }).toEqual({ status: 130, stderr: 'interrupted\n' });
  expect(events(stdout)).toEqual([
    'ADDED web Ready',
    'MODIFIED web Ready',
    'ADDED database Unknown',
    'DELETED web Ready',
  ]);
  const [header = '', ...lines] = stdout.trimEnd().split('\n');
  expect(header).toMatch(/^TIME +EVENT +NAME +STATUS +STRATEGY +KEYS +HOST +PORT +AGE$/);
  for (const line of lines) {
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}[A-Z]+ /);
    for (const title of ['EVENT', 'NAME', 'STATUS', 'STRATEGY', 'HOST', 'AGE'])
      expect(line.slice(header.indexOf(title) - 1)).toMatch(/^ [^ ]/);
    expect(line.indexOf('8080')).toBe(header.indexOf('PORT'));
  }
});

test('-o json is one event a line, -o name the name, --no-headers no header, names and labels a choice', async () => {
  const [json, name, bare, chosen] = ['-o json', '-o name', '--no-headers', 'db'].map((words) =>
    cluster.pipe(`mkl status ${words} --watch`),
  ) as [Running, Running, Running, Running];
  await Promise.all([shows(json, '\n'), shows(name, '\n'), shows(bare, 'web'), shows(chosen, '\n')]);
  cluster.reach('web', 'west');
  cluster.add('db');
  cluster.remove('db');
  await Promise.all([
    shows(json, 'DELETED'),
    shows(name, /db\n.*db\n/),
    shows(bare, 'DELETED'),
    shows(chosen, 'DELETED'),
  ]);
  const results = await Promise.all([json, name, bare, chosen].map(stop));
  const [jsonOut = '', nameOut = '', bareOut = '', chosenOut = ''] = results.map(({ stdout }) => stdout);
  type Line = { type: string; object: { kind: string; metadata: { name: string }; status?: unknown } };
  const parsed = jsonOut
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  expect(parsed.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
    'ADDED web',
    'MODIFIED web',
    'ADDED db',
    'DELETED db',
  ]);
  expect(new Set(parsed.map(({ object }) => object.kind))).toEqual(new Set(['MultiKeyListener']));
  expect(nameOut).toBe('multikeylistener/web\nmultikeylistener/web\nmultikeylistener/db\nmultikeylistener/db\n');
  expect(bareOut).not.toContain('NAME');
  expect(events(chosenOut)).toEqual(['ADDED db Unknown', 'DELETED db Unknown']);
});

test('-A shows the namespaces', async () => {
  cluster.double.storage.namespaces.add('east');
  await withTime(async (time) => {
    const { stdout, status } = await cluster.pipe(`mkl status -A --watch --timeout ${time}`).result;
    if (stdout === '') return false;
    expect(status).toBe(0);
    expect(stdout).toMatch(/^TIME +EVENT +NAMESPACE +NAME .*\n.*ADDED +west +web /);
    return true;
  });
});

test('--timeout ends it with 0; -o yaml is a usage error', async () => {
  await withTime(async (time) => {
    const timed = await cluster.pipe(`mkl status --watch --timeout ${time}`).result;
    if (timed.stdout === '') return false;
    expect(timed).toMatchObject({ status: 0, stderr: '' });
    expect(events(timed.stdout)).toEqual(['ADDED web Ready']);
    return true;
  });
  expect((await cluster.pipe('mkl status --watch -o yaml').result).status).toBe(2);
});

test('a reader that goes away ends it quietly', async () => {
  const env = environment({ KUBECONFIG: cluster.kubeconfig });
  const script = '{ "$@"; echo "exit $?" >&2; } | head -2';
  for (const words of [
    ['status', '-w'],
    ['status', '-w', '-o', 'json'],
    ['inspect', 'web', '-w'],
  ]) {
    const child = spawn('sh', ['-c', script, 'sh', process.execPath, BIN, 'mkl', ...words], { env });
    let stderr = '';
    let stdout = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const ended = new Promise((resolve) => child.on('close', resolve));
    // Only a write tells that nobody reads any more.
    const churn = setInterval(() => cluster.reach('web', ...(Math.random() < 0.5 ? ['east'] : ['west'])), 50);
    await ended;
    clearInterval(churn);
    expect({ words, stderr }).toEqual({ words, stderr: 'exit 0\n' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  }
});

test('stdout that is closed from the start is no error either', async () => {
  const env = environment({ KUBECONFIG: cluster.kubeconfig });
  const child = spawn('sh', ['-c', '"$@" | true', 'sh', process.execPath, BIN, 'mkl', 'status', '-w'], { env });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  expect(stderr).toBe('');
});
