import { load } from 'js-yaml';
import { newSite, runAll } from './site.js';
import { skupper, type Result } from '../support/program.js';

const site = newSite();
beforeAll(async () => {
  await site.run(['mkl', 'create', 'a', '81', '--weighted', 'x=1']);
  await site.run(['mkl', 'create', 'b', '82', '--priority', 'x,y']);
});
afterAll(() => site.remove());

const run = (line: string): Promise<Result> => site.run(line.split(' '));

describe('-o', () => {
  test('json and yaml say the same, as one document each', async () => {
    const lines = [
      'status',
      'status a',
      'status a b',
      'status -l none=x',
      'inspect b',
      'generate w 80 --weighted x=1',
      'create w 80 --weighted x=1 --dry-run server',
      'update a --port 91 --dry-run server',
      'update a --port 81',
    ];
    const results = await runAll(
      lines.flatMap((line) =>
        ['json', 'yaml'].map((format) => [`${line} ${format}`, () => run(`mkl ${line} -o ${format}`)] as const),
      ),
    );
    for (const line of lines) {
      const [json, yaml] = ['json', 'yaml'].map((format) => results.get(`${line} ${format}`)!);
      expect([line, json?.status, yaml?.status]).toEqual([line, 0, 0]);
      expect(load(yaml?.stdout ?? '')).toEqual(JSON.parse(json?.stdout ?? ''));
    }
    const kinds = (line: string): unknown[] => {
      const { kind, items } = JSON.parse(results.get(`${line} json`)?.stdout ?? '') as {
        kind: string;
        items?: { metadata: { name: string } }[];
      };
      return [kind, items?.map(({ metadata }) => metadata.name)];
    };
    expect(kinds('status')).toEqual(['List', ['a', 'b']]);
    expect(kinds('status a b')).toEqual(['List', ['a', 'b']]);
    expect(kinds('status a')).toEqual(['MultiKeyListener', undefined]);
    expect(kinds('status -l none=x')).toEqual(['List', []]);
  });

  test('name', async () => {
    const [status, created, removed] = await Promise.all([
      run('mkl status -o name'),
      run('mkl create w 80 --weighted x=1 --dry-run client -o name'),
      run('mkl delete a b --dry-run server -o name'),
    ]);
    expect(status.stdout).toBe('multikeylistener/a\nmultikeylistener/b\n');
    expect(created.stdout).toBe('multikeylistener/w\n');
    expect(removed.stdout).toBe('multikeylistener/a\nmultikeylistener/b\n');
  });

  test('wide has more columns than table, and --no-headers has no header', async () => {
    const [table, wide, bare] = await Promise.all([
      run('mkl status -o table'),
      run('mkl status -o wide'),
      run('mkl status --no-headers'),
    ]);
    expect(table.stdout).toMatch(/^NAME +STATUS +STRATEGY +KEYS +HOST +PORT +AGE\n/);
    expect(wide.stdout).toMatch(/^NAME .* AGE +ROUTING-KEYS +DESTINATION +MESSAGE\n/);
    expect(bare.stdout).toMatch(/^a /);
  });

  test('an error is one JSON object on stderr, and stdout is empty', async () => {
    const rows: [string, number, string][] = [
      ['mkl status x -o json', 3, 'not-found'],
      ['mkl status a x -o json', 3, 'not-found'],
      ['mkl inspect x --output=json', 3, 'not-found'],
      ['mkl create a 80 --weighted x=1 -o json', 5, 'already-exists'],
      ['mkl create w 0 --weighted x -ojson', 2, 'invalid'],
      ['mkl create --weighted x=1 -o json', 2, 'usage'],
      ['mkl update a --weighted x=2 -o json', 2, 'strategy-immutable'],
      ['mkl status --colour -o json', 2, 'usage'],
    ];
    const results = await runAll(rows.map(([line]) => [line, () => run(line)]));
    for (const [line, exit, code] of rows) {
      const { status, stdout, stderr } = results.get(line)!;
      expect({ line, status, stdout }).toEqual({ line, status: exit, stdout: '' });
      // Warnings, which are narration, may come before it.
      const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as {
        error: { code: string; exitCode: number; causes: unknown[]; hint: string; reason: string };
      };
      expect(error).toMatchObject({
        code,
        exitCode: exit,
        causes: expect.any(Array),
        hint: expect.any(String),
        reason: expect.any(String),
      });
    }
    const { error } = JSON.parse(results.get('mkl create w 0 --weighted x -ojson')?.stderr ?? '') as {
      error: { causes: { field: string }[] };
    };
    expect(error.causes.map(({ field }) => field)).toEqual(['spec.strategy.weighted.routingKeys[x]', 'spec.port']);
  });

  test('of a write is the object alone: no sentence on stdout', async () => {
    const { stdout } = await run('mkl create w 80 --weighted x=1 --dry-run server -o json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'MultiKeyListener', metadata: { name: 'w' } });
  });
});

describe('streams', () => {
  test('nothing in a pipe has an escape in it, whatever the environment says', async () => {
    const env = { FORCE_COLOR: '3', COLORTERM: 'truecolor', CLICOLOR_FORCE: '1' };
    for (const args of [
      ['mkl', 'status'],
      ['mkl', 'inspect', 'a'],
      ['mkl', 'status', 'x'],
      ['mkl', 'update', 'a', '--port', '9', '--diff', '--dry-run', 'client'],
    ]) {
      const { stdout, stderr } = await site.run(args, { env });
      expect(stdout + stderr).not.toContain('\u001b');
    }
  });

  test('a reader that goes away is no error', async () => {
    const status = await site.run(['mkl', 'status', '-o', 'json'], { closeStdout: true });
    expect(status).toMatchObject({ status: 0, signal: null, stderr: '' });
    const failing = await site.run(['mkl', 'status', 'x'], { closeStdout: true });
    expect(failing.status).toBe(3);
  });

  test('standard input may be closed, and is never read for arguments', async () => {
    const [closed, piped, loop] = await Promise.all([
      site.run(['mkl', 'status', '-o', 'name'], { stdin: 'closed' }),
      site.run(['mkl', 'create', '--weighted', 'x=1'], { stdin: { text: 'fromstdin\n80\n' } }),
      site.run(['mkl', 'status', '-o', 'name'], { stdin: { text: 'b\n' } }),
    ]);
    expect(closed).toMatchObject({ status: 0, stdout: 'multikeylistener/a\nmultikeylistener/b\n' });
    expect(piped.status).toBe(2);
    expect(piped.stderr).toContain('NAME and PORT are missing');
    expect(piped.stderr).not.toContain('fromstdin');
    expect(loop.stdout).toBe('multikeylistener/a\nmultikeylistener/b\n');
  });

  test('help and version are exit 0 on stdout, and touch nothing', async () => {
    const lines = [
      '--help',
      '-h',
      '--version',
      'mkl --help',
      'multikeylistener --help',
      ...['create', 'update', 'delete', 'status', 'inspect', 'generate'].map((name) => `mkl ${name} --help`),
      'mkl status -h',
    ];
    const results = await runAll(
      lines.map((line) => [line, () => skupper(line.split(' '), { env: { KUBECONFIG: '/no/such/file' } })]),
    );
    for (const line of lines) {
      const { status, stdout, stderr } = results.get(line)!;
      expect({ line, status, stderr }).toEqual({ line, status: 0, stderr: '' });
      expect(stdout).not.toBe('');
    }
    expect(results.get('mkl status --help')?.stdout).toMatch(/table.*wide.*json.*yaml.*name/s);
    expect(results.get('mkl create --help')?.stdout).toMatch(/kubernetes,\s+podman,\s+docker,\s+linux/);
  });

  test('a fault inside shows its stack with --debug only', async () => {
    const [plain, debug, env] = await Promise.all([
      run('mkl status x'),
      run('mkl status x --debug'),
      site.run(['mkl', 'status', 'x'], { env: { DEBUG: '1' } }),
    ]);
    expect(plain.stderr).not.toMatch(/^\s+at /m);
    expect(debug.stderr).toMatch(/^\s+at /m);
    expect(env.stderr).toMatch(/^\s+at /m);
    expect([plain.status, debug.status, env.status]).toEqual([3, 3, 3]);
  });
});
