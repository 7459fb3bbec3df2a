import { ApiDouble } from '../support/double/api-double.js';
import { skupper, type Result } from '../support/program.js';
import { resource } from '../unit/fixtures.js';

let double: ApiDouble;
let run: (line: string, stdin?: string) => Promise<Result>;
beforeEach(async () => {
  double = await ApiDouble.start();
  const env = { KUBECONFIG: await double.kubeconfig() };
  run = (line, text) => skupper(line.split(' '), { env, ...(text === undefined ? {} : { stdin: { text } }) });
  const held = resource({ metadata: { name: 'web', finalizers: ['example.com/hold'] } });
  double.storage.create('multikeylisteners', 'default', held as never);
  await run('mkl delete web --wait none');
});
afterEach(() => double.stop());

test('status and inspect say so, and who holds it', async () => {
  const [status, wide, inspect] = await Promise.all(
    ['mkl status --no-headers', 'mkl status -o wide', 'mkl inspect web -o json'].map((line) => run(line)),
  );
  expect(status?.stdout.split(/ +/).slice(0, 2)).toEqual(['web', 'Deleting']);
  expect(wide?.stdout).toContain('being deleted: waits for example.com/hold');
  const { verdict, findings } = JSON.parse(inspect?.stdout ?? '') as {
    verdict: { state: string };
    findings: { code: string; message: string }[];
  };
  expect(verdict.state).toBe('not-serving');
  expect(findings.find(({ code }) => code === 'being-deleted')?.message).toContain('example.com/hold');
});

test('an apply that changes nothing, a wait for its end, and a missing Service', async () => {
  const waits = 'web is being deleted and waits for example.com/hold';
  const manifest = await run('mkl generate --from web');
  const apply = await run('mkl apply -f - --wait none', manifest.stdout);
  expect([apply.status, apply.stdout]).toEqual([0, 'multikeylistener/web unchanged\n']);
  expect(apply.stderr).toContain(`${waits}. Wait until it is deleted: skupper multikeylistener wait web --for delete`);
  const wait = await run('mkl wait web --for delete --timeout 500ms');
  expect([wait.status, wait.stderr]).toEqual([6, expect.stringContaining(`web: it is being deleted and waits for`)]);
  const conditions = [{ type: 'Configured', status: 'True', observedGeneration: 1, reason: 'Ok', message: '' }];
  const stored = double.storage.get('multikeylisteners', 'default', 'web');
  Object.assign(stored ?? {}, { status: { status: 'Ready', conditions } });
  expect((await run('mkl check web')).stdout).not.toContain('service-missing');
});

test.each([
  [403, 4],
  [401, 4],
  [404, 1],
])('after a deletion, the end of the wait with %i says that it was requested', async (code, exit) => {
  double.faults.push({ kind: 'status', code, when: ({ method }) => method === 'GET' });
  const { status, stderr } = await run('mkl delete web --timeout 4s');
  expect([status, stderr]).toEqual([exit, expect.stringContaining('; the deletion of web was requested\n')]);
});

test('update, apply and shift do not change it, create says to wait', async () => {
  const before = double.storage.get('multikeylisteners', 'default', 'web');
  const manifest = await run('mkl generate web 9999 --weighted east=3,west=1');
  const lines = await Promise.all([
    run('mkl update web --port 9999 --no-preflight --wait none'),
    // Whether the strategy may change is no question any more.
    run('mkl update web --weighted other=1 --no-preflight --wait none'),
    run('mkl apply -f - --in-place --no-preflight --wait none', manifest.stdout),
    run('mkl create web 9999 --weighted a=1 --no-preflight --wait none'),
    run('mkl shift web --to east=100 --dry-run client'),
  ]);
  for (const { status, stdout, stderr } of lines) {
    expect([status, stdout]).toEqual([5, '']);
    expect(stderr).toContain('Wait until it is deleted: skupper multikeylistener wait web --for delete -n default');
  }
  expect(double.storage.get('multikeylisteners', 'default', 'web')).toEqual(before);
});
