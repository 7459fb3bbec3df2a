import { ApiDouble } from '../support/double/api-double.js';
import { skupper, type Result } from '../support/program.js';
import { newSite, runAll } from './site.js';

const W = 'spec.strategy.weighted.routingKeys';
const P = 'spec.strategy.priority.routingKeys';
const many = (count: number, weight = ''): string =>
  Array.from({ length: count }, (_, index) => `k${index}${weight}`).join(',');
const create = (...rest: string[]): string[] => ['mkl', 'create', 'web', '8080', ...rest];
const weighted = (text: string): string[] => create('--weighted', text);

/** What is typed, and what stderr must name. All of it exits 2 and changes nothing, on both platforms. */
const ROWS: [title: string, args: string[], named: string[]][] = [
  ['an unknown flag', create('--colour', 'red', '--weighted', 'a=1'), ['--colour']],
  ['an unknown flag of a command that takes names', ['mkl', 'delete', 'web', '--colour'], ['--colour']],
  ['an unknown command', ['mkl', 'creat', 'web'], ['creat']],
  ['a value that -o does not have', create('--weighted', 'a=1', '-o', 'xml'), ['xml', 'json']],
  ['one argument too many', ['mkl', 'create', 'web', '8080', 'extra', '--weighted', 'a=1'], ['extra']],
  ['both strategies', create('--weighted', 'a=1', '--priority', 'a'), ['spec.strategy', 'both']],
  ['no strategy', create(), ['spec.strategy', '--weighted', '--priority']],
  ['a key without weight', weighted('east,west=1'), [`${W}[east]`, 'east=1']],
  ['weight 0', weighted('a=0'), [`${W}[a]`]],
  ['weight -1', weighted('a=-1'), [`${W}[a]`]],
  ['weight 1.5', weighted('a=1.5'), [`${W}[a]`, '1.5']],
  ['weight 1e3', weighted('a=1e3'), [`${W}[a]`, '1e3']],
  ['weight 0x10', weighted('a=0x10'), [`${W}[a]`, '0x10']],
  ['weight 2147483648', weighted('a=2147483648'), [`${W}[a]`, '2147483648']],
  ['a sum over 2147483647', weighted('a=2147483647,b=1'), [`${W}:`, '2147483648']],
  ['a weighted key twice', weighted('a=1,a=2'), [`${W}[a]`, 'twice']],
  ['a priority key twice', create('--priority', 'a,b', '--priority', 'a'), [`${P}[2]`, 'twice']],
  ['an empty weighted key', weighted('=1'), [`${W}[]`, 'empty']],
  ['an empty priority key', create('--priority', 'a,,b'), [`${P}[1]`, 'empty']],
  ['257 weighted keys', weighted(many(257, '=1')), [`${W}:`, '257']],
  ['257 priority keys', create('--priority', many(257)), [`${P}:`, '257']],
  ['port 0', ['mkl', 'create', 'web', '0', '--weighted', 'a=1'], ['spec.port']],
  ['port 65536', ['mkl', 'create', 'web', '65536', '--weighted', 'a=1'], ['spec.port']],
  ['port 80a', ['mkl', 'create', 'web', '80a', '--weighted', 'a=1'], ['spec.port', '80a']],
  ['port with a blank', ['mkl', 'create', 'web', ' 80', '--weighted', 'a=1'], ['spec.port', '" 80"']],
  ['host Bad_Host', create('--weighted', 'a=1', '--host', 'Bad_Host'), ['spec.host', 'Bad_Host']],
  ['host -x', create('--weighted', 'a=1', '--host=-x'), ['spec.host']],
  ['a host of 64 characters', create('--weighted', 'a=1', '--host', 'h'.repeat(64)), ['spec.host']],
  ['a name with a slash', ['mkl', 'create', 'a/b', '80', '--weighted', 'a=1'], ['metadata.name']],
  ['the name ..', ['mkl', 'create', '..', '80', '--weighted', 'a=1'], ['metadata.name']],
  ['an upper-case name', ['mkl', 'create', 'Web', '80', '--weighted', 'a=1'], ['metadata.name']],
  ['a name of 64 characters', ['mkl', 'create', 'n'.repeat(64), '80', '--weighted', 'a=1'], ['metadata.name']],
  ['client certificates without TLS', create('--weighted', 'a=1', '--require-client-cert'), ['spec.requireClientCert']],
  ['an unknown observer', create('--weighted', 'a=1', '--observer', 'tcp'), ['spec.observer', 'http1']],
  ['a setting without a value', create('--weighted', 'a=1', '--setting', 'k'), ['spec.settings', 'KEY=VALUE']],
  ['a label that is none', create('--weighted', 'a=1', '--label', 'a=-x-'), ['metadata.labels[a]']],
  [
    'everything at once',
    ['mkl', 'create', 'Web', '80a', '--weighted', 'a,b=0', '--host=-', '--observer', 'x'],
    ['metadata.name', 'spec.port', `${W}[a]`, `${W}[b]`, 'spec.host', 'spec.observer'],
  ],
  [
    'NAME and PORT missing in a pipeline',
    ['multikeylistener', 'create', '--weighted', 'east=1,west=1'],
    ['NAME', 'PORT', 'skupper multikeylistener create NAME PORT --weighted east=1,west=1'],
  ],
  [
    'PORT missing, and the rest wrong too',
    ['mkl', 'create', 'web', '--weighted', 'a=0'],
    ['PORT', `${W}[a]`, 'create web PORT'],
  ],
  ['an impossible namespace', create('--weighted', 'a=1', '-n', 'A_b'), ['--namespace']],
  ['a namespace that leads out', create('--weighted', 'a=1', '-n', '../..'), ['--namespace']],
  ['a timeout that is none', create('--weighted', 'a=1', '--timeout', 'soon'), ['--timeout']],
  ['a selector that is none', ['mkl', 'status', '-l', 'a=b='], ['--selector']],
  ['a deletion of nothing', ['mkl', 'delete'], ['NAME']],
  ['names and --all', ['mkl', 'delete', 'web', '--all', '--yes'], ['--all']],
  ['--all in a script without --yes', ['mkl', 'delete', '--all'], ['--yes']],
  ['a selector deletion in a script without --yes', ['mkl', 'delete', '-l', 'app=web'], ['--yes']],
  ['an inspection of what can be no name', ['mkl', 'inspect', 'a/b'], ['a/b']],
  ['an update of what can be no name', ['mkl', 'update', 'Web', '--port', '80'], ['Web']],
  ['an update without NAME', ['mkl', 'update', '--port', '80'], ['name']],
  ['an update of nothing', ['mkl', 'update', 'web'], ['no change given']],
  ['an update to a wrong port', ['mkl', 'update', 'web', '--port', '80a'], ['spec.port']],
  [
    '--in-place and --recreate',
    ['mkl', 'update', 'web', '--weighted', 'a=1', '--in-place', '--recreate'],
    ['--in-place', '--recreate'],
  ],
  ['an unknown platform', create('--weighted', 'a=1', '-p', 'windows'), ['windows', 'podman']],
];

