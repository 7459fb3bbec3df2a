import { readFileSync } from 'node:fs';
import {
  asksHelp,
  checkTopicFlags,
  parserWords,
  readCommandLine,
  scan,
  wantsJson,
  type FlagShape,
  type Token,
} from '../../../src/program/command-line.js';
import { VALUE_FLAGS } from '../../../src/cli/value-flags.js';
import { failureOf } from '../fake-store.js';

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
const tokens = (line: string): Token[] => scan(words(line)).tokens;

test.each<[string, string[]]>([
  ['web --watch --name=x', ['web', '--watch', '--name=x']],
  ['-n west -n=west -nwest -n-x', ['-n=west', '-n=west', '-n=west', '-n=-x']],
  ['-Aw -Awn west -Aw=false', ['-A', '-w', '-A', '-w', '-n=west', '-A', '-w=false']],
  ['--label a=b --label=a=b=c', ['--label=a=b', '--label=a=b=c']],
  ['--output --watch', ['--output=--watch']],
  ['-n', ['-n']],
  ['--namespace=', ['--namespace=']],
  ['- -=x', ['-', '-=x']],
  ['-f - -- -n --watch --', ['-f=-', '-n', '--watch', '--']],
])('the flags and words of %s', (line, expected) => {
  const shown = tokens(line).map(({ flag = '', value }) =>
    flag === '' || value === undefined ? `${flag}${value ?? ''}` : `${flag}=${value}`,
  );
  expect(shown).toEqual(expected);
});

describe('our own command lines: the id, and the words besides', () => {
  test.each<[string, string, string]>([
    ['', '', ''],
    ['--help', '', '--help'],
    ['--version', '', '--version'],
    ['-h', '', '-h'],
    ['--bogus', '', '--bogus'],
    ['--help site', '', '--help'],
    ['--bogus --help site', '', '--bogus --help'],
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
    ['mkl list web', 'mkl:status', 'web'],
    ['mkl ls -A', 'mkl:status', '-A'],
    ['mkl get list', 'mkl:status', 'list'],
    ['multikeylistener describe web', 'multikeylistener:inspect', 'web'],
    ['-n ls mkl show web', 'mkl:inspect', '-n ls web'],
    ['mkl:rm web', 'mkl:delete', 'web'],
    ['mkl help get', 'mkl:status', '--help'],
    ['help mkl rm', 'mkl:delete', '--help'],
    ['-ojson mkl status', 'mkl:status', '-o json'],
    ['-Aojson mkl status', 'mkl:status', '-A -o json'],
    ['mkl -- status -h', 'mkl:status', '-- -h'],
  ])('%s', (line, id, rest) => {
    expect(readCommandLine(words(line))).toEqual({ to: 'own', line: { id, tokens: tokens(rest) } });
  });
});

test.each<[string, string]>([
  ['help site', 'site'],
  ['version', 'version'],
  ['site status --help', 'site'],
  ['-n mkl site status', 'site'],
  ['-Aojson --bogus site -- x', 'site'],
  ['completion bash', 'completion'],
  ['__complete site', '__complete'],
  ['mklx status', 'mklx'],
])('for the other skupper, as it is: %s', (line, topic) => {
  expect(readCommandLine(words(line))).toEqual({ to: 'other', argv: words(line), topic });
});

