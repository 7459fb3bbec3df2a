import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { writeKubeconfig } from '../support/cluster/kubeconfig.js';
import { environment, skupper, temporaryFolder } from '../support/program.js';
import { newSite } from './site.js';

const site = newSite();
const folder = temporaryFolder();
beforeAll(async () => {
  await site.run(['mkl', 'create', 'web', '80', '--weighted', 'east=3,west=1', '--label', 'app=shop', '--force']);
  await site.run(['mkl', 'create', 'db', '81', '--priority', 'primary,standby', '--label', 'app=db', '--force']);
  await site.run(['mkl', 'create', 'other', '82', '--priority', 'x', '-n', 'west', '--force']);
});
afterAll(() => {
  site.remove();
  folder.remove();
});

interface Completed {
  values: string[];
  descriptions: string[];
  directive: number;
}

async function complete(
  words: readonly string[],
  env: Record<string, string | undefined> = site.env,
): Promise<Completed> {
  const result = await skupper(['multikeylistener', '__complete', '--', ...words], { env });
  expect(result).toMatchObject({ status: 0, stderr: '' });
  const lines = result.stdout.split('\n').slice(0, -1);
  const found = lines.slice(0, -1).map((line) => line.split('\t'));
  return {
    values: found.map(([value = '']) => value),
    descriptions: found.map(([, description = '']) => description),
    directive: Number(lines.at(-1)?.slice(1)),
  };
}

const NO_SPACE = 2;
const NO_FILES = 4;

describe('what stands in the program itself', () => {
  test.each<[string, string[]]>([
    ['mkl sta', ['status']],
    ['m', ['multikeylistener', 'mkl']],
    ['mkl status --no-h', ['--no-headers']],
    ['mkl create --no-pre', ['--no-preflight']],
    ['mkl status -p ', ['kubernetes', 'podman', 'docker', 'linux']],
    ['mkl status --platform=po', ['--platform=podman']],
    ['mkl status -o ', ['table', 'wide', 'json', 'yaml', 'name', 'custom-columns=']],
    ['mkl create --wait ', ['none', 'configured', 'ready']],
    ['mkl create --dry-run c', ['client']],
    ['mkl wait web --for re', ['ready']],
    ['mkl wait web --for ke', ['key=', 'keys=']],
    ['mkl completion ', ['bash', 'zsh', 'fish']],
    ['mkl create ', []],
    ['mkl nope ', []],
    ['site ', []],
    ['-p li', ['linux']],
  ])('%s', async (line, values) => {
    expect((await complete(line.split(' '))).values).toEqual(values);
  });

  test('commands and flags have descriptions; a flag that is given or shut out is not offered', async () => {
    const [commands, flags] = await Promise.all([
      complete(['mkl', '']),
      complete(['mkl', 'status', '-A', '--watch', '--']),
    ]);
    expect(commands.values).toContain('inspect');
    expect(commands.descriptions.every((text) => text !== '')).toBe(true);
    expect(flags.values).toContain('--selector');
    for (const gone of ['--all-namespaces', '--watch', '--exit-code']) expect(flags.values).not.toContain(gone);
  });

  test('files and folders are left to the shell', async () => {
    const [file, home] = await Promise.all([
      complete(['mkl', 'create', '-f', '']),
      complete(['mkl', 'status', '--data-home', '']),
    ]);
    expect([file, home]).toEqual([
      { values: [], descriptions: [], directive: 0 },
      { values: [], descriptions: [], directive: 16 },
    ]);
  });
});

