import fc from 'fast-check';
import type { MultiKeyListener } from '../../src/model/resource.js';
import { Fleet } from '../support/double/fleet.js';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { LONG } from '../support/verdict/reliability.js';
import { started } from '../support/program.js';
import { resource, weighted } from '../unit/fixtures.js';

const CONTEXTS = ['a', 'b', 'c'];
const NAMES = ['web', 'db', 'api'];

const STEP = fc.record({
  context: fc.constantFrom(...CONTEXTS),
  what: fc.constantFrom('down', 'up', 'put', 'put', 'put', 'delete', 'cut'),
  name: fc.constantFrom(...NAMES),
  weight: fc.integer({ min: 1, max: 99 }),
});

/** What the watch has told, by `context/name`; throws where an event contradicts those before it. */
function replay(lines: readonly string[]): Map<string, string> {
  const known = new Map<string, string>();
  for (const line of lines) {
    const { context, type, object } = JSON.parse(line) as { context: string; type: string; object: MultiKeyListener };
    const { name, uid = '', resourceVersion = '' } = object.metadata;
    const id = `${context}/${name}`;
    if (known.has(id) === (type === 'ADDED')) throw new Error(`${type} ${id}, known: ${known.has(id)}`);
    if (type === 'DELETED') known.delete(id);
    else known.set(id, `${uid} ${resourceVersion}`);
  }
  return known;
}

// Clusters come and go, and change while they are gone: what the watch tells is what they hold, no more and no less.
test('a watch of several clusters that come and go', async () => {
  const steps = fc.sample(STEP, LONG ? 2000 : 120);
  const fleet = await Fleet.start(CONTEXTS);
  const down = new Set<string>();
  const watch = started(['mkl', 'status', '--watch', '--all-contexts', '-o', 'json'], {
    env: { KUBECONFIG: fleet.kubeconfig },
    killAfterMs: 1_000_000,
  });
  const lines = (): string[] => watch.stdout().split('\n').slice(0, -1);
  const stored = (): Map<string, string> =>
    new Map(
      CONTEXTS.flatMap((context) =>
        fleet
          .at(context)
          .storage.list('multikeylisteners', 'default')
          .map(({ metadata }): [string, string] => {
            return [`${context}/${metadata.name}`, `${metadata.uid} ${metadata.resourceVersion}`];
          }),
      ),
    );
  const shown = (map: Map<string, string>): string => JSON.stringify([...map].sort());
  try {
    for (const context of CONTEXTS) fleet.put(context, resource({ metadata: { name: 'first' } }));
    await eventually(
      'all are live',
      () => lines().length === CONTEXTS.length,
      () => watch.stderr(),
    );
    for (const { context, what, name, weight } of steps) {
      const cluster = fleet.at(context);
      const there = stored().has(`${context}/${name}`);
      if (what === 'down' && !down.has(context)) {
        down.add(context);
        await cluster.refuse();
      } else if (what === 'up' && down.delete(context)) await cluster.listen();
      else if (what === 'cut') cluster.cutWatches('reset');
      else if (what === 'delete' && there) cluster.storage.delete('multikeylisteners', 'default', name);
      else if (what === 'put')
        fleet.put(context, resource({ metadata: { name }, spec: { strategy: weighted({ east: weight, west: 1 }) } }));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const context of down) await fleet.at(context).listen();
    await eventually(
      'all of it is told',
      () => shown(replay(lines())) === shown(stored()),
      () => watch.stderr(),
    );
  } finally {
    watch.kill('SIGINT');
    await watch.result;
    await fleet.stop();
  }
});