test('what the completion scripts ask, and words of nothing, of blanks and of line breaks', () => {
  expect(readCommandLine(words('mkl __complete -- mkl sta'))).toEqual({ to: 'completion', argv: ['mkl', 'sta'] });
  const argv = ['link', '', ' ', 'a\nb', '--', '-x'];
  expect(readCommandLine(argv)).toEqual({ to: 'other', argv, topic: 'link' });
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
  all: { type: 'boolean', char: 'a' },
  preflight: { type: 'boolean', allowNo: true },
  namespace: { type: 'option', char: 'n' },
  label: { type: 'option' },
  weighted: { type: 'option' },
  priority: { type: 'option' },
};

describe("the words for the command's parser", () => {
  test.each<[string, string]>([
    ['--watch=true web', 'web --watch'],
    ['-w=1', '--watch'],
    ['--watch=False web', 'web'],
    ['-aw=false', '--all'],
    ['-w -w=false', ''],
    ['--watch=false web -w', 'web --watch'],
    ['--preflight=false --preflight', '--preflight'],
    ['--preflight --no-preflight', '--no-preflight'],
    ['--preflight=false', '--no-preflight'],
    ['--no-preflight=true', '--no-preflight'],
    ['--no-preflight=false', '--preflight'],
    ['web --label a=true', 'web --label=a=true'],
    ['--namespace=true -n west -nwest', '--namespace=true --namespace=west --namespace=west'],
    ['web --namespace', 'web --namespace'],
    ['web --weighted a=1, b=2, c:3 80', 'web 80 --weighted=a=1,b=2,c:3'],
    ['--weighted=a=1, web', 'web --weighted=a=1,'],
    ['web --weighted a=1, -w', 'web --weighted=a=1, --watch'],
    ['web --priority a,b, -w', 'web --priority=a,b, --watch'],
    ['- --watch -- --watch=maybe', '--watch -- - --watch=maybe'],
  ])('%s', (line, plain) => {
    expect(parserWords(tokens(line), FLAGS)).toEqual(words(plain));
  });

  test.each<[string, string[]]>([
    ['--watch=', ['--watch']],
    ['--watch=maybe', ['--watch']],
    ['--watch=maybe --watch', ['--watch']],
    ['-aw=yes', ['-w']],
    ['--no-preflight=2', ['--no-preflight']],
  ])('%s is a usage error', async (line, fields) => {
    const failure = await failureOf(Promise.resolve().then(() => parserWords(tokens(line), FLAGS)));
    expect([failure.code, failure.causes.map(({ field }) => field)]).toEqual(['usage', fields]);
  });

  test.each<[string, string]>([
    ['web --priority a, b', '--priority a,b'],
    ['--priority a,b, c, web 80', '--priority a,b,c,web'],
    ["--priority=a$b, c' -w", `--priority 'a$b,c'\\'''`],
  ])('a blank that may not be one of the list: %s', async (line, corrected) => {
    const failure = await failureOf(Promise.resolve().then(() => parserWords(tokens(line), FLAGS)));
    expect([failure.code, failure.hint]).toEqual(['usage', `Write the list without spaces: ${corrected}`]);
  });

  test.each<[string, string[]]>([
    ['--bogus=1 -x --label --odd -- --after', ['--bogus', '-x']],
    ['-axw', ['-x']],
    ['--no-watch', ['--no-watch']],
    ['--w', ['--w']],
  ])('unknown flags are refused: %s', async (line, unknown) => {
    const failure = await failureOf(Promise.resolve().then(() => parserWords(tokens(line), FLAGS)));
    const slips = unknown.map((given) => ({ kind: 'flag', given }));
    expect(failure).toMatchObject({ code: 'usage', slips });
    expect(failure.message).toBe(`unknown ${unknown.length === 1 ? 'flag' : 'flags'}: ${unknown.join(', ')}`);
  });
});

test.each(['--bogus', '-x', '--help --bogus=1', '--help=maybe', '--version=2'])(
  'refused where no command is named: %s',
  async (line) => {
    const failure = await failureOf(Promise.resolve().then(() => checkTopicFlags(tokens(line))));
    expect(failure.code).toBe('usage');
  },
);

test.each(['--help -n west', '-h --no-color=true', '--version=false', '-p linux -ojson'])(
  'understood where no command is named: %s',
  (line) => {
    expect(() => checkTopicFlags(tokens(line))).not.toThrow();
  },
);

test.each<[string, boolean, boolean]>([
  ['web -h', true, true],
  ['-Ah', true, false],
  ['--help=true', true, true],
  ['--help=false', false, false],
  ['-h --help=false', false, false],
  ['--help=false -h', true, false],
  ['-n --help', false, false],
  ['-- -h', false, true],
  ['', false, true],
])('%s asks for help: %s, for nothing else: %s', (line, asked, alone) => {
  expect(asksHelp(tokens(line))).toEqual({ asked, alone });
});

test.each<[string, boolean]>([
  ['-o json', true],
  ['-ojson', true],
  ['-o=json', true],
  ['-Ao json', true],
  ['--output json', true],
  ['--output=json', true],
  ['status web -o json --x', true],
  ['-o yaml', false],
  ['-o', false],
  ['json', false],
  ['--observer json', false],
  ['--label json', false],
  ['-n -o json', true],
  ['-n --output=json', true],
  ['-n -ojson', true],
  ['-n -o --x json', false],
  ['-n -x json', false],
  ['-- -o json', false],
  ['--output-file json', false],
])('%s asks for JSON: %s', (line, json) => {
  expect(wantsJson(tokens(line))).toBe(json);
});
