import { spawn } from 'node:child_process';
import { environment, PROGRAM } from './program.js';

export interface Ended {
  status: number | null;
  stderr: string;
}

/** Runs the built program once for each command line, all at the same time (`skupper` of program.ts runs a few). */
export function together(lines: readonly (readonly string[])[], env: Record<string, string>): Promise<Ended[]> {
  return Promise.all(
    lines.map(
      (args) =>
        new Promise<Ended>((resolve, reject) => {
          const child = spawn(PROGRAM[0], [...PROGRAM.slice(1), ...args], {
            env: environment(env),
            stdio: ['ignore', 'ignore', 'pipe'],
          });
          let stderr = '';
          child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
          child.on('error', reject);
          child.on('close', (status) => resolve({ status, stderr }));
        }),
    ),
  );
}
