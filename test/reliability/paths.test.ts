import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { newSite, RESOURCES } from '../cli/site.js';
import { environment, skupper, temporaryFolder } from '../support/program.js';
import { report, type Row } from '../support/verdict/reliability.js';

const rows: Row[] = [];
afterAll(() => report('paths', ['attempt', 'tried', 'outcome'], rows));
const folder = temporaryFolder();
afterAll(() => folder.remove());

test('names and namespaces that would leave the data home', async () => {
  const site = newSite();
  const words = ['../x', '..', '.', '/etc/x', 'a/../../x', 'a\\b', 'a\nb', '%2e%2e', '~', '$HOME', '-x', 'A', 'ü'];
  const outside = (): string[] => readdirSync(path.dirname(site.home));
  const before = outside();
  for (const word of words) {
    const manifest = site.file(
      'm.json',
      JSON.stringify({
        apiVersion: 'skupper.io/v2alpha1',
        kind: 'MultiKeyListener',
        metadata: { name: word },
        spec: { host: 'h', port: 1, strategy: { priority: { routingKeys: ['a'] } } },
      }),
    );
    const results = await Promise.all([
      site.run(['mkl', 'create', `--priority=a`, '--', word, '1']),
      site.run(['mkl', 'create', 'web', '1', '--priority', 'a', `--namespace=${word}`]),
      site.run(['mkl', 'apply', '-f', manifest]),
      site.run(['mkl', 'delete', '--', word]),
    ]);
    expect(results.map(({ status }) => [2, 3].includes(status ?? 0))).toEqual([true, true, true, true]);
    expect(site.files()).toEqual({});
  }
  expect(outside().filter((name) => name !== 'm.json')).toEqual(before);
  rows.push(['a name or namespace such as ../x, /etc/x, a\\b', words.length * 4, 'refused, nothing written']);
  site.remove();
});

const whenRoot = process.getuid?.() === 0 ? test : test.skip;
const PARTS = ['.', 'namespaces', 'namespaces/default', 'namespaces/default/input', RESOURCES];
const CREATE = 'mkl create web 1 --priority a'.split(' ');

test.each([
  ['is world-writable', (at: string) => chmodSync(at, 0o777)],
  [
    'is a symbolic link to a place outside the data home',
    (at: string) => (renameSync(at, folder.at('elsewhere')), symlinkSync(folder.at('elsewhere'), at)),
  ],
])('a folder that %s: writes are refused, reads are warned about', async (why, spoil) => {
  let tried = 0;
  for (const part of PARTS) {
    const site = newSite();
    mkdirSync(path.join(site.home, RESOURCES), { recursive: true });
    if (part === '.' && why.includes('symbolic link')) continue;
    spoil(path.join(site.home, part));
    const [write, dry, read] = [
      await site.run(CREATE),
      await site.run([...CREATE, '--dry-run', 'server']),
      await site.run(['mkl', 'status']),
    ];
    expect({ part, statuses: [write.status, dry.status, read.status] }).toEqual({ part, statuses: [1, 1, 0] });
    for (const { stderr } of [write, dry, read]) expect(stderr).toContain(why);
    spawnSync('rm', ['-rf', folder.at('elsewhere')]);
    site.remove();
    tried += 1;
  }
  rows.push([`a folder of the data home ${why}`, tried * 3, 'writes refused, reads warned about']);
});

test('a data home that is a link of our own is judged by where it leads', async () => {
  const site = newSite();
  mkdirSync(folder.at('real'));
  symlinkSync(folder.at('real'), site.home);
  expect((await site.run(CREATE)).status).toBe(0);
  expect(existsSync(folder.at('real', RESOURCES, 'MultiKeyListener-web.yaml'))).toBe(true);
  rows.push(['the data home is a link of ours', 1, 'followed']);
  site.remove();
});

