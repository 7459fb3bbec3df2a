import { hasTerminal, onTerminal, type TerminalOptions } from '../support/program.js';
import { fileOf, newSite, type Site } from './site.js';

const plain = (screen: string): string => screen.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
const manifest = (name: string, rest = ''): string =>
  `apiVersion: skupper.io/v2alpha1\nkind: MultiKeyListener\nmetadata: {name: ${name}}\nspec: {host: 127.0.0.1, port: 80${rest}}\n`;

/** A site with `web` and `db`, which has the label app=db. */
async function twoResources(): Promise<Site> {
  const site = newSite();
  await site.run(['mkl', 'create', 'web', '80', '--weighted', 'a=1,b=1', '--host', '127.0.0.1']);
  await site.run(['mkl', 'create', 'db', '81', '--priority', 'p,a', '--host', '127.0.0.1', '--label', 'app=db']);
  return site;
}

let site: Site;
beforeEach(async () => {
  site = await twoResources();
});
afterEach(() => site.remove());
const run = (line: string): ReturnType<Site['run']> => site.run(line.split(' '));
const names = (): string[] => ['db', 'web'].filter((name) => fileOf(name) in site.files());

test('inspect shows several, by name or by label', async () => {
  const [two, label, none, missing] = await Promise.all(
    ['web db', '-l app=db', '-l app=none', 'web gone'].map((each) => run(`mkl inspect ${each}`)),
  );
  expect([two, label, none, missing].map((result) => result?.status)).toEqual([0, 0, 0, 3]);
  expect(two?.stdout).toMatch(/^web: [^]*\n\ndb: /);
  expect(label?.stdout).toMatch(/^db: /);
  expect([none?.stdout, none?.stderr]).toEqual([
    '',
    expect.stringMatching(/^No multikeylisteners with labels app=none/),
  ]);
  expect(missing?.stdout).toMatch(/^web: /);
  expect(missing?.stderr).toContain('gone');
});

test('inspect --without thinks away the keys that each of several has', async () => {
  const { stdout } = await run('mkl inspect web db --without a,b -o json');
  const { resources } = JSON.parse(stdout) as { resources: { without: string[] }[] };
  expect(resources.map(({ without }) => without)).toEqual([['a', 'b'], ['a']]);
  const wrong = await run('mkl inspect web db --without z');
  expect([wrong.status, wrong.stdout]).toEqual([2, '']);
});

test('with -o a missing name leaves stdout empty; --watch takes one name', async () => {
  const [missing, watch, mixed] = await Promise.all(
    ['web gone -o json', 'web db -w', 'web -l a=b'].map((each) => run(`mkl inspect ${each}`)),
  );
  expect([missing, watch, mixed].map((result) => [result?.status, result?.stdout])).toEqual([
    [3, ''],
    [2, ''],
    [2, ''],
  ]);
});

test('delete -f deletes what the files name, whatever else they hold', async () => {
  const good = site.file('db.yaml', manifest('db'));
  const { status, stdout } = await run(`mkl delete -f ${good}`);
  expect([status, stdout, names()]).toEqual([0, 'multikeylistener/db deleted\n', ['web']]);
  const again = await run(`mkl delete -f ${good}`);
  expect([again.status, again.stdout]).toEqual([3, '']);
  const both = site.file('both.yaml', `${manifest('db')}---\n${manifest('web', ', hots: x')}`);
  const rest = await run(`mkl delete -f ${both} --ignore-not-found -o name`);
  expect([rest.status, rest.stdout, names()]).toEqual([0, 'multikeylistener/web\n', []]);
});

test.each([
  ['a name that none can be', manifest('WEB')],
  ['another kind', manifest('web').replace('MultiKeyListener', 'Multikeylistener')],
  ['nothing of ours', 'kind: Service\n'],
])('delete -f refuses a file with %s', async (_what, text) => {
  const { status, stdout, stderr } = await run(`mkl delete -f ${site.file('bad.yaml', text)}`);
  expect([status, stdout, names()]).toEqual([2, '', ['db', 'web']]);
  expect(stderr).toContain('bad.yaml'.slice(0, text.startsWith('kind: Service') ? 0 : undefined));
});

test.each(['web -f x.yaml', '--all -f x.yaml --yes', '-l a=b -f x.yaml --yes', '', '--all', 'web --all --yes'])(
  'delete %s is a usage error',
  async (rest) => {
    const { status, stdout } = await run(`mkl delete ${rest}`.trim());
    expect([status, stdout, names()]).toEqual([2, '', ['db', 'web']]);
  },
);

