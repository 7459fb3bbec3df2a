import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { requireCommand, runCheck } from '../../../../src/cli/shift/check-command.js';
import { eventually } from '../../../support/emulator/emulator-cluster.js';
import { temporaryFolder } from '../../../support/program.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const never = new AbortController().signal;
const check = (command: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}) => {
  const printed: string[] = [];
  const result = runCheck({
    command,
    timeoutMs: 60_000,
    env: { NAME: 'web' },
    signal: never,
    output: (text) => printed.push(text),
    ...more,
  });
  return result.then((each) => ({ ...each, printed: printed.join('') }));
};
const isAlive = (file: string): boolean => {
  try {
    return process.kill(Number(readFileSync(folder.at(file), 'utf8')), 0);
  } catch {
    return false;
  }
};

test.each([
  ['echo "$NAME"; echo two >&2', { passed: true }, /web|two/],
  ['echo first; echo last; exit 3', { passed: false, why: 'it ended with status 3: last' }, /^first\nlast\n$/],
  ['exit 3', { passed: false, why: 'it ended with status 3' }, /^$/],
  ['kill -TERM $$', { passed: false, why: 'it was killed by SIGTERM' }, /^$/],
  ['wait; cat', { passed: true }, /^$/],
  [`echo "$0" 'it'"'"'s "quoted"'`, { passed: true }, /^sh it's "quoted"\n$/],
])('%s', async (command, result, printed) => {
  expect(await check(command)).toEqual({ name: 'command', ...result, printed: expect.stringMatching(printed) });
});

test('what it leaves behind ends with it', async () => {
  const file = folder.at('left');
  expect(await check(`sleep 600 & echo $! > ${file}`)).toMatchObject({ passed: true });
  await eventually('the end', () => !isAlive('left'));
});

test('one that is interrupted, or hangs, ends with all that it started', async () => {
  const interrupt = new AbortController();
  const running = check(`echo $$ > ${folder.at('pid')}; sleep 600 | cat`, { signal: interrupt.signal });
  await eventually('the start', () => existsSync(folder.at('pid')) && isAlive('pid'));
  interrupt.abort();
  expect(await running).toMatchObject({ passed: false, why: 'interrupted' });
  expect(await check('sleep 600', { signal: interrupt.signal })).toMatchObject({ passed: false, why: 'interrupted' });
  expect(await check('sleep 600', { timeoutMs: 1 })).toMatchObject({ why: 'it did not end within 0.001 s' });
  await eventually('the end', () => !isAlive('pid'));
});

test('of a flood the beginning is passed on, and the last line is kept', async () => {
  const { passed, why, printed } = await check('yes | head -c 10000000; echo; echo over; exit 1');
  expect({ passed, why }).toEqual({ passed: false, why: 'it ended with status 1: over' });
  expect(printed.length).toBeLessThan(1_001_000);
  expect(printed.slice(-60)).toMatch(/y\n\n\(the rest of its output is left out\)\n$/);
});

test('the program that a command begins with has to be known to sh', async () => {
  for (const command of ['true', 'test 1 = 1', '  ls -l', 'if true; then false; fi', 'A=1 no-such-program', '/bin/sh'])
    await expect(requireCommand(command, never)).resolves.toBeUndefined();
  await expect(requireCommand('./no-such-file --all', never)).rejects.toMatchObject({
    code: 'usage',
    message: 'the check command "./no-such-file" was not found',
  });
  const path = process.env['PATH'];
  process.env['PATH'] = folder.path;
  try {
    await expect(requireCommand('$(echo true)', never)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^the check command cannot be run with sh: /),
    });
  } finally {
    process.env['PATH'] = path;
  }
});
