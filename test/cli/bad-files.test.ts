import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { ApiDouble } from '../support/double/api-double.js';
import { skupper, type Result } from '../support/program.js';
import { newSite, runAll } from './site.js';

const GOOD = `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: good
spec:
  host: good
  port: 8080
  strategy:
    weighted:
      routingKeys:
        east: 1
`;

/** Nine levels of nine aliases each: 387,420,489 nodes. */
const BOMB = `a0: &a0 [x,x,x,x,x,x,x,x,x]
${Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(',')}]`).join('\n')}
`;

/** File contents, what stderr must name. Exit 2, nothing created. */
const ROWS: [title: string, text: string | Buffer, named: string[]][] = [
  ['empty', '', ['contains no documents']],
  ['comments only', '# nothing\n---\n', ['contains no documents']],
  ['an empty List', 'apiVersion: v1\nkind: List\nitems: []\n', ['contains no documents']],
  ['not YAML', 'a: [1\n b: {', ['not valid YAML', '.yaml:2:']],
  ['not UTF-8', Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe, 0xff]), ['UTF-8']],
  ['UTF-16', Buffer.from('\ufeffkind: MultiKeyListener\n', 'utf16le'), ['UTF-']],
  ['a list', '- a\n- b\n', ['a list']],
  ['a text', 'just words\n', ['MultiKeyListener']],
  ['another kind', GOOD.replace('MultiKeyListener', 'Listener'), ['contain no MultiKeyListener']],
  ['another version', GOOD.replace('v2alpha1', 'v1'), ['apiVersion']],
  [
    'two documents of which one is bad',
    `${GOOD}---\n${GOOD.replace('name: good', 'name: bad').replace('8080', '0')}`,
    ['.yaml:19:9: spec.port'],
  ],
  ['two documents of one name', `${GOOD}---\n${GOOD}`, ['.yaml:16:9: metadata.name']],
  [
    'a key twice in a map',
    GOOD.replace('east: 1', 'east: 1\n        east: 2'),
    ['.yaml:12:9: spec.strategy.weighted.routingKeys.east', 'already defined in line 11'],
  ],
  ['a field that does not exist', GOOD.replace('  port: 8080', '  port: 8080\n  colour: red'), ['spec.colour']],
  ['a port as text', GOOD.replace('8080', '"8080"'), ['spec.port']],
  [
    'every problem of both documents',
    `${GOOD.replace('8080', '0')}---\n${GOOD.replace('name: good', 'name: B')}`,
    ['.yaml:7:9: spec.port', '.yaml:16:9: metadata.name'],
  ],
  ['an anchor bomb', BOMB, ['nodes']],
  ['very deep nesting', '['.repeat(20_000), ['']],
  ['50 MB', Buffer.alloc(50 * 1024 * 1024, 'a: b\n'), ['MiB']],
];

describe('bad files exit 2 and nothing is created', () => {
  const site = newSite();
  let double: ApiDouble;
  let kubeconfig: string;
  let results: Map<string, Result>;
  const onKubernetes = (args: string[], options = {}): Promise<Result> =>
    skupper(args, { env: { KUBECONFIG: kubeconfig }, ...options });

  beforeAll(async () => {
    double = await ApiDouble.start();
    kubeconfig = await double.kubeconfig();
    results = await runAll(
      ROWS.map(([title, text], index) => {
        const file = site.file(`f${index}.yaml`, text);
        return [title, () => site.run(['mkl', 'create', '-f', file])];
      }),
    );
  }, 120_000);

  afterAll(async () => {
    site.remove();
    await double.stop();
  });

  test.each(ROWS)('%s', (title, _text, named) => {
    const { status, stdout, stderr } = results.get(title)!;
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(/^Error: /) });
    for (const text of named) expect(stderr).toContain(text);
  });

  test('no file came to be', () => {
    expect(site.files()).toEqual({});
  });

  test('a missing file, a directory, and one that nobody may read', async () => {
    const folder = path.join(site.home, '..', 'folder');
    mkdirSync(folder, { recursive: true });
    const secret = site.file('secret.yaml', GOOD);
    chmodSync(secret, 0);
    const asRoot = process.getuid?.() === 0;
    const [missing, directory, unreadable] = await Promise.all([
      site.run(['mkl', 'create', '-f', '/no/such/file.yaml', '--dry-run', 'client']),
      site.run(['mkl', 'create', '-f', folder, '--dry-run', 'client']),
      site.run(['mkl', 'create', '-f', secret, '--dry-run', 'client']),
    ]);
    expect([missing.status, directory.status]).toEqual([2, 2]);
    expect(missing.stderr).toContain('no such file');
    expect(directory.stderr).toContain('the directory contains no');
    // Permissions do not bind uid 0.
    expect(unreadable.status).toBe(asRoot ? 0 : 2);
    if (!asRoot) expect(unreadable.stderr).toContain('permission denied');
  });

  test('in a cluster neither of two documents is sent when one is bad', async () => {
    const file = site.file('two.yaml', `${GOOD}---\n${GOOD.replace('name: good', 'name: Bad')}`);
    const { status, stderr } = await onKubernetes(['mkl', 'create', '-f', file]);
    expect(status).toBe(2);
    expect(stderr).toContain(`${file}:16:9: metadata.name`);
    expect(double.requests).toEqual([]);
  });

  test('standard input: a document, nothing, and none at all', async () => {
    const args = ['mkl', 'create', '-f', '-', '--dry-run', 'client'];
    const [good, empty, closed] = await Promise.all([
      site.run(args, { stdin: { text: GOOD } }),
      site.run(args, { stdin: { text: '' } }),
      site.run(args, { stdin: 'closed' }),
    ]);
    expect(good).toMatchObject({ status: 0, stdout: 'multikeylistener/good created (dry run)\n' });
    expect(empty.status).toBe(2);
    expect(empty.stderr).toContain('standard input');
    expect(closed.status).toBe(2);
    expect(closed.stderr).toContain('standard input');
  });

  test('a file and flags of the resource do not go together', async () => {
    const file = site.file('good.yaml', GOOD);
    const { status, stderr } = await site.run(['mkl', 'create', 'web', '-f', file, '--host', 'h']);
    expect(status).toBe(2);
    expect(stderr).toContain('NAME and --host');
  });

  test('what a file holds reaches stderr escaped only', async () => {
    const name = '"\\u001b[31mred\\u202e"';
    const file = site.file(
      'hostile.yaml',
      GOOD.replace('name: good', `name: ${name}`).replace('east: 1', '"k\\u001b]0;t\\u0007": 0'),
    );
    const { status, stdout, stderr } = await site.run(['mkl', 'create', '-f', file]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
});
