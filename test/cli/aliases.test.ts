import { skupper } from '../support/program.js';
import { newSite } from './site.js';

const site = newSite();
beforeAll(async () => {
  for (const name of ['web', 'db'])
    await site.run([
      'mkl',
      'create',
      name,
      name === 'web' ? '80' : '81',
      '--weighted',
      'a=1,b=1',
      '--host',
      '127.0.0.1',
    ]);
});
afterAll(() => site.remove());

const run = (line: string): ReturnType<typeof site.run> => site.run(line.split(' '));

test.each([
  ['mkl list', 'mkl status'],
  ['mkl ls -o name', 'mkl status -o name'],
  ['mkl get web -o json', 'mkl status web -o json'],
  ['multikeylistener get --no-headers', 'mkl status --no-headers'],
  ['mkl describe web -o yaml', 'mkl inspect web -o yaml'],
  ['mkl show web --without a', 'mkl inspect web --without a'],
  ['mkl rm web --dry-run client', 'mkl delete web --dry-run client'],
  ['mkl get --help', 'mkl status --help'],
  ['mkl help describe', 'mkl inspect --help'],
  ['help mkl rm', 'mkl delete --help'],
  ['mkl ls --bogus', 'mkl status --bogus'],
  ['mkl rm', 'mkl delete'],
  ['mkl get webb', 'mkl status webb'],
  ['mkl show -o json', 'mkl inspect -o json'],
])('%s is %s', async (alias, real) => {
  const [one, other] = await Promise.all([run(alias), run(real)]);
  expect(one).toEqual(other);
  expect(`${one.stdout}${one.stderr}`).not.toBe('');
});

test('the help of the topic tells the aliases, and lists none of them as a command', async () => {
  const { stdout } = await skupper(['mkl', '--help']);
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'list, ls and get for status; describe and show for inspect; rm for delete',
  );
  expect(stdout).not.toMatch(/^ +mkl (list|ls|get|describe|show|rm) /m);
});

describe.each(['mkl/web', 'multikeylistener/web', 'MultiKeyListener/web', 'multikeylisteners.skupper.io/web'])(
  '%s is a name',
  (name) => {
    test.each([
      'mkl status NAME -o json',
      'mkl inspect NAME -o json',
      'mkl check NAME -o json',
      'mkl wait NAME --for create -o json',
      'mkl generate --from NAME',
      'mkl update NAME --label a=b --dry-run client -o json',
      'mkl delete NAME --dry-run client',
    ])('in %s', async (line) => {
      const [one, other] = await Promise.all([run(line.replace('NAME', name)), run(line.replace('NAME', 'web'))]);
      expect(one).toEqual(other);
      expect(one.stdout).not.toBe('');
    });

    test('in create and generate', async () => {
      const { status, stdout } = await run(`mkl generate ${name} 8080 --weighted a=1 -o json`);
      expect({ status, name: (JSON.parse(stdout) as { metadata: { name: string } }).metadata.name }).toEqual({
        status: 0,
        name: 'web',
      });
    });
  },
);

test('what -o name prints can be given back', async () => {
  const { stdout } = await run('mkl status -o name');
  const names = stdout.trim().split('\n');
  const { status, stdout: told } = await site.run(['mkl', 'delete', ...names, '--dry-run', 'client']);
  expect({ status, told }).toEqual({
    status: 0,
    told: 'multikeylistener/db deleted (dry run)\nmultikeylistener/web deleted (dry run)\n',
  });
});

test('a name of another type is refused', async () => {
  const { status, stderr } = await run('mkl status listener/web');
  expect(status).toBe(2);
  expect(stderr).toContain('"listener/web"');
});

test.each([
  ['mkl ls --no-h', ['--no-headers']],
  ['mkl rm --ign', ['--ignore-not-found']],
  ['mkl describe web --without ', ['a', 'b']],
  ['mkl describe mkl/web --without ', ['a', 'b']],
  ['mkl rm mkl/web multikeylistener/', ['multikeylistener/db']],
  ['mkl check ', ['db', 'web']],
  ['mkl traffic web ', ['db']],
  ['mkl shift ', ['db', 'web']],
  ['mkl shift web ', []],
])('completion of %s', async (line, values) => {
  const { stdout } = await run(`multikeylistener __complete -- ${line}`);
  const found = stdout.split('\n').slice(0, -2);
  expect(found.map((each) => each.split('\t')[0])).toEqual(values);
});

test.each([
  ['--weighted east=3, west=1', { east: 3, west: 1 }],
  ['--weighted east:3,west:1,', { east: 3, west: 1 }],
])('the list %s is understood', async (list, keys) => {
  const { stdout } = await run(`mkl generate web 8080 ${list} -o json`);
  const { spec } = JSON.parse(stdout) as { spec: { strategy: { weighted: { routingKeys: object } } } };
  expect(spec.strategy.weighted.routingKeys).toEqual(keys);
});

test.each([
  ['--priority east, west', 'Write the list without spaces: --priority east,west'],
  ['--weighted east=3 west=1', 'Write a list without spaces, as in --weighted east=1,west=1.'],
])('the list %s is answered with the corrected form', async (list, corrected) => {
  const { status, stdout, stderr } = await run(`mkl generate web 8080 ${list}`);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(corrected);
});
