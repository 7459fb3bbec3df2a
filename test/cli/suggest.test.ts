import { newSite } from './site.js';

const site = newSite();
beforeAll(async () => {
  await site.run(['mkl', 'create', 'web', '8080', '--weighted', 'a=1']);
});
afterAll(() => site.remove());

test.each<[string, number, string]>([
  ['mkl update web --wieghted a=2', 2, '--weighted'],
  ['mkl status --selctor a=b', 2, '--selector'],
  ['mkl status -o jsn', 2, 'json'],
  ['mkl inspect web -o ymal', 2, '--output yaml'],
  ['mkl status -p podmn', 2, 'podman'],
  ['mkl create x 1 --weighted a=1 --dry-run sever', 2, '--dry-run server'],
  ['mkl create x 1 --weighted a=1 --wait redy', 2, '--wait ready'],
  ['mkl inspect webb', 3, 'web'],
  ['mkl status webb', 3, 'web'],
  ['mkl update webb --port 1', 3, 'web'],
  ['mkl delete webb', 3, 'web'],
])('%s', async (line, exit, meant) => {
  const { status, stdout, stderr } = await site.run(line.split(' '));
  expect({ status, stdout }).toEqual({ status: exit, stdout: '' });
  expect(stderr).toContain(`Did you mean ${meant}?\n`);
});

test.each<[string, string]>([
  ['mkl staus', 'skupper mkl status'],
  ['multikeylistener creat web 80', 'skupper multikeylistener create web 80'],
  ['mkl lst -A -o wide', 'skupper mkl status -A -o wide'],
  ['mkl edit web --port 8081 --label a=b --diff', 'skupper mkl update web --port 8081 --label a=b --diff'],
  ['-n edit mkl --no-input edit edit', 'skupper mkl update -n edit --no-input edit'],
  ['mkl:edit web -ndefault', 'skupper mkl update web -n default'],
  ['mkl help edit', 'skupper mkl update --help'],
  ['mkl watch -Al app=shop', 'skupper mkl status --watch -A -l app=shop'],
  ['mkl remove -- -x y', 'skupper mkl delete -- -x y'],
  ['mkl export web', 'skupper mkl generate --from web'],
])('%s: the whole line', async (line, meant) => {
  const { status, stdout, stderr } = await site.run(line.split(' '));
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.split('\n')[1]).toBe(`Did you mean: ${meant}`);
});

test('with -o json it is part of the hint', async () => {
  const { stderr } = await site.run(['mkl', 'inspect', 'webb', '-o', 'json']);
  const { error } = JSON.parse(stderr) as { error: { hint: string } };
  expect(error.hint).toMatch(/^Did you mean web\?/);
});

test('nothing is said where nothing is near', async () => {
  const { stderr } = await site.run(['mkl', 'inspect', 'entirely-else']);
  expect(stderr).not.toContain('Did you mean');
});
