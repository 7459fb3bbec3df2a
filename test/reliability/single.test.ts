import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { liveCluster } from '../support/emulator/emulator-cluster.js';
import { environment, skupper, temporaryFolder, type Result } from '../support/program.js';
import { newSite } from '../cli/site.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = temporaryFolder();
const site = newSite();
/** The folder of the executable is the whole PATH: nothing else can help it, no Node either. */
const bin = folder.at('bin');
const single = path.join(bin, 'skupper');

function build(file: string, env: NodeJS.ProcessEnv): void {
  const options = { cwd: ROOT, env: { ...process.env, ...env }, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(process.execPath, ['.config/release/single.js', file], options);
  if (status !== 0) throw new Error(stderr);
}

type Output = Omit<Result, 'signal'>;

function run(words: readonly string[], env: Record<string, string | undefined> = {}, file = single): Promise<Output> {
  const options = { cwd: folder.path, env: environment({ ...site.env, PATH: bin, ...env }) };
  return new Promise((resolve) => {
    const child = execFile(file, words, options, (_error, stdout, stderr) =>
      resolve({ stdout, stderr, status: child.exitCode }),
    );
  });
}

beforeAll(() => build(single, {}), 300_000);
afterAll(() => {
  folder.remove();
  site.remove();
});

test('two builds have the same bytes, and nothing of this machine in them', () => {
  const other = folder.at('other');
  build(other, { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', TMPDIR: folder.path });
  const bytes = readFileSync(single);
  expect(readFileSync(other).equals(bytes)).toBe(true);
  for (const place of [ROOT, folder.path]) expect([place, bytes.includes(place)]).toEqual([place, false]);
});

const LINES = [
  '--version',
  '--help',
  'mkl',
  'mkl --help',
  'mkl create web 8080 --weighted east=1,west=2',
  'mkl create web 8080 --weighted east=1',
  'mkl update web --port 8081',
  'mkl status',
  'mkl status -o yaml',
  'mkl inspect web',
  'mkl check',
  'mkl generate žluť 1 --priority a',
  'mkl generate --from web -o json',
  'mkl apply -f web.yaml --diff --dry-run client',
  'mkl validate -f web.yaml',
  'mkl wait web --for create',
  'mkl delete web',
  'mkl completion zsh',
  'mkl __complete -- mkl st',
  'mkl __complete -- mkl status --',
  'mkl staus',
  'mkl status --nonsense -o json',
  'site status',
];

test('every line says and does what it does in an installed package', async () => {
  const { stdout } = await skupper(['mkl', 'generate', 'web', '8080', '--weighted', 'east=5']);
  writeFileSync(folder.at('web.yaml'), stdout);
  const [one, other] = [newSite(), newSite()];
  try {
    for (const line of LINES) {
      const words = line.split(' ');
      const there = await skupper(words, { env: { ...one.env, PATH: bin }, cwd: folder.path });
      const here = await run(words, other.env);
      const steady = (text: string): string => text.replaceAll(one.home, other.home).replace(/"uid": ?"[^"]*"/g, '');
      const { signal, ...expected } = { ...there, stdout: steady(there.stdout), stderr: steady(there.stderr) };
      expect({ line, signal, ...here, stdout: steady(here.stdout) }).toEqual({ line, signal: null, ...expected });
    }
    expect(other.files()).toEqual(one.files());
  } finally {
    one.remove();
    other.remove();
  }
});

test('help of every command at every width is inside', async () => {
  const { commands } = JSON.parse(readFileSync(path.join(ROOT, 'oclif.manifest.json'), 'utf8')) as { commands: object };
  for (const id of Object.keys(commands)) {
    const { status, stdout } = await run([...id.split(':'), '--help']);
    expect([id, status, stdout]).toEqual([id, 0, expect.stringContaining('USAGE')]);
  }
});

test('it talks to an API server, and is the kubectl plugin under its name', async () => {
  const cluster = await liveCluster();
  try {
    cluster.add('web');
    const plugin = folder.at('kubectl-skupper_mkl');
    symlinkSync(single, plugin);
    const env = { KUBECONFIG: cluster.kubeconfig, SKUPPER_PLATFORM: 'podman' };
    const { status, stdout } = await run(['status', '-o', 'name'], env, plugin);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'multikeylistener/web\n' });
  } finally {
    await cluster.stop();
  }
});

describe('the hand-over', () => {
  const other = folder.at('other-bin');
  beforeAll(() => {
    mkdirSync(other);
    writeFileSync(path.join(other, 'skupper'), '#!/bin/sh\nprintf "<%s>" "$@"\nexit 5\n');
    chmodSync(path.join(other, 'skupper'), 0o755);
  });

  test('goes to the next skupper on the PATH, called by its bare name too', async () => {
    const PATH = `${bin}:${other}`;
    const { stdout, status } = await run(['site', 'a b', ''], { PATH });
    expect({ stdout, status }).toEqual({ stdout: '<site><a b><>', status: 5 });
    const shell = await run(['-c', 'skupper site x'], { PATH }, '/bin/sh');
    expect({ stdout: shell.stdout, status: shell.status }).toEqual({ stdout: '<site><x>', status: 5 });
  });

  test('never to itself: not by a link, and not for ever by a copy', async () => {
    const [links, copies] = [folder.at('links'), folder.at('copies')];
    for (const each of [links, copies]) mkdirSync(each);
    linkSync(single, path.join(links, 'skupper'));
    copyFileSync(single, path.join(copies, 'skupper'));
    const { stdout, status } = await run(['site'], { PATH: [bin, links, copies, other].join(':') });
    expect({ stdout, status }).toEqual({ stdout: '<site>', status: 5 });
    expect((await run(['site'], { PATH: [bin, links, copies].join(':') })).status).toBe(127);
  });
});
