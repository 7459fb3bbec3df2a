import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dump } from 'js-yaml';
import { temporaryFolder, type Result } from '../support/program.js';
import { RESOURCES, fileOf, newSite, type Site } from './site.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
let site: Site;
let log: string;
beforeEach(() => {
  site = newSite();
  log = folder.at('log');
  rmSync(log, { force: true });
});
afterEach(() => site.remove());

/** A skupper that notes what it is called with and what the input then holds. */
function skupperThat(name: string, script: string): string {
  mkdirSync(folder.at(name), { recursive: true });
  const input = `${site.home}/${RESOURCES}`;
  const note = `echo "$@ | $(cd ${input} 2>/dev/null && ls | tr '\\n' ' ')" >>"${log}"`;
  writeFileSync(folder.at(name, 'skupper'), `#!/bin/sh\n${note}\necho reloading\necho warned >&2\n${script}\n`);
  chmodSync(folder.at(name, 'skupper'), 0o755);
  return folder.at(name);
}

const run = (line: string, bin: string): Promise<Result> =>
  site.run(line.split(' '), { env: { PATH: `${bin}:/usr/bin:/bin` } });
const calls = (): string[] => {
  try {
    return readFileSync(log, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
};
const FILE = 'MultiKeyListener-web.yaml';

test('create, update, apply and delete: exactly system reload, its output on stderr', async () => {
  const bin = skupperThat('good', 'exit 0');
  const manifest = site.file('db.yaml', '');
  const created = await run('mkl create web 80 --weighted a=1 --reload', bin);
  expect(created).toMatchObject({ status: 0, stdout: 'multikeylistener/web created\n' });
  expect(created.stderr).toContain('Running skupper system reload -n default -p linux\nreloading\nwarned\n');
  expect(created.stderr).not.toContain('To apply it');
  expect((await run('mkl update web --port 81 -p podman --reload', bin)).status).toBe(0);
  writeFileSync(manifest, dump(resource('db', { weighted: { routingKeys: { a: 1 } } })));
  expect((await run(`mkl apply -f ${manifest} -n west --reload`, bin)).status).toBe(0);
  expect((await run('mkl delete web --reload', bin)).stdout).toBe('multikeylistener/web deleted\n');
  expect(calls()).toEqual([
    `system reload -n default -p linux | ${FILE} `,
    `system reload -n default -p podman | ${FILE} `,
    `system reload -n west -p linux | ${FILE} `,
    'system reload -n default -p linux | ',
  ]);
});

test('a failure is exit 1; the write stays and is said to stay', async () => {
  const { status, stderr } = await run('mkl create web 80 --weighted a=1 --reload', skupperThat('bad', 'exit 3'));
  expect(status).toBe(1);
  expect(stderr).toContain(
    'skupper system reload -n default -p linux failed with exit status 3: the written files stay',
  );
  expect(Object.keys(site.files())).toContain(fileOf('web'));
});

test('nobody to do it: nothing is written', async () => {
  const { status, stderr } = await run('mkl create web 80 --weighted a=1 --reload', '/none');
  expect(status).toBe(2);
  expect(stderr).toContain('Nothing was written');
  expect(site.files()).toEqual({});
});

test.each(['client', 'server'])('--dry-run %s runs nothing', async (who) => {
  const bin = skupperThat('dry', 'exit 0');
  expect((await run(`mkl create web 80 --weighted a=1 --reload --dry-run ${who}`, bin)).status).toBe(0);
  expect(calls()).toEqual([]);
});

test('not on Kubernetes', async () => {
  const bin = skupperThat('kubernetes', 'exit 0');
  for (const line of ['create w 1 --weighted a=1', 'update w --port 1', 'delete w', 'apply -f x']) {
    const { status, stderr } = await run(`mkl ${line} --reload -p kubernetes`, bin);
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('not needed on platform kubernetes'),
    });
  }
});

function resource(name: string, strategy: object): object {
  const metadata = { name, namespace: name === 'db' ? 'west' : 'default' };
  return {
    apiVersion: 'skupper.io/v2alpha1',
    kind: 'MultiKeyListener',
    metadata,
    spec: { host: '0.0.0.0', port: 80, strategy },
  };
}

describe('--recreate of a strategy that is applied', () => {
  const OLD = { weighted: { routingKeys: { a: 1 } } };
  const RUNTIME = ['runtime', 'resources', FILE];
  beforeEach(() => {
    site.put(dump(resource('web', OLD)), 'input', 'resources', FILE);
    site.put(dump(resource('web', OLD)), ...RUNTIME);
  });
  const forget = (): string => `rm -f "${site.home}/namespaces/default/${RUNTIME.join('/')}"`;

  test('without --reload it is refused with the recipe', async () => {
    const { status, stderr } = await run('mkl update web --priority a --recreate', '/none');
    expect(status).toBe(2);
    expect(stderr).toContain('skupper system reload');
  });

  test.each(['update', 'apply'])('%s does the whole recipe: delete, reload, create, reload', async (command) => {
    const bin = skupperThat('recipe', forget());
    const file = site.file('web.yaml', dump(resource('web', { priority: { routingKeys: ['a'] } })));
    const change = command === 'update' ? 'update web --priority a' : `apply -f ${file}`;
    const { status, stdout, stderr } = await run(`mkl ${change} --recreate --reload`, bin);
    expect({ status, stdout, stderr: status === 0 ? '' : stderr }).toEqual({
      status: 0,
      stdout: 'multikeylistener/web recreated\n',
      stderr: '',
    });
    const reload = 'system reload -n default -p linux';
    expect(calls()).toEqual([`${reload} | `, `${reload} | ${FILE} `]);
    expect(site.files()[fileOf('web')]).toContain('priority:');
  });

  test('the first reload fails: the old one is back, and it is said how to go on', async () => {
    const before = site.files()[fileOf('web')];
    const { status, stderr } = await run(
      'mkl update web --priority a --recreate --reload',
      skupperThat('first', 'exit 1'),
    );
    expect(status).toBe(1);
    expect(stderr).toContain('the old resource was restored');
    expect(stderr).toContain('the site still runs the old web');
    expect(stderr).toContain('run the same command again');
    expect(calls()).toHaveLength(1);
    expect(before).toContain('weighted');
    expect(site.files()[fileOf('web')]).toContain('weighted');
  });

  test('the second reload fails: the new one stays', async () => {
    const second = `[ -e "${folder.at('once')}" ] && exit 4; touch "${folder.at('once')}"; ${forget()}`;
    const { status, stderr } = await run(
      'mkl update web --priority a --recreate --reload',
      skupperThat('second', second),
    );
    expect(status).toBe(1);
    expect(stderr).toContain('the written files stay');
    expect(stderr).toContain('When the cause is fixed, run: skupper system reload -n default -p linux');
    expect(site.files()[fileOf('web')]).toContain('priority:');
  });
});
