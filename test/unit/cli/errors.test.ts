import { EXIT, exitOf, reasonOf, toFailure } from '../../../src/cli/errors.js';
import { parseDuration } from '../../../src/cli/flags.js';
import { canUnicode, styleFor } from '../../../src/cli/terminal/io.js';
import { colourLevel } from '../../../src/cli/terminal/colour.js';
import { namesFrom } from '../../../src/cli/names.js';
import { Failure, isFailure, joinFailures, type Code } from '../../../src/model/failure.js';
import { failureDocument, renderFailure } from '../../../src/view/failure.js';
import { PLAIN } from '../../../src/view/style.js';
import { terminal } from '../fixtures.js';

/** Every code and its exit status: a new code without a row here is a type error. */
const TABLE: Record<Code, number> = {
  usage: 2,
  invalid: 2,
  'strategy-immutable': 2,
  preflight: 2,
  'bad-file': 2,
  'not-found': 3,
  'namespace-not-found': 3,
  unauthenticated: 4,
  forbidden: 4,
  'credential-plugin': 4,
  'already-exists': 5,
  conflict: 5,
  'wait-timeout': 6,
  'resource-error': 7,
  'not-ready': 7,
  'check-failed': 7,
  unreachable: 8,
  tls: 8,
  'request-timeout': 8,
  'kubeconfig-missing': 8,
  'kubeconfig-invalid': 8,
  'context-unknown': 8,
  difference: 9,
  'crd-missing': 1,
  'skupper-too-old': 1,
  rejected: 1,
  'server-error': 1,
  'bad-response': 1,
  'file-system': 1,
  'damaged-file': 1,
  partial: 1,
  internal: 1,
  interrupted: 130,
};

test.each(Object.entries(TABLE))('%s exits %d', (code, exit) => {
  const failure = new Failure(code as Code, 'x');
  expect(exitOf(failure)).toBe(exit);
  expect(EXIT[reasonOf(failure)]).toBe(exit);
});

describe('toFailure', () => {
  const oclif = (message: string): Error => Object.assign(new Error(message), { oclif: { exit: 1 } });

  test.each<[string, unknown, Code]>([
    ['a Failure as it is', new Failure('conflict', 'x'), 'conflict'],
    ["oclif's complaint about an argument, though that exits 1", oclif('Invalid argument'), 'usage'],
    ['a command that is none', oclif('command multikeylistener:creat not found'), 'usage'],
    ['a prompt that was left', Object.assign(new Error('x'), { name: 'ExitPromptError' }), 'interrupted'],
    ['a bug', new TypeError('x is undefined'), 'internal'],
    ['a text', 'text', 'internal'],
    ['nothing', undefined, 'internal'],
  ])('%s', (_title, error, code) => {
    expect(toFailure(error).code).toBe(code);
  });

  // What oclif 4.14 throws, with the members that tell one from another.
  test.each<[string, Error, string, string[]]>([
    [
      'a missing argument',
      Object.assign(oclif('Missing 1 required arg:\nshell  (bash|zsh)'), {
        args: [{ name: 'shell', description: 'bash or zsh' }],
      }),
      'SHELL is missing',
      ['SHELL: bash or zsh'],
    ],
    [
      'too many arguments',
      Object.assign(oclif('Unexpected arguments: a, b'), { args: ['a', 'b'] }),
      'unexpected arguments: "a", "b"',
      [],
    ],
    [
      'a value',
      oclif('Expected --output=j\nsn to be one of: table, json\nSee more help with --help'),
      'invalid value "j\\nsn" for --output',
      ['--output: must be one of table, json'],
    ],
    [
      'a value of an argument',
      oclif('Expected zs to be one of: bash, zsh'),
      'invalid value "zs"',
      [': must be one of bash, zsh'],
    ],
    [
      'flags that exclude each other',
      oclif(
        'The following error occurred:\n  --all=true cannot also be provided when using --selector\nSee more help with --help',
      ),
      '--all cannot be combined with --selector',
      [],
    ],
    [
      'flags that need another',
      oclif('The following error occurred:\n  All of the following must be provided when using --prune: --selector'),
      '--prune needs --selector',
      [],
    ],
    ['no value', oclif('Flag --output expects a value\nSee more help with --help'), '--output needs a value', []],
  ])('in our own words: %s', (_title, error, message, causes) => {
    const failure = toFailure(error);
    expect([failure.message, failure.hint]).toEqual([message, 'See --help for usage.']);
    expect(failure.causes.map((cause) => `${cause.field}: ${cause.message}`)).toEqual(causes);
  });
});

