import fc from 'fast-check';
import { applyEvent, countsOf, type BoardRow } from '../../../../src/view/live/board.js';
import { arrange, ORDERS, severity } from '../../../../src/view/live/order.js';
import { anyResource, boardOf, failed, NOW, reaching, row, text } from './live-fixtures.js';

const board = boardOf([
  row('full', reaching('a', 'b'), 2, 1000),
  row('half', reaching('a'), 2, 2000),
  row('raw', undefined, 2, 3000),
  row('pending', reaching(), 2, 4000),
  row('bad', failed('x'), 2, 5000),
]);
applyEvent(board, { type: 'MODIFIED', object: row('pending', reaching('b'), 2, 4000) }, NOW + 1);
applyEvent(board, { type: 'MODIFIED', object: row('pending', reaching(), 2, 4000) }, NOW + 2);
applyEvent(board, { type: 'ADDED', object: row('added', failed('y'), 2, 0) }, NOW + 3);
applyEvent(board, { type: 'ADDED', object: row('deleted', failed('z')) }, NOW + 4);
applyEvent(board, { type: 'DELETED', object: row('deleted') }, NOW + 5);
const names = (rows: readonly BoardRow[]): string[] => rows.map(({ summary }) => summary.name);
const by = (order: (typeof ORDERS)[number], filter = ''): string[] =>
  names(arrange(board.rows.values(), order, filter));

test('by name', () => {
  expect(by('name')).toEqual(['added', 'bad', 'deleted', 'full', 'half', 'pending', 'raw']);
});

test('the worst first: Error, Pending, Unknown, degraded and deleted, then those that serve; equals by name', () => {
  expect(by('worst first')).toEqual(['added', 'bad', 'pending', 'raw', 'deleted', 'half', 'full']);
});

test('the newest change first', () => {
  expect(by('newest change')).toEqual(['deleted', 'added', 'pending', 'bad', 'full', 'half', 'raw']);
});

test('the youngest first; what has no age last', () => {
  const ageless = row('ageless');
  delete ageless.metadata.creationTimestamp;
  const rows = [...board.rows.values(), ...boardOf([ageless]).rows.values()];
  expect(names(arrange(rows, 'age', ''))).toEqual([
    'added',
    'full',
    'half',
    'raw',
    'pending',
    'bad',
    'deleted',
    'ageless',
  ]);
});

test.each([
  ['ADD', ['added']],
  ['e', ['added', 'deleted', 'pending']],
  ['west', []],
  ['west/f', ['full']],
  ['.*', []],
])(
  'the filter %s is looked for in names, as it stands, in any case; with a slash in namespace/name',
  (filter, found) => {
    expect(by('name', filter)).toEqual(found);
  },
);

test('property: every order is a permutation of exactly the rows whose name matches', () => {
  const rowsOf = fc.array(anyResource(), { maxLength: 30 }).map((all) => [...boardOf(all).rows.values()]);
  fc.assert(
    fc.property(rowsOf, fc.constantFrom(...ORDERS), fc.oneof(fc.constant(''), text()), (rows, order, filter) => {
      const wanted = filter.toLowerCase();
      const where = ({ id, summary }: BoardRow): string => (wanted.includes('/') ? id : summary.name).toLowerCase();
      const expected = rows.filter((each) => where(each).includes(wanted)).map(({ id }) => id);
      const found = arrange(rows, order, filter);
      expect(found.map(({ id }) => id).sort()).toEqual(expected.sort());
      // The same again, whatever order they came in.
      expect(arrange([...rows].reverse(), order, filter)).toEqual(found);
      if (order !== 'worst first') return;
      const ranks = found.map(severity);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      const counts = countsOf(found);
      expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(found.length);
    }),
    { numRuns: 60 },
  );
});
