/**
 * CPU time of one frame of `status --watch` with many rows:
 * npx tsx test/bench/frame.ts [--resources 10000] [--frames 200]. Exit 1 above 50 ms.
 */
import type { MultiKeyListener } from '../../src/model/resource.js';
import { applyEvent, createBoard, prune } from '../../src/view/live/board.js';
import type { Controls } from '../../src/view/live/controls.js';
import { renderFrame } from '../../src/view/live/frame.js';
import { ORDERS } from '../../src/view/live/order.js';
import { signsFor } from '../../src/view/style.js';
import { PLAIN } from '../../src/view/style.js';
import { option, say } from './measure.js';

const GOAL_MS = 50;
const resources = option('resources', 10_000);
const frames = option('frames', 200);
const paint = (text: string): string => `\u001b[1m${text}\u001b[22m`;
const style = { ...PLAIN, terminal: true, width: 120, good: paint, warn: paint, bad: paint, dim: paint, bold: paint };

const now = Date.now();
const one = (index: number, reachable: number): MultiKeyListener => ({
  apiVersion: 'skupper.io/v2alpha1',
  kind: 'MultiKeyListener',
  metadata: {
    name: `resource-${index}`,
    namespace: 'west',
    uid: String(index),
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { host: `host-${index}`, port: 8080, strategy: { weighted: { routingKeys: { east: 1, west: 1 } } } },
  status: {
    status: reachable > 0 ? 'Ready' : 'Pending',
    message: 'OK',
    strategy: { weighted: { routingKeysReachable: reachable > 1 ? { east: 1, west: 1 } : { east: 1 } } },
  },
});
const board = createBoard(now);
for (let index = 0; index < resources; index++)
  applyEvent(board, { type: 'ADDED', object: one(index, index % 50 === 0 ? index % 3 : 2) }, now);
applyEvent(board, { type: 'SYNCED' }, now);

let worst = 0;
for (const order of ORDERS) {
  for (const filter of ['', '99']) {
    const controls: Controls = { order, ordered: true, filter, typing: false, help: false };
    const options = { place: 'west · prod-eu', namespaces: false, wide: false, now, width: 120, height: 50 };
    for (let warm = 0; warm < 20; warm++) renderFrame(board, controls, style, options);
    const before = process.cpuUsage();
    for (let frame = 0; frame < frames; frame++) {
      applyEvent(board, { type: 'MODIFIED', object: one(frame, frame % 3) }, now);
      prune(board, now);
      renderFrame(board, controls, style, options);
    }
    const { user, system } = process.cpuUsage(before);
    const each = (user + system) / 1000 / frames;
    worst = Math.max(worst, each);
    say(`${order.padEnd(14)} filter ${JSON.stringify(filter).padEnd(5)} ${each.toFixed(2)} ms CPU per frame`);
  }
}
say(`${resources} rows, ${signsFor(style).ready} worst ${worst.toFixed(2)} ms, goal < ${GOAL_MS} ms`);
process.exitCode = worst < GOAL_MS ? 0 : 1;
