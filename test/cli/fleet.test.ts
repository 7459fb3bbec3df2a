import { readFileSync, readdirSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { Fleet } from '../support/double/fleet.js';
import { statusFor } from '../support/emulator/emulator-cluster.js';
import { hasTerminal, onTerminal, skupper, temporaryFolder, type Result } from '../support/program.js';
import { resource, weighted } from '../unit/fixtures.js';

const SCHEMAS = new URL('../../docs/schemas/', import.meta.url);
const ajv = new Ajv({ allowUnionTypes: true });
for (const file of readdirSync(SCHEMAS)) ajv.addSchema(JSON.parse(readFileSync(new URL(file, SCHEMAS), 'utf8')));
const faults = (value: unknown): unknown => (ajv.validate('fleet.schema.json', value) ? [] : ajv.errors);

let fleet: Fleet;
const run = (line: string, env: Record<string, string> = {}): Promise<Result> =>
  skupper(['mkl', ...line.split(' ')], { env: { KUBECONFIG: fleet.kubeconfig, ...env } });
/** The table without its ages, which change. */
const table = ({ stdout }: Result): string[] => stdout.split('\n').map((line) => line.replace(/ \d+s /, ' -  '));

beforeAll(async () => {
  fleet = await Fleet.start(['west', 'east', 'north']);
  const one = weighted({ east: 1, west: 1 });
  const other = weighted({ east: 2, west: 1 });
  fleet.put(
    'east',
    resource({ metadata: { name: 'web' }, spec: { strategy: one }, status: statusFor(['east', 'west']) }),
  );
  fleet.put('west', resource({ metadata: { name: 'web' }, spec: { strategy: other }, status: statusFor(['east']) }));
  fleet.put('west', resource({ metadata: { name: 'db', labels: { app: 'db' } }, spec: { host: 'db' } }));
  fleet.put('west', resource({ metadata: { name: 'db', namespace: 'pay' }, spec: { host: 'db' } }));
  await fleet.at('north').refuse();
});
afterAll(() => fleet.stop());

const UNREACHABLE =
  /^north +- +unreachable .* unreachable: connection refused \(ECONNREFUSED\) \(http:\/\/127\.0\.0\.1:\d+\)$/;

describe('status of several clusters', () => {
  test('one table, the cluster that is down in a row of its own, and exit 8', async () => {
    const result = await run('status --contexts west,east --contexts north');
    const [head, ...rows] = table(result);
    expect(head).toMatch(/^CONTEXT +NAME +STATUS +STRATEGY +KEYS +HOST +PORT +AGE +NOTE$/);
    expect(
      rows.map((row) =>
        row
          .split(/ +/)
          .filter((_, at) => [0, 1, 2, 8].includes(at))
          .join(' '),
      ),
    ).toEqual([
      'west db Unknown -',
      'east web Ready strategy-differs',
      'west web Ready strategy-differs',
      expect.stringMatching(/^north - unreachable /),
      '',
    ]);
    expect(rows[3]).toMatch(UNREACHABLE);
    expect(result.stderr).toMatch(
      /^Error: 1 of 3 clusters could not be read\n {2}north: the server cannot be reached: /,
    );
    expect(result.status).toBe(8);
  });

  test.each<[string, number, RegExp]>([
    ['--contexts east,west --no-headers -l app=db', 0, /^west +db [^\n]*\n$/],
    [
      '--contexts east,west -A --no-headers',
      0,
      /^west +default +db .*\neast +default +web .*\nwest +default +web .*\nwest +pay +db [^\n]*\n$/,
    ],
    ['--contexts east,west -n pay --no-headers', 0, /^west +db [^\n]*\n$/],
    ['--contexts west,east web --no-headers', 0, /^east +web .*\nwest +web [^\n]*\n$/],
    ['--contexts west,east db --no-headers', 3, /^west +db [^\n]*\n$/],
    [
      '--contexts east,west -o name',
      0,
      /^west\tmultikeylistener\/db\neast\tmultikeylistener\/web\nwest\tmultikeylistener\/web\n$/,
    ],
    ['--contexts east,north -o name', 8, /^east\tmultikeylistener\/web\n$/],
    [
      '--contexts west,east --sort-by .spec.host --no-headers -o custom-columns=H:.spec.host',
      0,
      /^west +db +-\neast +web +strategy-differs\nwest +web +strategy-differs\n$/,
    ],
    ['--contexts east --exit-code --no-headers', 0, /^east +web [^\n]*\n$/],
    ['--contexts east,west --exit-code --no-headers -l app', 7, /^west +db [^\n]*\n$/],
    ['--all-contexts --exit-code --no-headers -l none', 8, /^north [^\n]*\n$/],
  ])('status %s', async (line, status, stdout) => {
    const result = await run(`status ${line}`);
    expect({ status: result.status, stdout: result.stdout }).toEqual({
      status,
      stdout: expect.stringMatching(stdout),
    });
  });

  test('what is not Ready, and what is missing, is said with its context', async () => {
    expect((await run('status --contexts east,west --exit-code')).stderr).toBe(
      'Error: 1 of 3 MultiKeyListeners is not Ready\n  west/db: Unknown\nSee details with: skupper multikeylistener inspect db -n default -c west\n',
    );
    expect((await run('status db --contexts east,west')).stderr).toMatch(
      /^Error: some of the named resources do not exist in every cluster\n {2}east: [^\n]*"?db"?[^\n]*\n/,
    );
    expect((await run('status --contexts east,west -l app=db')).stderr).toBe(
      'No multikeylisteners with labels app=db in namespace default (context east).\n',
    );
  });

  test.each([
    '--contexts north,west',
    '--all-contexts -l none',
    'web --contexts west,north',
    'db --contexts west,east,north',
  ])('-o json and -o yaml of %s: a part for each context, as the schema says', async (line) => {
    const [json, yaml] = await Promise.all([run(`status ${line} -o json`), run(`status ${line} -o yaml`)]);
    const document = JSON.parse(json.stdout) as {
      contexts: { context: string; items?: object[]; error?: { code: string } }[];
    };
    expect(faults(document)).toEqual([]);
    expect(load(yaml.stdout)).toEqual(document);
    expect(document.contexts.find(({ context }) => context === 'north')).toEqual({
      context: 'north',
      server: expect.stringMatching(/^http:/),
      error: expect.objectContaining({ code: 'unreachable' }),
    });
    expect([json.status, JSON.parse(json.stderr)]).toEqual([8, { error: expect.objectContaining({ exitCode: 8 }) }]);
  });
});

describe('check of several clusters', () => {
  test('CONTEXT comes first, a cluster that is down is among the findings', async () => {
    const { stdout, stderr, status } = await run('check --contexts west,north');
    const [head, error, first, ...rest] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^CONTEXT +SEVERITY +NAME +FINDING +MESSAGE$/);
    expect(error).toMatch(/^west +error +web +service-missing /);
    expect(first).toMatch(/^north +error +- +unreachable +the server cannot be reached/);
    expect(rest.every((line) => line.startsWith('west '))).toBe(true);
    expect(stderr).toMatch(/ in 2 resources\nError: 1 of 2 clusters could not be read\n/);
    expect(status).toBe(8);
  });

  test('-o json, as the schema says; an error is exit 7', async () => {
    const both = await run('check --all-contexts -o json');
    const document = JSON.parse(both.stdout) as { contexts: Record<string, object>[] };
    expect([both.status, faults(document)]).toEqual([8, []]);
    expect(document.contexts.map((part) => Object.keys(part))).toEqual([
      ['context', 'server', 'report'],
      ['context', 'server', 'error'],
      ['context', 'server', 'report'],
    ]);
    expect((await run('check --contexts west,east')).status).toBe(7);
  });
});

