import { newSite } from './site.js';

const site = newSite();
beforeAll(async () => {
  await site.run(['mkl', 'create', 'web', '8080', '--weighted', 'a=1']);
});
afterAll(() => site.remove());

test.each<[string, number, string]>([
  ['mkl staus', 2, 'skupper mkl status'],
  ['multikeylistener creat web 80', 2, 'skupper multikeylistener create'],
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

test('with -o json it is part of the hint', async () => {
  const { stderr } = await site.run(['mkl', 'inspect', 'webb', '-o', 'json']);
  const { error } = JSON.parse(stderr) as { error: { hint: string } };
  expect(error.hint).toMatch(/^Did you mean web\?/);
});

test('nothing is said where nothing is near', async () => {
  const { stderr } = await site.run(['mkl', 'inspect', 'entirely-else']);
  expect(stderr).not.toContain('Did you mean');
});
