import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { skupper, started, temporaryFolder, type Result, type RunOptions } from '../support/program.js';

const manifest = (name: string, port: number | string = 8080): string => `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: ${name}
spec:
  host: ${name}
  port: ${port}
  strategy:
    weighted:
      routingKeys:
        east: 1
`;

describe('validate', () => {
  const folder = temporaryFolder();
  const put = (name: string, text: string): void => {
    mkdirSync(path.dirname(folder.at(name)), { recursive: true });
    writeFileSync(folder.at(name), text);
  };
  const run = (args: string[], options: RunOptions = {}): Promise<Result> =>
    skupper(['mkl', 'validate', ...args], { cwd: folder.path, ...options });

  beforeAll(() => {
    put('good.yaml', manifest('good'));
    put(
      'deploy/bad.yaml',
      `kind: Site\n---\n${manifest('bad', 0)}---\n${manifest('bad').replace('host: bad', 'host: B')}`,
    );
    put('deploy/more/ok.json', '{"kind": "Service"}');
    symlinkSync('..', folder.at('deploy/more/up'));
    put('notice.yaml', `${manifest('notice')}status: {}\n`);
  });
  afterAll(() => folder.remove());

  test('all is well: nothing on stdout, the summary on stderr', async () => {
    expect(await run(['-f', 'good.yaml'])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '1 document in 1 file: all valid\n',
    });
  });

  test('every problem on stdout with its place, exit 2', async () => {
    const { status, stdout, stderr } = await run(['-R', 'deploy', 'good.yaml']);
    expect(stdout.split('\n').map((line) => line.replace(/^([^ ]+ [^ ]+).*/, '$1'))).toEqual([
      'deploy/bad.yaml:9:9: spec.port:',
      'deploy/bad.yaml:18:9: metadata.name:',
      'deploy/bad.yaml:20:9: spec.host:',
      '',
    ]);
    expect(stdout).toContain('"bad" is already defined in deploy/bad.yaml:3');
    expect(stderr).toBe('Error: 3 documents in 3 files: 2 invalid (3 problems), 2 of other kinds skipped\n');
    expect(status).toBe(2);
  });

  test('-o json: one document on stdout, one error object on stderr', async () => {
    const { status, stdout, stderr } = await run(['-f', 'deploy', '-f', 'good.yaml', '-o', 'json']);
    const document = JSON.parse(stdout) as { problems: object[]; counts: object };
    const schema = readFileSync(new URL('../../docs/schemas/validate.schema.json', import.meta.url), 'utf8');
    const conforms = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(schema) as object);
    conforms(document);
    expect(conforms.errors ?? []).toEqual([]);
    expect(document.problems[0]).toEqual({
      file: 'deploy/bad.yaml',
      line: 9,
      column: 9,
      document: 2,
      resource: 'bad',
      field: 'spec.port',
      message: 'must be from 1 to 65535, not 0',
      rule: 'port-range',
      severity: 'error',
    });
    expect(document.counts).toMatchObject({ files: 2, documents: 3, valid: 1, invalid: 2, skipped: 1, errors: 3 });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'invalid', reason: 'Invalid', exitCode: 2 } });
    expect(status).toBe(2);
  });

  test('-o github: annotations', async () => {
    const { status, stdout } = await run(['deploy/*.yaml', 'notice.yaml', '-o', 'github']);
    expect(stdout.split('\n')).toEqual([
      '::error file=deploy/bad.yaml,line=9,col=9::spec.port: must be from 1 to 65535, not 0',
      expect.stringMatching(/^::error file=deploy\/bad\.yaml,line=18,col=9::metadata\.name: /),
      expect.stringMatching(/^::error file=deploy\/bad\.yaml,line=20,col=9::spec\.host: /),
      '::notice file=notice.yaml,line=12,col=1::status: is ignored: it is set by the server',
      '',
    ]);
    expect(status).toBe(2);
  });

  test('a notice alone is no error', async () => {
    const { status, stdout } = await run(['notice.yaml']);
    expect(stdout).toBe('notice.yaml:12:1: notice: status: is ignored: it is set by the server\n');
    expect(status).toBe(0);
  });

  test('the rules of the platform, and the namespace of the flag', async () => {
    const stdin = {
      text: manifest('web').replace('host: web', 'host: 10.0.0.1').replace('name: web', 'name: web\n  namespace: east'),
    };
    const [kubernetes, linux, west] = await Promise.all([
      run(['-'], { stdin }),
      run(['-', '-p', 'linux'], { stdin }),
      run(['-', '-p', 'linux', '-n', 'west'], { stdin }),
    ]);
    expect(kubernetes.stdout).toMatch(/^standard input:7:9: spec\.host: /);
    expect(linux).toMatchObject({ status: 0, stdout: '' });
    expect(west.stdout).toBe('standard input:5:14: metadata.namespace: is east, but --namespace is west\n');
  });

  test('files that cannot be read are told, the others still checked', async () => {
    const { status, stdout } = await run(['gone.yaml', '*.toml', '/dev/zero', 'deploy/bad.yaml']);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'gone.yaml: cannot be read: no such file or directory',
      '*.toml: cannot be read: no file matches this pattern',
      expect.stringMatching(/^\/dev\/zero: cannot be read: it is a device/),
    ]);
    expect(stdout).toContain('deploy/bad.yaml:9:9: spec.port');
    expect(status).toBe(2);
  });

  test('only other kinds: a warning', async () => {
    const { status, stderr } = await run(['-'], { stdin: { text: 'kind: Site\n' } });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: '0 documents in 1 file: 1 of other kinds skipped\nWarning: No MultiKeyListeners found in the files.\n',
    });
  });

  test.each([
    ['nothing named', [], 'no file given'],
    ['an unknown flag', ['--frobnicate'], 'unknown flag: --frobnicate'],
    ['a format of others', ['good.yaml', '-o', 'wide'], 'wide'],
  ])('usage: %s', async (_title, args, message) => {
    const { status, stdout, stderr } = await run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('100,000 documents of which 10,000 are wrong: bounded output, all counted', async () => {
    const parts = Array.from({ length: 100_000 }, (_, index) => manifest(`w${index}`, index % 10 === 0 ? 0 : 8080));
    put('large.yaml', parts.join('---\n'));
    const { status, stdout, stderr } = await run(['large.yaml']);
    expect(status).toBe(2);
    expect(stdout.split('\n')).toHaveLength(1_001);
    expect(stderr).toBe('Error: 100000 documents in 1 file: 10000 invalid (10000 problems), 9000 not listed\n');
  });

  test('many large files take no more memory than one', async () => {
    const comment = `# ${'x'.repeat(1_500_000)}\n`;
    for (let index = 0; index < 60; index += 1) {
      put(`heavy/f${index}.yaml`, comment + manifest(`a-name-that-is-long-${index}`, index % 2 === 0 ? 0 : 8080));
    }
    const env = { NODE_OPTIONS: '--max-old-space-size=40' };
    const { status, stdout } = await run(['heavy', '-o', 'json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ counts: { files: 60, documents: 60, invalid: 30, errors: 30 } });
    expect(status).toBe(2);
  });

  test('Ctrl-C ends it', async () => {
    const interruptedAfter = async (ms: number): Promise<Result> => {
      const running = started(['mkl', 'validate', 'large.yaml', 'large.yaml'], { cwd: folder.path });
      setTimeout(() => running.kill('SIGINT'), ms);
      return running.result;
    };
    let result = await interruptedAfter(1000);
    // The signal itself ended it where the machine took longer than that to load the program.
    if (result.signal !== null) result = await interruptedAfter(30_000);
    expect(result.status).toBe(130);
  });

  test('a reader that goes away ends the output quietly', async () => {
    const { status, stderr } = await run(['large.yaml'], { closeStdout: true });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^Error: 100000 documents/);
  });

  test('create reads folders and patterns too', async () => {
    const create = (...args: string[]): Promise<Result> =>
      skupper(['mkl', 'create', '--dry-run', 'client', ...args], { cwd: folder.path });
    put('set/a.yaml', manifest('a'));
    put('set/more/b.yaml', manifest('b'));
    const [flat, deep, pattern, other] = await Promise.all([
      create('-f', 'set'),
      create('-R', '-f', 'set'),
      create('-f', 'set/**/b.*'),
      create('-f', 'deploy/more'),
    ]);
    expect(flat.stdout).toBe('multikeylistener/a created (dry run)\n');
    expect(deep.stdout).toBe('multikeylistener/a created (dry run)\nmultikeylistener/b created (dry run)\n');
    expect(pattern.stdout).toBe('multikeylistener/b created (dry run)\n');
    expect(other).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('kind') });
  });
});
