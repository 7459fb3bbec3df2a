import { ApiDouble } from '../support/double/api-double.js';
import { skupper } from '../support/program.js';
import { resource } from '../unit/fixtures.js';

let double: ApiDouble;
let env: Record<string, string>;

beforeEach(async () => {
  double = await ApiDouble.start();
  env = { KUBECONFIG: await double.kubeconfig() };
  for (const [name, host] of [
    ['one', 'one'],
    ['two', 'two'],
    ['three', 'web'],
  ] as const) {
    double.storage.create('multikeylisteners', 'default', resource({ metadata: { name }, spec: { host } }) as never);
  }
});
afterEach(() => double.stop());

/** `GET multikeylisteners/one`; a watch is a method of its own here. */
function short({ method, url }: { method: string; url: string }): string {
  const { pathname, searchParams } = new URL(url, double.url);
  const path = pathname.replace(/^\/apis?\/.*\/namespaces\/default\//, '');
  return `${searchParams.has('watch') ? 'WATCH' : method} ${path}`;
}

/** The requests in order; those that are sent side by side stand together, sorted. */
function sent(): string[] {
  const all = double.requests.map(short);
  const first = all.findIndex((request) => !request.startsWith('GET'));
  const reads = first < 0 ? all : all.slice(0, first);
  const writes = all.slice(reads.length);
  return [...reads.sort(), ...(writes.every((request) => request.startsWith('DELETE')) ? writes.sort() : writes)];
}

const SURROUNDINGS = ['GET listeners', 'GET multikeylisteners', 'GET services/web', 'GET sites'];
const AROUND_ONE = ['GET listeners', 'GET multikeylisteners', 'GET services/one', 'GET sites'];
const CREATE = 'mkl create web 8080 --weighted a=1';

// Each is a round trip that somebody waits for: one more must be meant.
test.each<[string, number, string[]]>([
  ['mkl status', 0, ['GET multikeylisteners']],
  ['mkl status one', 0, ['GET multikeylisteners/one']],
  ['mkl status one two', 0, ['GET multikeylisteners/one', 'GET multikeylisteners/two']],
  ['mkl inspect one', 0, [...AROUND_ONE, 'GET multikeylisteners/one'].sort()],
  [`${CREATE} --wait none --no-preflight`, 0, ['POST multikeylisteners']],
  [`${CREATE} --wait none`, 0, [...SURROUNDINGS, 'POST multikeylisteners']],
  [`${CREATE} --timeout 2s`, 6, [...SURROUNDINGS, 'POST multikeylisteners', 'WATCH multikeylisteners']],
  ['mkl delete one', 0, ['DELETE multikeylisteners/one']],
  [
    'mkl delete --all --yes',
    0,
    [
      'GET multikeylisteners',
      'DELETE multikeylisteners/one',
      'DELETE multikeylisteners/three',
      'DELETE multikeylisteners/two',
    ],
  ],
  ['mkl wait one --for delete --timeout 2s', 6, ['WATCH multikeylisteners']],
  [
    'mkl update one --port 9 --wait none',
    0,
    [...[...AROUND_ONE, 'GET multikeylisteners/one'].sort(), 'PATCH multikeylisteners/one'],
  ],
  ['mkl generate web 8080 --weighted a=1', 0, []],
])('%s', async (line, expected, requests) => {
  const { status } = await skupper(line.split(' '), { env });
  expect({ status, requests: sent() }).toEqual({ status: expected, requests });
});

/** Holds back every answer until all requests of its turn are there, and then begins the next turn: what is not sent side by side is never answered. */
function inTurns(turns: readonly string[][]): void {
  const left = turns.map((turn) => ({ expected: [...turn], held: [] as (() => void)[] }));
  double.hold = (request) =>
    new Promise((answer) => {
      const turn = left[0];
      const at = turn?.expected.indexOf(short(request)) ?? -1;
      // Of another turn: it is answered at once, and found in the comparison of all.
      if (!turn || at < 0) return answer();
      turn.expected.splice(at, 1);
      turn.held.push(answer);
      if (turn.expected.length > 0) return;
      left.shift();
      for (const each of turn.held) each();
    });
}

const CHANGE = 'mkl update one --port 9';

// Over a long line each turn costs a round trip, however many requests it has.
test.each<[string, number, string[][]]>([
  ['mkl status one two', 0, [['GET multikeylisteners/one', 'GET multikeylisteners/two']]],
  ['mkl inspect one', 0, [['GET multikeylisteners/one', ...AROUND_ONE]]],
  [
    'mkl inspect three',
    0,
    [
      ['GET multikeylisteners/three', 'GET listeners', 'GET multikeylisteners', 'GET services/three', 'GET sites'],
      ['GET services/web'],
    ],
  ],
  [`${CHANGE} --wait none`, 0, [['GET multikeylisteners/one', ...AROUND_ONE], ['PATCH multikeylisteners/one']]],
  [
    `${CHANGE} --timeout 500ms`,
    6,
    [['GET multikeylisteners/one', ...AROUND_ONE], ['PATCH multikeylisteners/one'], ['WATCH multikeylisteners']],
  ],
  [`${CREATE} --timeout 500ms`, 6, [SURROUNDINGS, ['POST multikeylisteners'], ['WATCH multikeylisteners']]],
])('turns of %s', async (line, expected, turns) => {
  inTurns(turns);
  const { status } = await skupper([...line.split(' '), '--request-timeout', '60s'], { env });
  expect({ status, requests: double.requests.map(short).sort() }).toEqual({
    status: expected,
    requests: turns.flat().sort(),
  });
});

test('what was asked ahead of a resource that does not exist is not waited for', async () => {
  double.hold = (request) => (short(request) === 'GET sites' ? new Promise(() => undefined) : Promise.resolve());
  const { status } = await skupper(['mkl', 'inspect', 'none', '--request-timeout', '10m'], { env });
  expect(status).toBe(3);
});

test('a dozen resources side by side: Node has nothing to warn of', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `r${index}`);
  const documents = names.map((name) => resource({ metadata: { name, namespace: 'default' } }));
  const text = documents.map((document) => JSON.stringify(document)).join('\n');
  const created = await skupper(['mkl', 'create', '-f', '-', '--wait', 'none'], { env, stdin: { text } });
  const waited = await skupper(['mkl', 'wait', ...names, '--for', 'create'], { env });
  expect([created.status, waited.status]).toEqual([0, 0]);
  expect(created.stderr + waited.stderr).not.toMatch(/\(node:|MaxListeners/);
});
