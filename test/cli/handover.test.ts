import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import {
  environment,
  hasTerminal,
  onTerminal,
  skupper,
  started,
  temporaryFolder,
  type Result,
} from '../support/program.js';

const BIN = path.resolve('bin', 'skupper.js');
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** A program named skupper in a folder of its own; returns the folder. */
function fake(name: string, script: string, mode = 0o755): string {
  mkdirSync(folder.at(name), { recursive: true });
  writeFileSync(folder.at(name, 'skupper'), `#!/bin/sh\n${script}\n`);
  chmodSync(folder.at(name, 'skupper'), mode);
  return folder.at(name);
}

const pathOf = (...folders: string[]): { PATH: string } => ({ PATH: [...folders, '/usr/bin', '/bin'].join(':') });
const hand = (words: string[], folders: string[], env = {}): Promise<Result> =>
  skupper(words, { env: { ...pathOf(...folders), ...env } });
const echo = fake('echo', 'for word; do printf "<%s>" "$word"; done');

describe('the words', () => {
  test('as they are: empty ones, blanks, line breaks, quotes, dashes, non-ASCII', async () => {
    const words = ['link', '', ' a  b ', 'x\ny\n', `'"$(id)\`\\`, '--', '-n', '*', 'žluť 🐎', '\ufffd'];
    const { stdout, status } = await hand(words, [echo]);
    expect({ stdout, status }).toEqual({ stdout: words.map((word) => `<${word}>`).join(''), status: 0 });
  });

  test('what only looks like ours belongs to the other, and ours never does', async () => {
    const [foreign, version, own] = await Promise.all([
      hand(['mklx'], [echo]),
      hand(['version'], [echo]),
      hand(['--version'], [echo]),
    ]);
    expect([foreign.stdout, version.stdout]).toEqual(['<mklx>', '<version>']);
    expect(own.stdout).toContain('skupper-multikeylistener/');
  });
});