describe('what is asked for is wrong', () => {
  test.each<[string, number, string[]]>([
    ['--contexts east,east', 2, ['"east" is given twice']],
    ['--contexts east --contexts west,east', 2, ['"east" is given twice']],
    ['--contexts ,', 2, ['is empty']],
    [
      '--contexts east,nrth,sky',
      8,
      ['the contexts "nrth", "sky" do not exist', 'Did you mean north?', 'Available contexts: east, north, west.'],
    ],
    ['--contexts east -c west', 2, ['--context', '--contexts']],
    ['--contexts east --all-contexts', 2, ['--contexts', '--all-contexts']],
    ['--contexts east -p podman', 2, ['--contexts', 'podman']],
    ['--all-contexts -p linux', 2, ['--all-contexts', 'linux']],
    ['--all-contexts --kubeconfig /nonexistent', 8, ['/nonexistent']],
  ])('%s', async (line, status, words) => {
    const before = ['east', 'west'].flatMap((context) => fleet.at(context).requests).length;
    for (const command of ['status', 'check']) {
      const result = await run(`${command} ${line}`);
      expect({ status: result.status, stdout: result.stdout }).toEqual({ status, stdout: '' });
      for (const word of words) expect(result.stderr).toContain(word);
    }
    expect(['east', 'west'].flatMap((context) => fleet.at(context).requests)).toHaveLength(before);
  });

  test('none can be reached: every row says why', async () => {
    const { stdout, stderr, status } = await run('status --contexts north --no-headers');
    expect({ status, stdout, stderr }).toEqual({
      status: 8,
      stdout: expect.stringMatching(/^north +- +unreachable /),
      stderr: expect.stringMatching(/^Error: the server cannot be reached/),
    });
  });
});