describe('bad input exits 2, says where, and changes nothing', () => {
  const site = newSite();
  let double: ApiDouble;
  let system: Map<string, Result>;
  let kubernetes: Map<string, Result>;
  let before: Record<string, string>;

  beforeAll(async () => {
    double = await ApiDouble.start();
    const kubeconfig = await double.kubeconfig();
    await site.run(create('--weighted', 'a=1'));
    before = site.files();
    system = await runAll(ROWS.map(([title, args]) => [title, () => site.run(args)]));
    kubernetes = await runAll(
      ROWS.map(([title, args]) => [title, () => skupper(args, { env: { KUBECONFIG: kubeconfig } })]),
    );
  }, 120_000);

  afterAll(async () => {
    site.remove();
    await double.stop();
  });

  test.each(ROWS)('%s', (title, _args, named) => {
    for (const results of [system, kubernetes]) {
      const { status, stdout, stderr } = results.get(title)!;
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      for (const text of named) expect(stderr).toContain(text);
      expect(stderr).toMatch(/^Error: /);
      expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
    }
  });

  test('no file was changed', () => {
    expect(Object.keys(before)).toHaveLength(1);
    expect(site.files()).toEqual(before);
  });

  test('no request was sent', () => {
    expect(double.requests).toEqual([]);
  });

  test('names of 51 characters are for system sites only', async () => {
    const args = ['mkl', 'generate', 'n'.repeat(51), '80', '--weighted', 'a=1'];
    const [onSystem, onKubernetes] = await Promise.all([site.run(args), skupper(args)]);
    expect(onSystem.status).toBe(0);
    expect(onKubernetes.status).toBe(2);
    expect(onKubernetes.stderr).toContain('metadata.name');
  });
});
