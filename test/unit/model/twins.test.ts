import { errorOf, isReady, summarise, type Summary } from '../../../src/model/summary.js';
import { markTwins, Twins } from '../../../src/model/twins.js';
import type { Spec, Status } from '../../../src/model/resource.js';
import { resource, weighted } from '../fixtures.js';

const READY: Status = { status: 'Ready', message: 'OK', hasDestination: true };
const row = (name: string, spec: Partial<Spec> = {}, status: Status = READY, namespace = 'west'): Summary =>
  summarise(
    resource({
      metadata: { name, namespace },
      spec: { host: name, port: 80, strategy: weighted({ a: 1 }), ...spec },
      status,
    }),
  );
const errors = (rows: readonly Summary[]): (string | undefined)[] => rows.map(errorOf);

test.each<[string, Partial<Spec>, string | undefined]>([
  ['all is well', {}, undefined],
  ['an impossible host', { host: 'Web_1' }, 'spec.host'],
  ['an address as the host on Kubernetes', { host: '10.0.0.1' }, 'spec.host'],
  ['an impossible port', { port: 70_000 }, 'spec.port'],
  ['a weight of 0', { strategy: weighted({ a: 0, b: 1 }) }, 'spec.strategy.weighted.routingKeys[a]'],
  ['no spec', undefined as never, undefined],
])('a row shows what is wrong with its spec: %s', (_what, spec, field) => {
  const summary = row('web', spec);
  expect(errorOf(summary)?.split(' ')[0]).toBe(field);
  expect(isReady(summary)).toBe(field === undefined);
});

test('hosts are judged by the rules of the platform; the state itself stays', () => {
  const local = row('web', { host: '10.0.0.1' }, { ...READY, local: { applied: 'Applied' } });
  expect([local.state, errorOf(local)]).toEqual(['Ready', undefined]);
  expect(row('web', { port: 0 }).state).toBe('Ready');
  expect(errorOf(row('web', { port: 0 }, { status: 'Error', message: 'x' }))).toBeUndefined();
});

test('two of a namespace with one host and port name each other', () => {
  const rows = [row('a', { host: 'x' }), row('b', { host: 'x' }), row('c', { host: 'x' }, READY, 'east'), row('d')];
  expect(errors(markTwins(rows))).toEqual([
    'b has the same host and port, x:80',
    'a has the same host and port, x:80',
    undefined,
    undefined,
  ]);
  const three = markTwins([...rows, row('e', { host: 'x' })]);
  expect(errors(three)[4]).toBe('a, b have the same host and port, x:80');
});

test('a row that changes or goes frees the others', () => {
  const twins = new Twins();
  const [a, b] = [row('a', { host: 'x' }), row('b', { host: 'x' })];
  expect(twins.add(a)).toEqual([]);
  expect(twins.add(b).map(({ id }) => id)).toEqual(['west/a']);
  const marked = twins.mark(a);
  expect(errorOf(marked)).toBeDefined();
  expect(twins.remove(b).map(({ id }) => id)).toEqual(['west/a']);
  expect(twins.mark(marked)).toEqual(a);
  // The same row again is no twin of itself.
  expect([twins.add(a), errorOf(twins.mark(a))]).toEqual([[], undefined]);
});