whenRoot("somebody else's folder inside a data home", async () => {
  for (const part of PARTS.slice(1)) {
    const site = newSite();
    mkdirSync(path.join(site.home, RESOURCES), { recursive: true });
    chownSync(path.join(site.home, part), 12345, 12345);
    const { status, stderr } = await site.run(CREATE);
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('uid 12345') });
    site.remove();
  }
  rows.push(["a folder of the data home is somebody else's", PARTS.length - 1, 'writes refused']);
});

test('hand-over: nothing from the current directory or from a folder that everybody may write to', async () => {
  const open = folder.at('open');
  const here = folder.at('here');
  const trap = folder.at('trapped');
  for (const each of [open, here]) {
    mkdirSync(each);
    writeFileSync(path.join(each, 'skupper'), `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
  }
  chmodSync(open, 0o777);
  const values = [open, '', '.', './', '..', 'here', `${open}:.`, `:${open}`];
  for (const value of values) {
    const env = { PATH: `${value}:/none` };
    expect((await skupper(['site', 'status'], { env, cwd: here })).status).toBe(127);
    const words = 'mkl create web 1 --priority a --reload -p linux'.split(' ');
    expect((await skupper([...words, '--data-home', folder.at('none')], { env, cwd: here })).status).toBe(2);
  }
  expect(existsSync(trap)).toBe(false);
  rows.push(['a skupper in the current directory or a folder open to all, on the PATH', values.length * 2, 'not run']);
});

const SHELLS = ['bash', 'zsh', 'fish'].filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0);
test.each(SHELLS)('completing in %s runs nothing that is named in a resource', async (shell) => {
  const site = newSite();
  const trap = folder.at(`ran-${shell}`);
  const names = [
    `$(touch ${trap})`,
    `\`touch ${trap}\``,
    `x;touch ${trap}`,
    `x' $(touch ${trap}) '`,
    `x\ntouch ${trap}`,
    'harmless',
  ];
  const documents = names.map((name) => ({
    ...{ apiVersion: 'skupper.io/v2alpha1', kind: 'MultiKeyListener', metadata: { name, labels: { [name]: name } } },
    spec: { host: 'h', port: 1, strategy: { priority: { routingKeys: [name] } } },
  }));
  site.put(documents.map((each) => JSON.stringify(each)).join('\n---\n'), 'input', 'resources', 'hostile.yaml');
  const bin = folder.at(`bin-${shell}`);
  mkdirSync(bin);
  writeFileSync(
    path.join(bin, 'skupper'),
    `#!/bin/sh\nexec ${process.execPath} ${path.resolve('bin/skupper.js')} "$@"\n`,
    { mode: 0o755 },
  );
  // Would be run if completing handed a line over.
  const next = folder.at(`next-${shell}`);
  mkdirSync(next);
  writeFileSync(path.join(next, 'skupper'), `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
  const script = (await skupper(['mkl', 'completion', shell])).stdout;
  writeFileSync(folder.at(`script-${shell}`), script);
  const line = 'skupper mkl delete ';
  const ask = {
    bash: `source ${folder.at('script-bash')}; COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=(skupper mkl delete ''); COMP_CWORD=3; _skupper_multikeylistener skupper; printf '%s\\n' "\${COMPREPLY[@]}"`,
    zsh: `autoload -Uz compinit; compinit -u -d ${folder.at('zdump')}; source ${folder.at('script-zsh')}; words=(skupper mkl delete ''); CURRENT=4; PREFIX=''; _describe() { print -rl -- $found }; _skupper_multikeylistener`,
    fish: `source ${folder.at('script-fish')}; complete -C '${line}'`,
  }[shell as 'bash'];
  const env = environment({ ...site.env, HOME: folder.path, PATH: `${bin}:${next}:${process.env['PATH']}` });
  const { stdout } = spawnSync(shell, ['-c', ask], { env, encoding: 'utf8', cwd: folder.path });
  expect(stdout).toContain('harmless');
  expect(stdout).not.toContain('touch');
  expect(existsSync(trap)).toBe(false);
  rows.push([
    `${shell} completes names, with hostile names in the site`,
    names.length,
    'nothing run, nothing hostile offered',
  ]);
  site.remove();
});
