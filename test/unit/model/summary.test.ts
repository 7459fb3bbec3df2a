import type { Applied, Status, Strategy } from '../../../src/model/resource.js';
import { conditionOf, isCurrent, summarise } from '../../../src/model/summary.js';
import { condition, priority, resource, weighted } from '../fixtures.js';

const WEIGHTED = weighted({ a: 1, b: 1 });
const PRIORITY = priority('a', 'b');
const reach = (...keys: string[]): Status['strategy'] => ({
  weighted: { routingKeysReachable: Object.fromEntries(keys.map((key) => [key, 1])) },
});
const ranked = (...keys: string[]): Status['strategy'] => ({ priority: { routingKeysReachable: keys } });

type Row = [
  title: string,
  status: Status | undefined,
  shown: { state: string; reachable: number | undefined; degraded?: boolean; message?: string },
  strategy?: Strategy,
];

/** Each row of the lifecycle in kubernetes.md, then what system-sites.md adds. */
const ROWS: Row[] = [
  ['just created', undefined, { state: 'Unknown', reachable: undefined }],
  ['an empty status', {}, { state: 'Unknown', reachable: undefined }],
  [
    'no Site',
    {
      status: 'Error',
      message: 'No active site in namespace',
      conditions: [condition('Configured', 1, 'No active site in namespace')],
    },
    { state: 'Error', reachable: undefined, message: 'No active site in namespace' },
  ],
  [
    'no network update yet',
    { status: 'Pending', message: 'Not Operational' },
    { state: 'Pending', reachable: 0, message: 'Not Operational' },
  ],
  [
    'no connector matches, main, weighted',
    { status: 'Pending', message: 'No matching connectors', strategy: reach() },
    { state: 'Pending', reachable: 0, message: 'No matching connectors' },
  ],
  [
    'no connector matches, main, priority',
    { status: 'Pending', strategy: ranked() },
    { state: 'Pending', reachable: 0 },
    PRIORITY,
  ],
  [
    'no connector matches, 2.2, an empty list left out',
    { status: 'Pending', message: 'Not Operational', strategy: { priority: {} } },
    { state: 'Pending', reachable: 0, message: 'Not Operational' },
    PRIORITY,
  ],
  [
    'some reachable',
    { status: 'Ready', message: 'OK', hasDestination: true, strategy: reach('b') },
    { state: 'Ready', reachable: 1, degraded: true, message: 'OK' },
  ],
  [
    'all reachable',
    { status: 'Ready', message: 'OK', strategy: reach('b', 'a') },
    { state: 'Ready', reachable: 2, message: 'OK' },
  ],
  [
    'all reachable, priority',
    { status: 'Ready', strategy: ranked('a', 'b') },
    { state: 'Ready', reachable: 2 },
    PRIORITY,
  ],
  ['Ready without saying which', { status: 'Ready' }, { state: 'Ready', reachable: undefined }],
  [
    'a removed key still in the status',
    { status: 'Ready', strategy: reach('a', 'gone') },
    { state: 'Ready', reachable: 1, degraded: true },
  ],
  [
    'Site deleted: the keys are stale',
    { status: 'Error', message: 'No active site in namespace', hasDestination: true, strategy: reach('a', 'b') },
    { state: 'Error', reachable: undefined, message: 'No active site in namespace' },
  ],
  ['a state nobody knows', { status: 'Confused' }, { state: 'Unknown', reachable: 0 }],
];

const local = (applied: Applied, status: Status = {}): Status => ({ ...status, local: { applied } });
const SYSTEM: Row[] = [
  [
    'written, not applied',
    local('NotApplied'),
    { state: 'Pending', reachable: undefined, message: 'not applied yet; run skupper system reload' },
  ],
  [
    'applied on linux',
    local('Applied', { status: 'Pending', message: 'Not Operational' }),
    { state: 'Pending', reachable: undefined, message: 'Not Operational' },
  ],
  [
    'applied, with a controller',
    local('Applied', { status: 'Ready', message: 'OK', strategy: reach('a') }),
    { state: 'Ready', reachable: 1, degraded: true, message: 'OK' },
  ],
  [
    'changed since',
    local('ChangePending', { status: 'Ready', message: 'OK', strategy: reach('a', 'b') }),
    { state: 'Pending', reachable: 2, message: 'not applied yet; run skupper system reload' },
  ],
  [
    'changed since, never reported',
    local('ChangePending'),
    { state: 'Pending', reachable: undefined, message: 'not applied yet; run skupper system reload' },
  ],
  [
    'removed, still run',
    local('Removed', { status: 'Ready', message: 'OK', strategy: reach('a') }),
    { state: 'Pending', reachable: undefined, message: 'removed, stale until reload' },
  ],
];

describe('summarise', () => {
  test.each([...ROWS, ...SYSTEM])('%s', (_title, status, shown, strategy = WEIGHTED) => {
    const { state, reachable, degraded, message, total } = summarise(resource({ spec: { strategy }, status }));
    expect({ state, reachable, degraded, message, total }).toEqual({
      degraded: false,
      message: '',
      total: 2,
      ...shown,
    });
  });

  test('the other columns', () => {
    const metadata = { namespace: 'west', creationTimestamp: '2026-07-23T10:00:00Z' };
    expect(summarise(resource({ metadata, status: { hasDestination: true } }))).toMatchObject({
      namespace: 'west',
      name: 'web',
      strategy: 'weighted',
      host: 'web',
      port: 8080,
      keys: ['east', 'west'],
      hasDestination: true,
      created: '2026-07-23T10:00:00Z',
    });
  });

  test('stands a resource without a spec', () => {
    const row = summarise({ ...resource(), spec: undefined } as never);
    expect(row).toMatchObject({ host: '', port: 0, keys: [], strategy: undefined, total: 0 });
  });
});

describe('conditions', () => {
  test('are found by type', () => {
    const status = { conditions: [condition('Configured', 1), condition('Operational', 1)] };
    expect(conditionOf(resource({ status }), 'Operational')?.type).toBe('Operational');
    expect(conditionOf(resource({ status }), 'Ready')).toBeUndefined();
    expect(conditionOf(resource(), 'Configured')).toBeUndefined();
  });

  test.each([
    [1, 2, false],
    [2, 2, true],
    [3, 2, true],
    [undefined, 2, false],
    [undefined, undefined, true],
  ])('observedGeneration %s of generation %s is current: %s', (observed, generation, current) => {
    expect(isCurrent(resource({ metadata: { generation } }), condition('Configured', observed))).toBe(current);
  });

  test.each<[Applied, boolean]>([
    ['Applied', true],
    ['ChangePending', false],
    ['NotApplied', false],
    ['Removed', false],
  ])('on a system site that is %s: %s', (applied, current) => {
    expect(isCurrent(resource({ status: local(applied) }), condition('Configured'))).toBe(current);
  });
});
