import fc from 'fast-check';
import { Failure } from '../../../../src/model/failure.js';
import type { MultiKeyListener, Status } from '../../../../src/model/resource.js';
import { applyEvent, createBoard, type Board } from '../../../../src/view/live/board.js';
import type { Controls } from '../../../../src/view/live/controls.js';
import type { FrameOptions } from '../../../../src/view/live/frame.js';
import { condition, resource, weighted } from '../../fixtures.js';

/** A moment; ages below are counted from it. */
export const NOW = Date.parse('2026-07-23T12:00:00Z');

export const before = (ms: number): string => new Date(NOW - ms).toISOString();
const HOUR = 3_600_000;

/** A Ready status with these keys reachable, or Pending when there are none. */
export function reaching(...keys: string[]): Status {
  const reached = keys.length > 0;
  return {
    status: reached ? 'Ready' : 'Pending',
    message: reached ? 'OK' : 'No matching connectors',
    hasDestination: reached,
    conditions: [condition('Configured', 1)],
    strategy: { weighted: { routingKeysReachable: Object.fromEntries(keys.map((key) => [key, 1])) } },
  };
}

export const failed = (message: string): Status => ({
  status: 'Error',
  message,
  conditions: [condition('Configured', 1, message)],
});

/** A resource of namespace west with routing keys a, b, … (as many as said). */
export function row(name: string, status?: Status, keys = 2, age = 72 * HOUR): MultiKeyListener {
  const names = ['a', 'b', 'c', 'd'].slice(0, keys);
  return resource({
    metadata: { name, namespace: 'west', generation: 1, uid: name, creationTimestamp: before(age) },
    spec: { host: name, strategy: weighted(Object.fromEntries(names.map((key) => [key, 1]))) },
    ...(status ? { status } : {}),
  });
}

/** A board that is live since `at` with these resources. */
export function boardOf(resources: readonly MultiKeyListener[], at = NOW): Board {
  const board = createBoard(at);
  for (const object of resources) applyEvent(board, { type: 'ADDED', object }, at);
  applyEvent(board, { type: 'SYNCED' }, at);
  return board;
}

export const refused = new Failure('unreachable', 'connection refused');

export const controls = (parts: Partial<Controls> = {}): Controls => ({
  order: 'name',
  ordered: false,
  filter: '',
  typing: false,
  help: false,
  ...parts,
});

export const options = (parts: Partial<FrameOptions> = {}): FrameOptions => ({
  place: 'west · prod-eu',
  namespaces: false,
  wide: false,
  now: NOW,
  width: 80,
  height: 24,
  ...parts,
});

export const withoutColour = (line: string): string => line.replace(/\u001b\[[0-9;]*m/g, '');

/** What could do harm on a terminal: controls, bidirectional and invisible characters, lone surrogates. */
export const HARMFUL =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Text as an attacker or another alphabet writes it. */
export const text = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(
      'web',
      'x'.repeat(300),
      '漢字テスト'.repeat(9),
      '\u001b[2J\u001b]0;title\u0007gone',
      'a\nb\r\nc',
      '\u202egnp.exe',
      '👩‍👩‍👧‍👦🏳️‍🌈',
      '\ud800',
      'e\u0301'.repeat(20),
      '\u009b31m',
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
  );

/** A resource of which the server says anything at all. */
export const anyResource = (): fc.Arbitrary<MultiKeyListener> =>
  fc
    .record({
      name: text(),
      host: text(),
      port: fc.integer({ min: 0, max: 99_999 }),
      keys: fc.uniqueArray(text(), { maxLength: 5 }),
      state: fc.constantFrom('Ready', 'Pending', 'Error', undefined, 'Strange'),
      message: text(),
      age: fc.integer({ min: 0, max: 10 ** 11 }),
    })
    .map(({ name, host, port, keys, state, message, age }) => {
      const reachable = Object.fromEntries(keys.slice(1).map((key) => [key, 1]));
      return resource({
        metadata: { name, namespace: 'west', generation: 1, uid: name, creationTimestamp: before(age) },
        spec: { host, port, strategy: weighted(Object.fromEntries(keys.map((key) => [key, 1]))) },
        ...(state === undefined
          ? {}
          : { status: { status: state, message, strategy: { weighted: { routingKeysReachable: reachable } } } }),
      });
    });
