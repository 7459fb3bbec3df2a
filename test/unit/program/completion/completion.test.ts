import { readFileSync } from 'node:fs';
import { readLine, splitLine, type Commands } from '../../../../src/program/completion/line.js';
import { isHarmless } from '../../../../src/program/completion/values.js';

const { commands } = JSON.parse(readFileSync('oclif.manifest.json', 'utf8')) as { commands: Commands };

test.each<[string, string[]]>([
  ['skupper mkl sta', ['skupper', 'mkl', 'sta']],
  ['skupper mkl ', ['skupper', 'mkl', '']],
  ['  skupper  mkl', ['skupper', 'mkl']],
  ['skupper \'a b\' "c d" e\\ f', ['skupper', 'a b', 'c d', 'e f']],
  ['skupper "east=1,w', ['skupper', 'east=1,w']],
  ["skupper 'ea", ['skupper', 'ea']],
  ['skupper a"b"\'c\'d', ['skupper', 'abcd']],
  ['skupper "" ', ['skupper', '', '']],
  ['skupper a\\', ['skupper', 'a']],
  ['skupper "a\\"b\\$c\\d" ', ['skupper', 'a"b$c\\d', '']],
  ['', ['']],
])('the words of %s', (line, words) => {
  expect(splitLine(line)).toEqual(words);
});

describe('a line', () => {
  const read = (line: string): ReturnType<typeof readLine> => readLine(splitLine(line).slice(1), commands);

  test('flags in every form, before and after the command', () => {
    const { flags, words } = read(
      'skupper -n west mkl update -plinux web --weighted=a=1 --weighted b=2 -c=x --force --no-preflight ',
    );
    expect(words).toEqual(['mkl', 'update', 'web']);
    expect(Object.fromEntries(flags)).toEqual({
      namespace: ['west'],
      platform: ['linux'],
      weighted: ['a=1', 'b=2'],
      context: ['x'],
      force: [],
      preflight: [],
    });
  });

  test('short booleans together, the last with a value', () => {
    expect(Object.fromEntries(read('skupper mkl status -Awo json ').flags)).toEqual({
      'all-namespaces': [],
      watch: [],
      output: ['json'],
    });
  });

  test('a flag whose value is still to come', () => {
    expect(read('skupper mkl status -n we').pending?.name).toBe('namespace');
    expect(read('skupper mkl status --namespace ').pending?.name).toBe('namespace');
    expect(read('skupper mkl status --watch ').pending).toBeUndefined();
    expect(read('skupper -p ').pending?.name).toBe('platform');
  });

  test('after -- all are arguments', () => {
    expect(read('skupper mkl status -- -n ')).toMatchObject({ words: ['mkl', 'status', '-n'], ended: true });
  });

  test('what is unknown is passed over', () => {
    expect(read('skupper mkl status --nope -Z x ')).toMatchObject({ words: ['mkl', 'status', 'x'] });
    expect(read('skupper mkl nope ').command).toBeUndefined();
  });
});

test.each(['east', 'a.b-c', 'app=web', 'arn:aws:eks:eu/x', 'k8s@prod', 'a,b', '1'])(
  'offered as it stands: %s',
  (value) => {
    expect(isHarmless(value)).toBe(true);
  },
);

test.each([
  '',
  '-x',
  '$(id)',
  '`id`',
  'a b',
  'a;b',
  "a'b",
  'a"b',
  'a&b',
  'a|b',
  '!x',
  '~',
  '=x',
  'a\nb',
  '\u202ea',
  'a*',
  '<b',
])('never put into a command line: %j', (value) => {
  expect(isHarmless(value)).toBe(false);
});
