import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { environment, PROGRAM, temporaryFolder } from '../support/program.js';

/** A command of the tour, the stdout that the page shows, and the exit status that its comment names. */
interface Line {
  command: string;
  shown: string;
  exit: number;
}

const README = readFileSync('README.md', 'utf8');
const LINES = [...README.matchAll(/^```console\n([^]*?)^```$/gm)]
  .flatMap(([, block = '']) => block.split(/^\$ /m).slice(1))
  .map((text): Line => {
    const [command = '', ...shown] = text.split('\n');
    return { command, shown: shown.join('\n'), exit: Number(/# exit (\d+)/.exec(command)?.[1] ?? 0) };
  });

test('every line of the tour in README.md does what the page shows, in order, from an empty directory', () => {
  const folder = temporaryFolder();
  try {
    const bin = folder.at('bin');
    mkdirSync(bin);
    const quoted = PROGRAM.map((word) => `'${word}'`).join(' ');
    writeFileSync(path.join(bin, 'skupper'), `#!/bin/sh\nexec ${quoted} "$@"\n`);
    chmodSync(path.join(bin, 'skupper'), 0o755);
    mkdirSync(folder.at('empty'));
    const env = environment({ PATH: `${bin}:${process.env['PATH']}` });
    expect(LINES.length).toBeGreaterThan(10);
    // One shell runs all of it, so that what one line exports or writes is there for the next.
    const script = LINES.map(({ command }) => `${command}\necho "--- $?"`).join('\n');
    const { stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: folder.at('empty'), env, encoding: 'utf8' });
    const expected = LINES.map(({ command, shown, exit }) => ({ command, shown, exit }));
    const parts = stdout.split(/^--- (\d+)\n/m);
    const found = LINES.map(({ command }, index) => ({
      command,
      shown: parts[2 * index],
      exit: Number(parts[2 * index + 1]),
    }));
    expect(found).toEqual(expected);
    expect(stderr).not.toContain('Internal error');
  } finally {
    folder.remove();
  }
});
