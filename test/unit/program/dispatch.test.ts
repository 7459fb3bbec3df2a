import { asksHelp, readLine } from '../../../src/program/dispatch.js';
import { COMMANDS } from '../../../src/commands/index.js';
import { LOADERS } from '../../../src/commands/load.js';

test.each<[string, string, string | undefined, string[]]>([
  ['', '', undefined, []],
  ['--help', '', undefined, ['--help']],
  ['mkl', 'mkl', undefined, []],
  ['mkl --bogus', 'mkl', undefined, ['--bogus']],
  ['mkl status', 'mkl:status', 'status', []],
  ['multikeylistener create web 8080', 'multikeylistener:create', 'create', ['web', '8080']],
  ['mkl:status web', 'mkl:status', 'status', ['web']],
  ['mkl status -- --help', 'mkl:status', 'status', ['--', '--help']],
  ['mkl staus web', 'mkl:staus', undefined, ['web']],
  ['mkl toString', 'mkl:toString', undefined, []],
  ['mkl constructor', 'mkl:constructor', undefined, []],
])('the line %j is about %j', (text, id, command, rest) => {
  expect(readLine(text === '' ? [] : text.split(' '))).toEqual({ id, command, rest });
});

test.each<[string, boolean]>([
  ['', true],
  ['mkl', true],
  ['mkl --bogus', true],
  ['mkl status', false],
  ['mkl staus', false],
  ['mkl staus --help', true],
  ['mkl status web -h', true],
  ['mkl status -- -h', false],
])('%j asks for help: %s', (text, asks) => {
  expect(asksHelp(readLine(text === '' ? [] : text.split(' ')))).toBe(asks);
});

test('every command of the manifest has a loader, and it loads that command', async () => {
  const loaded = await Promise.all(
    Object.entries(LOADERS).map(async ([word, load]) => [`multikeylistener:${word}`, (await load()).default]),
  );
  expect(Object.fromEntries(loaded)).toEqual(COMMANDS);
});
