import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { environment } from './program.js';

const BIN = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'skupper.js');

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
          const child = spawn(process.execPath, [BIN, ...args], {
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