describe('on a system site', () => {
  test.each<[string, string[], number]>([
    ['mkl inspect ', ['db', 'web'], NO_FILES],
    ['mkl traffic web ', ['db'], NO_FILES],
    ['mkl delete web ', ['db'], NO_FILES],
    ['mkl status -n west ', ['other'], NO_FILES],
    ['-n west mkl status ', ['other'], NO_FILES],
    ['mkl status -l app=shop ', [], NO_FILES],
    ['mkl status -n ', ['default', 'west'], NO_FILES],
    ['mkl status -l ', ['app=db', 'app=shop'], NO_SPACE | NO_FILES],
    ['mkl status -l x,app=s', ['x,app=shop'], NO_SPACE | NO_FILES],
    ['mkl update web --weighted e', ['east='], NO_SPACE | NO_FILES],
    ['mkl update web --weighted east=1,', ['east=1,primary=', 'east=1,standby=', 'east=1,west='], NO_SPACE | NO_FILES],
    ['mkl update web --weighted=east=1,w', ['--weighted=east=1,west='], NO_SPACE | NO_FILES],
    ['mkl update web --weighted east=', [], NO_FILES],
    ['mkl create n 1 --priority west --priority primary,', ['primary,standby', 'primary,east'], NO_SPACE | NO_FILES],
    ['mkl inspect web --without ', ['east', 'west'], NO_SPACE | NO_FILES],
    ['mkl wait web --for key=p', ['key=primary'], NO_FILES],
  ])('%s', async (line, values, directive) => {
    expect(await complete(line.split(' '))).toMatchObject({ values, directive });
  });
});

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that answers lists, or never. */
async function lists(answer: (url: string) => object[] | undefined): Promise<{ kubeconfig: string }> {
  const server = createServer((request, response) => {
    const items = answer(request.url ?? '');
    if (!items) return;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const file = folder.at(`config-${port}`);
  const parts = { server: `http://127.0.0.1:${port}`, token: 't', namespace: 'shop', context: 'prod' };
  return { kubeconfig: await writeKubeconfig(file, parts) };
}

const named = (name: string, rest: object = {}): object => ({
  metadata: { name, namespace: 'shop', uid: name },
  ...rest,
});
const WEB = named('web', {
  spec: { host: 'web', port: 80, strategy: { priority: { routingKeys: ['east', '$(touch x)'] } } },
});
const SITE = named('s', {
  status: {
    conditions: [{ type: 'Configured', status: 'True' }],
    network: [
      {
        id: 's',
        name: 's',
        services: ['west', '`id`', 'a b', '\u001b[2J'].map((routingKey) => ({ routingKey, connectors: ['c'] })),
      },
    ],
  },
});

describe('on Kubernetes', () => {
  let env: Record<string, string>;
  beforeAll(async () => {
    const started = await lists((url) => {
      if (url.startsWith('/api/v1/namespaces?')) return [named('default'), named('shop')];
      if (url.includes('/multikeylisteners')) return [WEB];
      return url.includes('/sites') ? [SITE] : [];
    });
    env = { KUBECONFIG: started.kubeconfig };
  });

  test.each<[string, string[]]>([
    ['mkl status -c ', ['prod']],
    ['mkl status -n ', ['default', 'shop']],
    ['mkl status ', ['web']],
    ['mkl create n 1 --weighted ', ['west=', 'east=']],
  ])('%s; nothing that a shell would read in another way', async (line, values) => {
    const found = await complete(line.split(' '), env);
    expect(found.values.sort()).toEqual(values.sort());
  });
});

describe('whatever happens: silent, exit 0, within its time', () => {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'plugin', interactiveMode: 'Never' };
  test.each<[string, () => Promise<Record<string, string>>]>([
    ['no kubeconfig', async () => ({ KUBECONFIG: '/none' })],
    ['a wrong one', async () => ({ KUBECONFIG: site.file('garbage', '\u0000{[') })],
    ['a wrong platform', async () => ({ SKUPPER_PLATFORM: 'vms' })],
    [
      'refused',
      async () => ({ KUBECONFIG: await writeKubeconfig(folder.at('refused'), { server: 'http://127.0.0.1:1' }) }),
    ],
    ['a server that never answers', async () => ({ KUBECONFIG: (await lists(() => undefined)).kubeconfig })],
    [
      'a plugin that never answers',
      async () => ({
        KUBECONFIG: await pluginConfig(),
        PATH: `${fakePlugin('slow', 'exec sleep 3600')}:/usr/bin:/bin`,
      }),
    ],
  ])('%s', async (_title, setUp) => {
    const env = { ...(await setUp()), SKUPPER_MKL_COMPLETION_TIMEOUT: undefined };
    for (const line of ['mkl status ', 'mkl create n 1 --weighted '])
      expect(await complete(line.split(' '), env)).toMatchObject({ values: [] });
  });

  test('what is known in time is offered: keys in use though the network never answers', async () => {
    const { kubeconfig } = await lists((url) => (url.includes('/multikeylisteners') ? [WEB] : undefined));
    const env = { KUBECONFIG: kubeconfig, SKUPPER_MKL_COMPLETION_TIMEOUT: '4' };
    const { values } = await complete(['mkl', 'create', 'n', '1', '--weighted', ''], env);
    expect(values).toEqual(['east=']);
  });

  test('no plugin of the current directory runs, whatever the PATH says', async () => {
    const cwd = fakePlugin('planted', `touch "${folder.at('ran')}"`);
    const result = await skupper(['mkl', '__complete', '--', 'mkl', 'status', ''], {
      cwd,
      env: { KUBECONFIG: await pluginConfig(), PATH: `.::${path.dirname(process.execPath)}` },
    });
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(folder.at('ran'))).toBe(false);
  });

  function fakePlugin(name: string, script: string): string {
    mkdirSync(folder.at(name), { recursive: true });
    writeFileSync(folder.at(name, 'plugin'), `#!/bin/sh\n${script}\n`);
    chmodSync(folder.at(name, 'plugin'), 0o755);
    return folder.at(name);
  }

  function pluginConfig(): Promise<string> {
    return writeKubeconfig(folder.at('plugin-config'), { server: 'http://127.0.0.1:1', user: { exec } });
  }
});

