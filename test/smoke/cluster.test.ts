import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventually, liveCluster, type LiveCluster } from '../support/emulator/emulator-cluster.js';
import { hasTerminal, onTerminal, skupper, temporaryFolder } from '../support/program.js';

/** Every command once against an API server, something that it says, and its exit status unless 0; a line finds what those before it left. */
const LINES: [line: string, said: RegExp, exit?: number][] = [
  ['create api 8080 --weighted east=1 --wait none', /multikeylistener\/api created/],
  ['update api --port 8081 --wait none', /multikeylistener\/api updated/],
  ['apply -f FILE --wait none', /multikeylistener\/one created/],
  ['status', /NAME +STATUS [^]*\bapi\b[^]*\bone\b[^]*\bweb\b/],
  ['status -o json', /"kind":\s*"List"/],
  ['inspect web', /web:8080/],
  // There is no Service for web.
  ['check', /service-missing/, 7],
  ['shift web --to east=1,west=3 --dry-run client', /\beast\b/],
  ['traffic web', /no router pod/, 8],
  ['generate new 90 --priority x,y', /kind: MultiKeyListener/],
  ['generate --from web', /name: web/],
  ['validate -f FILE', /all valid/],
  ['wait web --for ready', /web/],
  ['completion bash', /complete -F/],
  ['delete api one', /multikeylistener\/api deleted\s+multikeylistener\/one deleted/],
];
const MANIFEST = fileURLToPath(new URL('../../oclif.manifest.json', import.meta.url));
const folder = temporaryFolder();
const FILE = folder.at('one.yaml');
const words = (line: string): string[] => ['mkl', ...line.split(' ').map((word) => (word === 'FILE' ? FILE : word))];

let cluster: LiveCluster;
beforeAll(async () => {
  cluster = await liveCluster();
  cluster.add('web');
  cluster.reach('web', 'east', 'west');
  writeFileSync(FILE, (await skupper(words('generate one 90 --weighted x=1'))).stdout);
});
afterAll(async () => {
  await cluster.stop();
  folder.remove();
});

test('every command is tried here', () => {
  const { commands } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { commands: Record<string, { hidden: boolean }> };
  const tried = new Set(LINES.map(([line]) => `multikeylistener:${line.split(' ')[0]}`));
  expect(Object.keys(commands).filter((id) => !commands[id]?.hidden && !tried.has(id))).toEqual([]);
});

type Ran = { status: number | null; said: string };

/** Runs all lines, so that a failure shows everything that differs here; each should end and speak as LINES says. */
async function expectAll(run: (line: string) => Promise<Ran>): Promise<void> {
  const wrong: object[] = [];
  for (const [line, expected, exit = 0] of LINES) {
    const { status, said } = await run(line);
    if (status !== exit || !expected.test(said) || said.includes('\n    at ')) wrong.push({ line, status, said });
  }
  expect(wrong).toEqual([]);
}

test('every command in a pipe', () =>
  expectAll(async (line) => {
    const { status, stdout, stderr } = await skupper(words(line), { env: { KUBECONFIG: cluster.kubeconfig } });
    return { status, said: stdout + stderr };
  }));

if (!hasTerminal())
  test('there is no python3 to make a terminal with', () => expect(process.env['CI']).not.toBe('true'));
else {
  test('every command on a terminal', () =>
    expectAll(async (line) => {
      const { status, screen } = await onTerminal(words(line), { env: { KUBECONFIG: cluster.kubeconfig } });
      return { status, said: screen };
    }));

  test('a live view on a terminal follows a change and ends with q', async () => {
    const screen = cluster.screen('mkl status --watch');
    await eventually('the row', () => screen.seen.text.includes('2/2'));
    cluster.reach('web', 'east');
    await eventually('the change', () => screen.seen.text.includes('1/2'));
    screen.type('q');
    expect(await screen.ended).toMatchObject({ status: 0, modesKept: true });
    expect(screen.raw).not.toContain('Warning');
    cluster.reach('web', 'east', 'west');
  });
}

test('completion asks the server', async () => {
  const { stdout } = await skupper(['mkl', '__complete', '--', 'mkl', 'inspect', 'w'], {
    env: { KUBECONFIG: cluster.kubeconfig },
  });
  expect(stdout).toMatch(/^web\t/);
});
