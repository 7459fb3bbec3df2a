import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dataHome } from '../../src/store/system/files/paths.js';
import { isFailure } from '../../src/model/failure.js';
import { environment } from '../support/program.js';
import { newSite } from './site.js';

const BIN = fileURLToPath(new URL('../../bin/skupper.js', import.meta.url));
const perhaps = existsSync('/dev/full') ? test : test.skip;

perhaps('a full disk behind stdout is no fault of the program', async () => {
  const site = newSite();
  await site.run(['mkl', 'create', 'web', '8080', '--weighted', 'x=1']);
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'mkl', 'status'], {
    env: environment(site.env),
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  site.remove();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Error: the output cannot be written: ENOSPC/);
  expect(stderr).not.toContain('Internal error');
});

test('a user without a home folder is told what to name', () => {
  const host = { uid: 54321, home: undefined, exists: () => false, isDirectory: () => false };
  const home = (env: Record<string, string>): string => dataHome({ env }, host);
  expect(home({ XDG_DATA_HOME: '/data' })).toBe('/data/skupper');
  expect(home({ HOME: '/h' })).toBe('/h/.local/share/skupper');
  let thrown: unknown;
  try {
    home({});
  } catch (error) {
    thrown = error;
  }
  expect(isFailure(thrown, 'file-system') && thrown.hint).toContain('--data-home');
});
