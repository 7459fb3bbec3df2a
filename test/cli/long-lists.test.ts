import { ApiDouble } from '../support/double/api-double.js';
import { resource } from '../unit/fixtures.js';
import { skupper, started, type Running } from '../support/program.js';

const COUNT = 1203;
const names = Array.from({ length: COUNT }, (_, index) => `r${String(index).padStart(4, '0')}`);
let double: ApiDouble;
let env: Record<string, string>;

beforeEach(async () => {
  double = await ApiDouble.start();
  env = { KUBECONFIG: await double.kubeconfig() };
  for (const name of names) {
    double.storage.create('multikeylisteners', 'default', resource({ metadata: { name } }) as never);
  }
});
afterEach(() => double.stop());

const later = ({ url }: { url: string }): boolean => !url.endsWith('limit=500');
const paged = ({ url }: { url: string }): boolean => url.includes('continue=');
const rowsOf = (stdout: string): string[] => stdout.split('\n').flatMap((line) => /^r\d+/.exec(line)?.[0] ?? []);

async function untilShown(program: Running, text: string): Promise<void> {
  while (!program.stdout().includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('rows are printed while a later page is still held back; then the rest is missed in so many words', async () => {
  double.faults.push({ kind: 'hang', when: later });
  const program = started(['mkl', 'status', '--request-timeout', '3s'], { env });
  await untilShown(program, 'r0000');
  expect(program.stderr()).toBe('');
  const { stdout, stderr, status } = await program.result;
  const shown = rowsOf(stdout);
  expect(shown).toEqual(names.slice(0, shown.length));
  expect(shown.length).toBeLessThan(COUNT);
  expect(stderr).toContain(
    `the list is incomplete, it ends after ${shown.length} rows: the server did not answer within 3 s`,
  );
  expect(status).toBe(8);
});

test.each(['json', 'yaml', 'name'])('-o %s is all or nothing', async (output) => {
  double.faults.push({ kind: 'status', code: 500, when: later });
  const { stdout, stderr, status } = await skupper(['mkl', 'status', '-o', output], { env });
  expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
  expect(stderr).toContain('status 500');
});

test.each([
  ['mkl status --no-headers'],
  ['mkl status -o name'],
  ['mkl status -o custom-columns=NAME:.metadata.name --no-headers'],
  ['mkl status -A --no-headers -o custom-columns=N:.metadata.name'],
])('a list that expires between two pages is read on: nothing twice, nothing missed: %s', async (line) => {
  double.storage.unlisted = 1_000_000;
  double.faults.push({ kind: 'status', code: 410, times: 1, when: paged });
  const { stdout, status } = await skupper(line.split(' '), { env });
  const shown = stdout
    .trimEnd()
    .split('\n')
    .map((row) => row.replace(/^multikeylistener\//, '').split(' ')[0]);
  expect({ shown, status }).toEqual({ shown: names, status: 0 });
});

test('the rest comes in one answer, of what is there by then', async () => {
  const { stdout, status } = await skupper(['mkl', 'status', '--no-headers'], { env });
  expect({ rows: rowsOf(stdout), status }).toEqual({ rows: names, status: 0 });
  expect(double.requests.map(({ url }) => new URL(url, double.url).search)).toEqual(['?limit=500', '']);
});

test.each([0, 1_000_000])('page by page where that takes too long, or is too much (%d)', async (unlisted) => {
  double.storage.unlisted = unlisted;
  double.faults.push({ kind: 'hang', when: (request) => later(request) && !paged(request) });
  const { stdout, status } = await skupper(['mkl', 'status', '--no-headers', '--request-timeout', '3s'], { env });
  expect({ rows: rowsOf(stdout), status }).toEqual({ rows: names, status: 0 });
});

test('one that expires again and again is given up', async () => {
  double.storage.unlisted = 1_000_000;
  double.faults.push({ kind: 'status', code: 410, when: paged });
  const { stderr, status } = await skupper(['mkl', 'status'], { env });
  expect(stderr).toMatch(/the list is incomplete, it ends after \d+ rows: the server no longer holds that version/);
  expect(status).toBe(1);
});

test('when the reader goes away no further page is asked for', async () => {
  const { stderr, status } = await skupper(['mkl', 'status'], { env, closeStdout: true });
  expect({ stderr, status, asked: double.requests.length }).toEqual({ stderr: '', status: 0, asked: 1 });
});

test('unless the exit status depends on what is left', async () => {
  const { stderr, status } = await skupper(['mkl', 'status', '--exit-code'], { env, closeStdout: true });
  expect(stderr).toContain(`${COUNT} of ${COUNT} MultiKeyListeners are not Ready`);
  expect(status).toBe(7);
});

test('-A keeps its order, which is not the server’s', async () => {
  for (const namespace of ['a', 'a-b']) {
    double.storage.namespaces.add(namespace);
    double.storage.create('multikeylisteners', namespace, resource() as never);
  }
  const { stdout } = await skupper(['mkl', 'status', '-A', '--no-headers'], { env });
  expect(
    stdout
      .split('\n')
      .slice(0, 2)
      .map((row) => row.split(' ')[0]),
  ).toEqual(['a', 'a-b']);
});
