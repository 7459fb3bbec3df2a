import { readFileSync } from 'node:fs';

import { liveCluster, type LiveCluster } from '../support/emulator/emulator-cluster.js';
import { hangUp } from '../support/emulator/hang-up.js';
import { hasTerminal, temporaryFolder } from '../support/program.js';

if (hasTerminal()) describe('the terminal goes away', hangUpTests);
else {
  test('there is no python3 to make a terminal with: nothing of this file is tested here', () => {
    expect(process.env['CI']).not.toBe('true');
  });
}

function hangUpTests(): void {
  let cluster: LiveCluster;
  let env: Record<string, string>;
  const folder = temporaryFolder();
  beforeAll(async () => {
    cluster = await liveCluster();
    cluster.add('web');
    cluster.reach('web', 'east');
    env = { KUBECONFIG: cluster.kubeconfig };
  });
  afterAll(async () => {
    await cluster.stop();
    folder.remove();
  });

  const LIVE = [
    ['status --watch', 'live ·'],
    ['inspect web --watch', 'live ·'],
  ] as const;
  const ASKING = [
    ['create', 'Name of the resource'],
    ['delete --all', 'Delete'],
  ] as const;

  describe.each([
    [true, 'with SIGHUP'],
    [false, 'without a signal, after disown or setsid'],
  ])('%s: %s', (controlling) => {
    test.each([...LIVE, ...ASKING])('%s ends as by SIGHUP, and says nothing', async (line, after) => {
      const stderr = folder.at('stderr');
      const asks = ASKING.some(([each]) => each === line);
      const files = asks ? {} : { stderr };
      const { seen, ...end } = await hangUp(['mkl', ...line.split(' ')], { env, after, controlling, files });
      expect({ seen, end }).toEqual({ seen: expect.stringContaining(after), end: { status: 0, signal: 'SIGHUP' } });
      if (!asks) expect(readFileSync(stderr, 'utf8')).toBe('');
    });
  });

  test('a wait goes on to its own exit status where only its stderr is gone', async () => {
    const line = 'create late 5432 --weighted east=1 --timeout 3s';
    const files = { stdout: folder.at('stdout') };
    const end = await hangUp(['mkl', ...line.split(' ')], { env, after: 'waiting until', controlling: false, files });
    expect(end).toMatchObject({ status: 6, signal: null });
  });

  test('a write goes on to its own exit status where only its stdin and stderr are gone', async () => {
    const stdout = folder.at('created');
    const line = 'create db 5432 --weighted east=1 --wait none';
    const options = { env, after: 'Warning', controlling: false, files: { stdout } };
    expect(await hangUp(['mkl', ...line.split(' ')], options)).toMatchObject({ status: 0, signal: null });
    expect(readFileSync(stdout, 'utf8')).toBe('multikeylistener/db created\n');
  });
}