describe('bash', () => {
  const bin = folder.at('bin');
  beforeAll(() => {
    mkdirSync(bin, { recursive: true });
    symlinkSync(path.resolve('bin', 'skupper.js'), path.join(bin, 'skupper'));
  });

  /** What bash would put in place of the word before the cursor, its own word breaks included. */
  function tab(line: string, before = '', cwd = folder.path, PATH = `${bin}:${process.env['PATH']}`): string[] {
    const script = `
      ${before}
      source "$SCRIPT"
      COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=()
      while read -r word; do COMP_WORDS+=("$word"); done < <(grep -oE '[=:]|[^ =:]+' <<<"$1")
      [[ $1 == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
      [[ $(complete -p skupper) == *_skupper_multikeylistener* ]] || echo not registered
      _skupper_multikeylistener skupper
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = environment({ ...site.env, PATH, SCRIPT: script_ });
    const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', line], { cwd, env, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((value) => value !== '');
  }
  const script_ = folder.at('completion.bash');
  beforeAll(async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { status, stdout } = await skupper(['mkl', 'completion', shell]);
      expect(status).toBe(0);
      writeFileSync(folder.at(`completion.${shell}`), stdout);
    }
  });

  test.each<[string, string[]]>([
    ['skupper mkl sta', ['status']],
    ['skupper mkl inspect ', ['db', 'web']],
    ['skupper mkl update web --weighted east=1,w', ['1,west=']],
    ['skupper mkl update web --weighted=ea', ['east=']],
    ['skupper mkl status -l app=s', ['shop']],
    ['skupper -n west mkl status ', ['other']],
    ['skupper ', ['multikeylistener', 'mkl']],
    ['skupper site ', []],
  ])('%s', (line, values) => {
    expect(tab(line)).toEqual(values);
  });

  test('other topics are left to the completion that was there', () => {
    const before = '_theirs() { COMPREPLY=(theirs); }; complete -F _theirs skupper';
    expect(tab('skupper site ', before)).toEqual(['theirs']);
    expect(tab('skupper ', before)).toEqual(['theirs', 'multikeylistener', 'mkl']);
    expect(tab('skupper mkl sta', before)).toEqual(['status']);
    // Sourced twice it does not call itself.
    expect(tab('skupper site ', `${before}; source "$SCRIPT"`)).toEqual(['theirs']);
  });

  test('nothing of the current directory is run', () => {
    const cwd = folder.at('planted-program');
    mkdirSync(cwd);
    writeFileSync(path.join(cwd, 'skupper'), `#!/bin/sh\ntouch "${folder.at('ran-too')}"\n`, { mode: 0o755 });
    expect(tab('skupper mkl sta', '', cwd, '.:/usr/bin:/bin')).toEqual([]);
    expect(existsSync(folder.at('ran-too'))).toBe(false);
  });

  test.each(['zsh', 'fish'])('the script of %s is one, where that shell is there to say so', (shell) => {
    const { status, error } = spawnSync(shell, ['-n', folder.at(`completion.${shell}`)]);
    expect(error ? 0 : status).toBe(0);
  });
});
