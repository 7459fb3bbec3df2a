// Jest's globalSetup of the e2e project: one control plane for all its tests,
// in a process of its own. Plain JavaScript, because Jest loads this file
// without its transforms.
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = path.join(path.dirname(fileURLToPath(import.meta.url)), 'control-plane-cli.ts');

export default async function setup() {
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, '--details'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the control plane did not start (exit status ${code})`)));
  });
  const { reason } = JSON.parse(line);
  if (reason) process.stderr.write(`end-to-end tests skipped: ${reason}\n`);
  // Workers are started after this and inherit it.
  process.env.MKL_CONTROL_PLANE = reason ? '' : line;
  globalThis.mklControlPlane = child;
}