test('apply and validate take files as arguments, with -f, and both together', async () => {
  const file = (name: string, port: number): string =>
    site.file(`${name}.yaml`, manifest(name, ', strategy: {priority: {routingKeys: [a]}}').replace('80', String(port)));
  const [one, two] = [file('one', 90), file('two', 91)];
  const applied = await run(`mkl apply ${one} -f ${two}`);
  expect(applied.stdout.split('\n').sort()).toEqual([
    '',
    'multikeylistener/one created',
    'multikeylistener/two created',
  ]);
  expect((await run(`mkl validate ${one} -f ${two}`)).status).toBe(0);
  const none = await Promise.all([run('mkl apply'), run('mkl validate')]);
  expect(none.map(({ status, stderr }) => [status, stderr.split('\n')[0]])).toEqual([
    [2, 'Error: no file given'],
    [2, 'Error: no file given'],
  ]);
});

test('without a name and without a terminal NAME is missing', async () => {
  const lines = await Promise.all(['inspect', 'update --port 1', 'delete'].map((each) => run(`mkl ${each}`)));
  for (const { status, stdout, stderr } of lines) {
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('NAME');
  }
});

const perhaps = hasTerminal() ? describe : describe.skip;
perhaps('on a terminal', () => {
  const DOWN = '\u001b[B';
  const at = (line: string, typing: TerminalOptions['typing']): ReturnType<typeof onTerminal> =>
    onTerminal(line.split(' '), { columns: 120, env: site.env, typing });

  test('inspect lets one be chosen, and shows the whole command', async () => {
    const { status, screen } = await at('mkl show', [
      { after: 'Which multikeylistener to inspect:', type: `${DOWN}\r` },
    ]);
    expect(status).toBe(0);
    expect(plain(screen)).toContain('db (Pending');
    expect(plain(screen)).toContain('Equivalent command: skupper mkl show web');
    expect(plain(screen)).toMatch(/web {2}[^\n]*not serving/);
  });

  test('update asks what to change first, then which', async () => {
    const nothing = await at('mkl update', []);
    expect([nothing.status, plain(nothing.screen)]).toEqual([2, expect.stringContaining('no change given')]);
    const { status, screen } = await at('mkl update --label tier=front', [{ after: 'Which', type: '\r' }]);
    expect({ status, screen: status === 0 ? '' : plain(screen) }).toEqual({ status: 0, screen: '' });
    expect(site.files()[fileOf('db')]).toContain('tier: front');
  });

  test('delete lets several be chosen, and asks once more, with the place', async () => {
    const declined = await at('mkl delete', [
      { after: 'Which multikeylisteners to delete:', type: 'a\r' },
      { after: 'Delete 2 MultiKeyListeners from namespace default (platform linux, ', type: 'n\r' },
    ]);
    expect([declined.status, names()]).toEqual([0, ['db', 'web']]);
    expect(plain(declined.screen)).toContain('Nothing was deleted.');
    const agreed = await at('mkl rm', [
      { after: 'Which', type: `${DOWN} \r` },
      { after: 'Delete 1 MultiKeyListener from namespace default (', type: 'y\r' },
    ]);
    expect([agreed.status, names()]).toEqual([0, ['db']]);
    expect(plain(agreed.screen)).toContain('Equivalent command: skupper mkl rm web');
  });

  test('to decline --prune is exit 0 too, and nothing is written', async () => {
    const file = site.file(
      'web.yaml',
      manifest('new', ', strategy: {priority: {routingKeys: [a]}}').replace('port: 80', 'port: 99'),
    );
    const { status, screen } = await at(`mkl apply ${file} --prune -l app=db`, [
      { after: 'Delete 1 MultiKeyListener that the files no longer contain from namespace default (', type: 'n\r' },
    ]);
    expect([status, plain(screen)]).toEqual([
      0,
      expect.stringContaining('Nothing was deleted, and nothing was written.'),
    ]);
    expect([names(), fileOf('new') in site.files()]).toEqual([['db', 'web'], false]);
  });

  test('where there is nothing to choose it says so', async () => {
    const { status, screen } = await at('mkl inspect -n empty', []);
    expect([status, plain(screen)]).toEqual([2, expect.stringContaining('Namespace empty has no multikeylisteners.')]);
  });
});
