import { chmodSync, readFileSync, writeFileSync } from 'node:fs';

import { writeKubeconfig } from '../support/cluster/kubeconfig.js';
import { eventually, liveCluster, type LiveCluster } from '../support/emulator/emulator-cluster.js';
import type { Emulator, Seen } from '../support/emulator/emulator.js';
import { hasTerminal, temporaryFolder } from '../support/program.js';

if (hasTerminal()) describe('a credential plugin that asks a person, under a live screen', pluginTests);
else {
  test('there is no python3 to make a terminal with: nothing of this file is tested here', () => {
    expect(process.env['CI']).not.toBe('true');
  });
}

/** What it hands out has expired at once, so that every new request asks again. */
const PLUGIN = `#!/bin/sh
echo $$ >> "$0.runs"
printf 'Password: ' >&2
read -r word
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s","expirationTimestamp":"2020-01-01T00:00:00Z"}}' "$word"
`;

function pluginTests(): void {
  const folder = temporaryFolder();
  let cluster: LiveCluster;
  let plugin: string;
  beforeEach(async () => {
    cluster = await liveCluster();
    cluster.add('web');
    cluster.reach('web', 'east');
    plugin = folder.at(`plugin-${Math.random()}`);
    writeFileSync(plugin, PLUGIN);
    chmodSync(plugin, 0o755);
  });
  afterEach(() => cluster.stop());
  afterAll(() => folder.remove());

  const runs = (): number[] => readFileSync(`${plugin}.runs`, 'utf8').trim().split('\n').map(Number);
  const asks = (seen: Seen): boolean => !seen.alternate && seen.lines.findLast((line) => line !== '') === 'Password:';

  /** The live screen, after the password was typed; the plugin asks again with the next request. */
  async function live(): Promise<Emulator> {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'IfAvailable' };
    const server = cluster.double.url;
    const KUBECONFIG = await writeKubeconfig(`${plugin}.kubeconfig`, { server, user: { exec }, namespace: 'west' });
    const emulator = cluster.screen('mkl status --watch', { env: { KUBECONFIG } });
    // The list and the watch ask once each.
    for (let asked = 1; !(emulator.seen.alternate && emulator.seen.text.includes('live ·')); asked += 1) {
      await emulator.until('a question, or the screen', (seen) => asks(seen) || seen.text.includes('live ·'));
      if (!asks(emulator.seen)) break;
      emulator.type('admin-token\r');
      await emulator.until('an answer', (seen) => !asks(seen) || runs().length > asked);
    }
    return emulator;
  }

  async function askedAgain(emulator: Emulator): Promise<void> {
    cluster.double.cutWatches('end');
    await emulator.until('the question', asks);
    expect(emulator.seen).toMatchObject({ cursorVisible: true, wraps: true });
  }

  test('the screen is left for the question, and comes back after the answer', async () => {
    const emulator = await live();
    await askedAgain(emulator);
    emulator.type('admin-token\r');
    await emulator.until('the screen', (seen) => seen.alternate && seen.text.includes('live ·'));
    emulator.type('q');
    expect(await emulator.end()).toMatchObject({ status: 0, modesKept: true });
  });

  test('Ctrl-C at the question ends all, and nobody asks once more', async () => {
    const emulator = await live();
    await askedAgain(emulator);
    const before = runs().length;
    emulator.type('\u0003');
    expect(await emulator.end()).toMatchObject({ status: 130, modesKept: true });
    expect(runs()).toHaveLength(before);
  });

  test('SIGTERM at the question ends the plugin too', async () => {
    const emulator = await live();
    await askedAgain(emulator);
    emulator.signal('SIGTERM');
    expect(await emulator.end()).toMatchObject({ status: 143, modesKept: true });
    const pid = runs().at(-1) ?? 0;
    const isGone = (): boolean => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };
    await eventually('the plugin has ended', isGone);
  });
}
