// For people: npx tsx test/support/cluster/control-plane-cli.ts [user] [namespace]
// starts a control plane, prints the path of a kubeconfig for it and keeps it
// until Ctrl-C. For e2e-setup.js: --details prints one line of JSON and keeps
// it until stdin ends, so that it never outlives who started it.
import type { User } from './control-plane-handle.js';
import { startControlPlane } from './control-plane.js';

const details = process.argv.includes('--details');
const [user = 'admin', namespace = 'default'] = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const plane = await startControlPlane({ say: (line) => process.stderr.write(`${line}\n`) });
if ('reason' in plane) {
  process.stdout.write(details ? `${JSON.stringify(plane)}\n` : `${plane.reason}\n`);
  process.exit(details ? 0 : 1);
}
const answer = details ? JSON.stringify(plane.details) : await plane.kubeconfig(user as User, namespace);
process.stdout.write(`${answer}\n`);

const stop = (): void => void plane.stop().then(() => process.exit(0));
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
if (details) process.stdin.on('end', stop).resume();
else setInterval(() => undefined, 60_000);