test('completion offers the contexts that are not in the list yet, and names of the first', async () => {
  const complete = async (...words: string[]): Promise<string[]> =>
    (
      await skupper(['mkl', '__complete', '--', 'mkl', ...words], { env: { KUBECONFIG: fleet.kubeconfig } })
    ).stdout.split('\n');
  expect(await complete('status', '--contexts', 'east,')).toEqual(['east,north\t', 'east,west\t', ':6', '']);
  expect(await complete('check', '--contexts=west', '--contexts', '')).toEqual(['east\t', 'north\t', ':6', '']);
  expect(await complete('status', '--contexts', 'west,east', 'd')).toEqual(['db\tUnknown', ':4', '']);
});

test('a cluster that never answers holds up the others only as long as one request may take', async () => {
  const slow = await Fleet.start(['one', 'two']);
  try {
    slow.put('one', resource({ metadata: { name: 'web' } }));
    slow.at('two').faults.push({ kind: 'hang', times: Infinity });
    const env = { KUBECONFIG: slow.kubeconfig };
    const { status, stdout } = await run('status --all-contexts --no-headers --request-timeout 4s', env);
    expect([status, stdout]).toEqual([
      8,
      expect.stringMatching(
        /^one +web .*\ntwo +- +request-timeout .*: the server did not answer within 4 s \(http.*\)\n$/,
      ),
    ]);
  } finally {
    await slow.stop();
  }
});

(hasTerminal() ? test : test.skip)('plugins that may talk to a person run one after the other', async () => {
  const folder = temporaryFolder();
  const plugin = folder.at('plugin.sh');
  // It fails where another one runs at the same time.
  const text = `#!/bin/sh
mkdir "${folder.at('running')}" || { echo "both at once" >&2; exit 1; }
printf 'Password for %s: ' "$1" > /dev/tty
sleep 0.2
rmdir "${folder.at('running')}"
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"admin-token"}}'
`;
  await writeFile(plugin, text);
  await chmod(plugin, 0o755);
  const names = ['a', 'b', 'c'];
  const user = (name: string): object => ({
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: plugin,
      args: [name],
      interactiveMode: 'IfAvailable',
    },
  });
  const asking = await Fleet.start(names, Object.fromEntries(names.map((name) => [name, user(name)])));
  try {
    for (const name of names) asking.put(name, resource({ metadata: { name: `in-${name}` } }));
    const { status, screen } = await onTerminal(['mkl', 'status', '--all-contexts'], {
      env: { KUBECONFIG: asking.kubeconfig },
    });
    expect(status).toBe(0);
    for (const name of names) expect(screen).toContain(`in-${name}`);
    expect(screen.match(/Password for/g)).toHaveLength(3);
  } finally {
    await asking.stop();
    folder.remove();
  }
});