describe('a failure', () => {
  const failure = new Failure('invalid', "it can't be\u001b[2J", {
    causes: [
      { field: 'spec.port', message: 'must be from 1 to 65535, not 0', rule: 'port-range' },
      { field: '', message: 'a\nb' },
    ],
    hint: 'Nothing was sent.\nSecond line\u0007',
  });

  test('for a person', () => {
    expect(renderFailure(failure, PLAIN)).toEqual([
      "Error: it can't be\\e[2J",
      '  spec.port: must be from 1 to 65535, not 0',
      '  a\\nb',
      'Nothing was sent.',
      'Second line\\u{7}',
    ]);
    expect(renderFailure(failure, terminal(80, { colour: true }))[0]).toMatch(/^\u001b\[31mError:\u001b\[39m it/);
  });

  test('as one line of JSON', () => {
    const text = failureDocument(failure, 'Invalid', 2);
    expect(text.endsWith('\n')).toBe(true);
    expect(text.trimEnd()).not.toContain('\n');
    expect(JSON.parse(text)).toEqual({
      error: {
        code: 'invalid',
        reason: 'Invalid',
        message: failure.message,
        causes: failure.causes,
        hint: failure.hint,
        exitCode: 2,
      },
    });
  });

  test('with very many causes is cut', () => {
    const causes = Array.from({ length: 257 }, (_, index) => ({ field: `f${index}`, message: 'x' }));
    const lines = renderFailure(new Failure('invalid', 'x', { causes }), PLAIN);
    expect(lines).toHaveLength(52);
    expect(lines[51]).toBe('  … and 207 more');
  });

  test('of several is one', () => {
    const one = new Failure('not-found', 'a is not there', { hint: 'h' });
    expect(joinFailures([])).toBeUndefined();
    expect(joinFailures([one])).toBe(one);
    const joined = joinFailures([one, new Failure('forbidden', 'b')]);
    expect(joined).toMatchObject({ code: 'not-found', message: '2 operations failed', hint: 'h' });
    expect(joined?.causes.map(({ message }) => message)).toEqual(['a is not there', 'b']);
    expect([isFailure(one), isFailure(one, 'conflict'), isFailure(new Error('x'))]).toEqual([true, false, false]);
  });
});

describe('parseDuration', () => {
  test.each([
    ['30s', 30_000],
    ['2m', 120_000],
    ['500ms', 500],
    ['1h', 3_600_000],
    ['5', 5000],
    ['1.5s', 1500],
    ['0.5', 500],
  ])('%s', (text, ms) => {
    expect(parseDuration(text, 'timeout')).toBe(ms);
  });

  test.each(['', '0', '0s', '-1', '-1s', '1d', 'soon', '1 s', '1e3', 'Infinity', '5 minutes', '1s2'])(
    '%j is none',
    (text) => {
      expect(() => parseDuration(text, 'timeout')).toThrow(
        expect.objectContaining({ code: 'usage', causes: [expect.objectContaining({ field: '--timeout' })] }),
      );
    },
  );
});

describe('streams', () => {
  test.each([
    ['a terminal', true, { TERM: 'xterm' }, false, 1],
    ['256 colours', true, { TERM: 'xterm-256color' }, false, 2],
    ['true colour', true, { TERM: 'xterm', COLORTERM: 'truecolor' }, false, 3],
    ['a pipe', false, { TERM: 'xterm', COLORTERM: 'truecolor' }, false, 0],
    ['NO_COLOR', true, { TERM: 'xterm', NO_COLOR: '1' }, false, 0],
    ['an empty NO_COLOR, which counts for nothing', true, { TERM: 'xterm', NO_COLOR: '' }, false, 1],
    ['TERM=dumb', true, { TERM: 'dumb' }, false, 0],
    ['--no-color', true, { TERM: 'xterm' }, true, 0],
  ])('the colours of %s', (_title, isTTY, env, noColor, level) => {
    expect(colourLevel(isTTY, env, noColor)).toBe(level);
  });

  test.each([
    [{ LANG: 'en_GB.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'C' }, false],
    [{}, false],
    [{ LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, false],
    [{ LANG: 'en_GB.UTF-8', TERM: 'dumb' }, false],
    [{ LANG: 'en_GB.UTF-8', TERM: 'linux' }, false],
  ])('signs beyond ASCII with %j: %s', (env, can) => {
    expect(canUnicode(env, 'linux')).toBe(can);
  });

  test('a pipe is plain and has no width; a terminal without one has 80', () => {
    const write = (): void => undefined;
    expect(styleFor({ write }, {})).toBe(PLAIN);
    expect(styleFor({ write, isTTY: true }, { TERM: 'xterm' }).width).toBe(80);
    expect(styleFor({ write, isTTY: true, columns: 120 }, { TERM: 'xterm' }).width).toBe(120);
  });
});

describe('namesFrom', () => {
  test('names, each once, also as -o name prints them', () => {
    expect(namesFrom(['web', 'multikeylistener/db', 'web', 'multikeylisteners.skupper.io/x'])).toEqual([
      'web',
      'db',
      'x',
    ]);
  });

  test.each([[['--x']], [['-q', 'web']], [['A']], [['a/b']], [['..']], [['']], [['a b']]])('%j is refused', (words) => {
    expect(() => namesFrom(words)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
