import { liveCluster } from '../support/emulator/emulator-cluster.js';
import { hasTerminal } from '../support/program.js';

/** The only sequences that the program itself sends: modes, the beginning of a line, clear, colours. */
const OWN = /\u001b\[(?:\?(?:1049|25|7|2004|2026)[hl]|\d+;1H|[KJ]|[0-9;]*m)/g;
/** Controls, and what reorders or hides text. */
const HARMFUL = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
const EVIL = '\u001b[2J\u001b]0;owned\u0007\u009b31m\r\nfake  ● Ready\u202eoof\u200b\u001b[?1049l';

const onTerminal = hasTerminal() ? test : test.skip;

describe('hostile words of a server', () => {
  async function hostile(): Promise<Awaited<ReturnType<typeof liveCluster>>> {
    const cluster = await liveCluster('west', `ctx${EVIL}`);
    cluster.add('bad', ['east', EVIL], { host: EVIL });
    cluster.fail('bad', EVIL);
    cluster.add('good');
    cluster.reach('good', 'east');
    return cluster;
  }

  onTerminal('never put a control byte on the screen, nor a row that is none', async () => {
    const cluster = await hostile();
    try {
      const emulator = cluster.screen('mkl status --watch -o wide', { columns: 200 });
      const table = await emulator.untilText('live ·');
      expect(table.text).toContain('\\e[2J\\e]0;owned\\u{7}');
      expect(table.lines.filter((line) => line.startsWith(' fake'))).toEqual([]);
      // A change whose two sides are hostile too.
      cluster.fail('bad', `${EVIL}2`);
      emulator.resize(250, 24);
      await emulator.untilText(' → ');
      emulator.type('j\r');
      await emulator.untilText('Endpoint');
      cluster.double.tokens.clear();
      cluster.double.faults.push({ kind: 'html' });
      cluster.double.cutWatches('reset');
      await emulator.untilText('not live ·');
      emulator.type('q');
      const { status, seen } = await emulator.end();
      expect({ status, alternate: seen.alternate }).toEqual({ status: 0, alternate: false });
      expect(emulator.raw.replace(OWN, '')).not.toMatch(HARMFUL);
      expect(emulator.raw.match(/\u001b\[\?1049[hl]/g)).toHaveLength(2);
    } finally {
      await cluster.stop();
    }
  });

  test('are one line a change in a pipe, and escaped on stderr', async () => {
    const cluster = await hostile();
    try {
      const pipes = ['mkl status -w -o wide --timeout 3s', 'mkl inspect bad -w --timeout 3s'].map((line) =>
        cluster.pipe(line),
      );
      cluster.double.faults.push({ kind: 'html', times: 3 });
      const results = await Promise.all(pipes.map(({ result }) => result));
      for (const { stdout, stderr } of results) {
        expect(stdout).not.toMatch(HARMFUL);
        expect(stderr).not.toMatch(HARMFUL);
        expect(stdout.split('\n').filter((line) => line.startsWith('fake'))).toEqual([]);
      }
    } finally {
      await cluster.stop();
    }
  });
});