describe('streams, environment and status', () => {
  test('each stream by itself, and stdin read to its end', async () => {
    const both = fake('streams', 'cat; echo out; echo err >&2; exit 42');
    const result = await skupper(['site'], { env: pathOf(both), stdin: { text: 'in\n' } });
    expect(result).toMatchObject({ stdout: 'in\nout\n', stderr: 'err\n', status: 42, signal: null });
  });

  test.each([0, 1, 2, 126, 127, 255])('exit status %d', async (status) => {
    expect((await hand(['site'], [fake(`exit-${status}`, `exit ${status}`)])).status).toBe(status);
  });

  test('the environment and the current directory, and one variable more', async () => {
    const env = fake('env', 'pwd; env');
    const cwd = folder.at('env');
    const { stdout } = await skupper(['site'], { env: { ...pathOf(env), WEIRD: 'a b=c\nd' }, cwd });
    expect(stdout).toContain(cwd);
    expect(stdout).toContain('WEIRD=a b=c\nd');
    expect(stdout).toMatch(/^SKUPPER_MKL_HANDOVER=\{"depth":1/m);
  });

  test("a shell's <(…) can be read", () => {
    const read = fake('read', 'cat "$2"');
    const line = `"${process.execPath}" "${BIN}" site <(echo from a pipe)`;
    const { stdout, stderr } = spawnSync('bash', ['-c', line], { env: environment(pathOf(read)), encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: 'from a pipe\n', stderr: '' });
  });

  test.each(['TERM', 'KILL', 'SEGV', 'PIPE'])('death by SIG%s', async (signal) => {
    const { status, signal: died } = await hand(['site'], [fake(`dies-${signal}`, `kill -${signal} $$; sleep 9`)]);
    // Node itself ignores SIGPIPE, so it can only say what a shell would.
    expect(signal === 'PIPE' ? status : died).toBe(signal === 'PIPE' ? 141 : `SIG${signal}`);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)(
    '%s that only we get is passed on, once',
    async (signal) => {
      const name = signal.slice(3);
      const script = `n=0; trap 'n=$((n+1))' ${name}; echo ready; i=0; while [ $i -lt 8 ]; do sleep 0.1; i=$((i+1)); done; echo "got $n"; exit 5`;
      const program = started(['site'], { env: pathOf(fake(`traps-${name}`, script)) });
      while (!program.stdout().includes('ready')) await new Promise((resolve) => setTimeout(resolve, 20));
      program.kill(signal);
      expect(await program.result).toMatchObject({ stdout: 'ready\ngot 1\n', status: 5 });
    },
  );
});

describe('never itself', () => {
  const ours = folder.at('ours');
  mkdirSync(ours);
  symlinkSync(BIN, path.join(ours, 'skupper'));
  const wrap = (name: string, words = '"$@"'): string => fake(name, `exec "${process.execPath}" "${BIN}" ${words}`);

  test('a link to us is passed over', async () => {
    expect((await hand(['site'], [ours, echo])).stdout).toBe('<site>');
    expect((await hand(['site'], [ours])).status).toBe(127);
  });

  test('a wrapper that calls us again leads on to the next', async () => {
    const { stdout } = await hand(['site', 'x'], [wrap('wrapper'), wrap('wrapper2'), echo]);
    expect(stdout).toBe('<site><x>');
  });

  test('nothing but wrappers: one line, 127, no loop', async () => {
    const { status, stderr } = await hand(['site'], [wrap('wrapper'), wrap('wrapper2')]);
    expect(status).toBe(127);
    expect(stderr).toMatch(
      /^Error: unknown command "site", and .*wrapper\/skupper \(it resolves to this program\).*\n$/,
    );
  });

  test('a wrapper that adds a word each time: one line, 127, no loop', async () => {
    const { status, stderr } = await hand(['site'], [wrap('adds', '"$@" more')]);
    expect(status).toBe(127);
    expect(stderr).toMatch(/^Error: .*in a loop\n$/);
  });

  test('the other program may call us for a task of its own', async () => {
    const script = `case $1 in site) exec "${process.execPath}" "${BIN}" token;; *) printf "<%s>" "$@";; esac`;
    expect((await hand(['site'], [fake('nested', script)])).stdout).toBe('<token>');
  });
});

describe('nobody to hand to', () => {
  test('127 and one line that names what was looked for', async () => {
    const { status, stdout, stderr } = await hand(['site', 'status'], []);
    expect({ status, stdout, stderr }).toEqual({
      status: 127,
      stdout: '',
      stderr: 'Error: unknown command "site", and no other skupper on the PATH to pass it to\n',
    });
  });

  test('the topic is named, not the value of a flag before it', async () => {
    expect((await hand(['-n', 'west', 'site'], [])).stderr).toContain('unknown command "site"');
  });

  test('a slip of the hand is told', async () => {
    expect((await hand(['mlk'], [])).stderr).toContain('did you mean "mkl"?');
  });

  test('not what everybody may write, and it is said', async () => {
    const open = fake('open', 'echo ran');
    chmodSync(open, 0o1777);
    const { status, stdout, stderr } = await hand(['site'], [open]);
    expect({ status, stdout }).toEqual({ status: 127, stdout: '' });
    expect(stderr).toMatch(/^Error: .*open\/skupper \(.*open is world-writable\)\n$/);
  });

  test('not from the current directory', async () => {
    const cwd = fake('current', 'echo ran');
    for (const PATH of ['.', '', ':/usr/bin', './:/usr/bin'])
      expect(await skupper(['site'], { cwd, env: { PATH } })).toMatchObject({ status: 127, stdout: '' });
  });

  test('control characters of the word do not reach the terminal', async () => {
    expect((await hand(['\u001b[2J\u202e'], [])).stderr).not.toMatch(/[^\n\x20-\x7e]/);
  });

  test('what can not be run: 1 and one line', async () => {
    mkdirSync(folder.at('broken'));
    writeFileSync(folder.at('broken', 'skupper'), '#!/no/such/interpreter\n', { mode: 0o755 });
    const { status, stderr } = await hand(['site'], [folder.at('broken')]);
    expect({ status, lines: stderr.split('\n').length }).toEqual({ status: 1, lines: 2 });
    expect(stderr).toContain('cannot run');
  });
});

test('help says so', async () => {
  const { stdout } = await skupper(['--help']);
  expect(stdout).toMatch(/is passed unchanged to Skupper.s own skupper command\s+on\s+the\s+PATH/);
});

describe('help lists the commands of the other program', () => {
  const cobra = `printf 'About\\n\\nAvailable Commands:\\n  site   Sites\\n  token  To\\033kens\\n\\nFlags:\\n  -h\\n'`;

  test.each(['--help', '-h', 'help'])('skupper %s', async (word) => {
    const other = fake('cobra', cobra);
    const { stdout, status } = await hand([word], [other]);
    expect(stdout).toMatch(/COMMANDS OF .*cobra\/skupper\n {2}site {3}Sites\n {2}token {2}To\\ekens\n$/);
    expect(status).toBe(0);
  });

  test.each<[string, string]>([
    ['fails', 'exit 3'],
    ['lists none', 'echo nothing'],
  ])('and none where it %s', async (name, script) => {
    const { stdout, stderr, status } = await hand(['--help'], [fake(`help-${name.replace(' ', '-')}`, script)]);
    expect(stdout).not.toContain('COMMANDS OF');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  test('the help of one of our commands asks nobody', async () => {
    const { stdout } = await hand(['mkl', 'status', '--help'], [fake('cobra', cobra)]);
    expect(stdout).not.toContain('COMMANDS OF');
  });
});

test('the kubectl plugin is the same program, on Kubernetes unless told otherwise', () => {
  const plugin = path.resolve('bin', 'kubectl-skupper_mkl.js');
  const run = (...words: string[]): string => {
    const env = environment({
      SKUPPER_PLATFORM: 'linux',
      SKUPPER_MKL_DATA_HOME: folder.at('home'),
      KUBECONFIG: '/none',
    });
    const { stdout, stderr, status } = spawnSync(process.execPath, [plugin, ...words], { env, encoding: 'utf8' });
    return `${status} ${stdout}${stderr}`;
  };
  expect(run('status')).toMatch(/^8 Error: .*KUBECONFIG/);
  expect(run('status', '-p', 'linux', '--no-headers')).toMatch(/^0 No multikeylisteners/);
  expect(run('--version')).toMatch(/^0 skupper-multikeylistener/);
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: Record<string, string> };
  expect([bin['kubectl-skupper-mkl'], bin['kubectl-skupper_mkl']]).toEqual(Array(2).fill('bin/kubectl-skupper_mkl.js'));
});

if (hasTerminal()) describe('on a terminal', terminalTests);
else {
  test('there is no python3 to make a terminal with: what rests on one is not tested here', () => {
    expect(process.env['CI']).not.toBe('true');
  });
}

function terminalTests(): void {
  test('all three streams stay the terminal', async () => {
    const tty = fake(
      'tty',
      'for fd in 0 1 2; do test -t $fd && echo "tty $fd"; done; stty size; read line; echo "read $line"',
    );
    const typing = [{ after: 'tty 2', type: 'typed\r' }];
    const { screen, status } = await onTerminal(['site'], { env: pathOf(tty), columns: 91, typing });
    expect(status).toBe(0);
    for (const part of ['tty 0', 'tty 1', 'tty 2', '24 91', 'read typed']) expect(screen).toContain(part);
  });

  test('Ctrl-C reaches the other program once, and it may go on', async () => {
    const script = `n=0; trap 'n=$((n+1))' INT; echo ready; i=0; while [ $i -lt 10 ]; do sleep 0.1; i=$((i+1)); done; echo "got $n"; exit 9`;
    const typing = [{ after: 'ready', type: '\u0003' }];
    const { screen, status } = await onTerminal(['site'], { env: pathOf(fake('ctrl-c', script)), typing });
    expect(screen).toContain('got 1');
    expect(status).toBe(9);
  });

  test('Ctrl-C that ends it ends us by the same signal', async () => {
    const typing = [{ after: 'ready', type: '\u0003' }];
    const env = pathOf(fake('ctrl-c-ends', 'echo ready; exec sleep 20'));
    expect(await onTerminal(['site'], { env, typing })).toMatchObject({ status: null, signal: '2' });
  });
}
