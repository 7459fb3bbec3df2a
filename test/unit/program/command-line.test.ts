import { readFileSync } from 'node:fs';
import {
  asksHelp,
  readCommandLine,
  unknownFlags,
  VALUE_FLAGS,
  withPlainBooleans,
  type FlagShape,
} from '../../../src/program/command-line.js';
import { failureOf } from '../fake-store.js';

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

describe('our own command lines: the id, and the words besides', () => {
  test.each<[string, string, string]>([
    ['', '', ''],
    ['--help', '', '--help'],
    ['--version', '', '--version'],
    ['-h', '', '-h'],
    ['--bogus', '', '--bogus'],
    ['--help site', '', '--help'],
    ['help', '', '--help'],
    ['help mkl status', 'mkl:status', '--help'],
    ['mkl help status', 'mkl:status', '--help'],
    ['mkl help', 'mkl', '--help'],
    ['mkl', 'mkl', ''],
    ['mkl --bogus', 'mkl', '--bogus'],
    ['mkl status -n west', 'mkl:status', '-n west'],
    ['mkl:status', 'mkl:status', ''],
    ['mkl:status web', 'mkl:status', 'web'],
    ['-n west mkl status web', 'mkl:status', '-n west web'],
    ['mkl -n west status web', 'mkl:status', '-n west web'],
    ['mkl -n=west status web', 'mkl:status', '-n=west web'],
    ['mkl --no-input delete web', 'mkl:delete', '--no-input web'],
    ['mkl -f x.yaml apply', 'mkl:apply', '-f x.yaml'],
    ['-p linux mkl -o json status', 'mkl:status', '-p linux -o json'],
    ['--platform=linux multikeylistener --help', 'multikeylistener', '--platform=linux --help'],
    ['multikeylistener create web 8080', 'multikeylistener:create', 'web 8080'],
    ['mkl status -- --help', 'mkl:status', '-- --help'],
    ['mkl staus web', 'mkl:staus', 'web'],
    ['mkl constructor', 'mkl:constructor', ''],
  ])('%s', (line, id, rest) => {
    expect(readCommandLine(words(line))).toEqual({ to: 'own', line: { id, rest: words(rest) } });
  });
});

test.each<[string, string]>([
  ['help site', 'help site'],
  ['version', 'version'],
  ['site status --help', 'site status --help'],
  ['-n mkl site status', '-n mkl site status'],
  ['completion bash', 'completion bash'],
  ['__complete site', '__complete site'],
  ['mklx status', 'mklx status'],
])('for the other skupper: %s', (line, argv) => {
  expect(readCommandLine(words(line))).toEqual({ to: 'other', argv: words(argv) });
});

test('what the completion scripts ask, and words of nothing, of blanks and of line breaks', () => {
  expect(readCommandLine(words('mkl __complete -- mkl sta'))).toEqual({ to: 'completion', argv: ['mkl', 'sta'] });
  const argv = ['link', '', ' ', 'a\nb', '--', '-x'];
  expect(readCommandLine(argv)).toEqual({ to: 'other', argv });
});

test('the flags that take a value are those of the manifest', () => {
  type Flags = Record<string, FlagShape & { name: string }>;
  const { commands } = JSON.parse(readFileSync(new URL('../../../oclif.manifest.json', import.meta.url), 'utf8')) as {
    commands: Record<string, { flags: Flags }>;
  };
  const flags = Object.values(commands).flatMap((command) => Object.values(command.flags));
  const spelled = (type: string): string[] =>
    flags
      .filter((flag) => flag.type === type)
      .flatMap(({ name, char }) => [`--${name}`, ...(char ? [`-${char}`] : [])]);
  expect([...VALUE_FLAGS].sort()).toEqual([...new Set(spelled('option'))].sort());
  // No spelling means one thing here and another there.
  expect(spelled('boolean').filter((flag) => VALUE_FLAGS.has(flag))).toEqual([]);
});

const FLAGS: Record<string, FlagShape> = {
  watch: { type: 'boolean', char: 'w' },
  preflight: { type: 'boolean', allowNo: true },
  namespace: { type: 'option', char: 'n' },
  label: { type: 'option' },
};

describe('boolean flags with a value', () => {
  test.each<[string, string]>([
    ['--watch=true web', '--watch web'],
    ['-w=1', '-w'],
    ['--watch=False web', 'web'],
    ['--preflight=false', '--no-preflight'],
    ['--no-preflight=true', '--no-preflight'],
    ['--no-preflight=false', '--preflight'],
    ['--label a=true', '--label a=true'],
    ['--label --watch=x', '--label --watch=x'],
    ['--namespace=true', '--namespace=true'],
    ['-- --watch=maybe', '-- --watch=maybe'],
    ['--bogus=true', '--bogus=true'],
  ])('%s', (line, plain) => {
    expect(withPlainBooleans(words(line), FLAGS)).toEqual(words(plain));
  });

  test.each(['--watch=', '--watch=maybe', '-w=yes', '--no-preflight=2'])('%s is a usage error', async (word) => {
    const failure = await failureOf(Promise.resolve().then(() => withPlainBooleans([word], FLAGS)));
    expect([failure.code, failure.causes[0]?.field]).toEqual(['usage', word.split('=')[0]]);
  });
});

test.each<[string, string[]]>([
  ['web -w -n west --namespace=x --no-preflight -nwest', []],
  ['--bogus=1 -x --label --odd -- --after', ['--bogus', '-x']],
])('unknown flags of %s', (line, unknown) => {
  expect(unknownFlags(words(line), FLAGS)).toEqual(unknown);
});

test.each<[string, boolean]>([
  ['web -h', true],
  ['--help=true', true],
  ['--help=false', false],
  ['-- -h', false],
  ['', false],
])('%s asks for help: %s', (line, asks) => {
  expect(asksHelp(words(line))).toBe(asks);
});
