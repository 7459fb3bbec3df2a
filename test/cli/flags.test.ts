import { fileOf, newSite } from './site.js';

const site = newSite();
afterAll(() => site.remove());
const run = (line: string): ReturnType<typeof site.run> => site.run(line.split(' '));
const stored = (name: string): boolean => fileOf(name) in site.files();
beforeEach(async () => {
  const made = [await run('mkl create web 8080 --weighted a=1'), await run('mkl create true 8081 --weighted a=1')];
  expect(made.map(({ status }) => status).filter((status) => status !== 0 && status !== 5)).toEqual([]);
});

test('the value of a boolean flag is no name', async () => {
  expect((await run('mkl delete web --ignore-not-found=true')).status).toBe(0);
  expect([stored('web'), stored('true')]).toEqual([false, true]);
  expect((await run('mkl delete nope --ignore-not-found=false')).status).toBe(3);
  expect((await run('mkl delete web --ignore-not-found=perhaps')).status).toBe(2);
});

test.each([
  'mkl status --watch=false',
  'mkl status --no-headers=true',
  'mkl status -Aw=false',
  '-A=true mkl status',
  'mkl -A status',
  'mkl -o json status web',
  '-ojson mkl status web',
])('%s', async (line) => {
  const { status, stdout } = await run(line);
  expect([status, stdout.includes('web')]).toEqual([0, true]);
});

test.each(['mkl -n default delete web', '-n=default mkl delete web', 'mkl --no-input=true delete web'])(
  'flags before the command count: %s',
  async (line) => {
    expect((await run(line)).status).toBe(0);
    expect(stored('web')).toBe(false);
  },
);

test.each([
  'mkl -n default --nonsense delete web',
  '--nonsense mkl delete web',
  'mkl delete web -Z',
  'mkl -f x delete web',
])('nothing is done for %s', async (line) => {
  expect((await run(line)).status).toBe(2);
  expect(stored('web')).toBe(true);
});
