import fc from 'fast-check';
import type { MultiKeyListener } from '../../../../src/model/resource.js';
import { applyEvent, countsOf, createBoard, prune, type Board } from '../../../../src/view/live/board.js';
import { changeOf, MARK_MS } from '../../../../src/view/live/changes.js';
import { weighted } from '../../fixtures.js';
import { boardOf, failed, NOW, reaching, refused, row } from './live-fixtures.js';

const at = (board: Board, name: string) => board.rows.get(`west/${name}`);

describe('what is marked', () => {
  test('nothing of what was there at the start', () => {
    const board = boardOf([row('web'), row('db', reaching('a'))]);
    expect([...board.rows.values()].map((each) => each.changedAt)).toEqual([undefined, undefined]);
    expect(board).toMatchObject({ synced: true, newsAt: NOW });
  });

  test('an added, a changed and a deleted one, each with its time', () => {
    const board = boardOf([row('web', reaching('a', 'b')), row('old')]);
    applyEvent(board, { type: 'ADDED', object: row('new') }, NOW + 1);
    applyEvent(board, { type: 'MODIFIED', object: row('web', reaching('a')) }, NOW + 2);
    applyEvent(board, { type: 'DELETED', object: row('old') }, NOW + 3);
    expect(at(board, 'new')).toMatchObject({ changedAt: NOW + 1 });
    expect(at(board, 'new')?.change).toBeUndefined();
    expect(at(board, 'web')).toMatchObject({ changedAt: NOW + 2, change: { from: '2/2', to: '1/2', lost: ['b'] } });
    expect(at(board, 'old')).toMatchObject({ goneAt: NOW + 3 });
    expect(board.newsAt).toBe(NOW + 3);
  });

  test('not a change that shows nowhere; an earlier mark stays', () => {
    const board = boardOf([row('web', reaching('a'))]);
    const same = row('web', reaching('a'));
    same.metadata.resourceVersion = '2';
    applyEvent(board, { type: 'MODIFIED', object: same }, NOW + 5);
    expect(at(board, 'web')?.changedAt).toBeUndefined();
    applyEvent(board, { type: 'MODIFIED', object: row('web', reaching()) }, NOW + 6);
    applyEvent(board, { type: 'MODIFIED', object: { ...row('web', reaching()), kind: 'MultiKeyListener' } }, NOW + 7);
    expect(at(board, 'web')).toMatchObject({ changedAt: NOW + 6, change: { from: 'Ready', to: 'Pending' } });
  });

  test('one that comes back while its struck out row still stands is new', () => {
    const board = boardOf([row('web', reaching('a'))]);
    applyEvent(board, { type: 'DELETED', object: row('web') }, NOW + 1);
    applyEvent(board, { type: 'ADDED', object: row('web') }, NOW + 2);
    expect(at(board, 'web')?.changedAt).toBe(NOW + 2);
    expect(at(board, 'web')?.change ?? at(board, 'web')?.goneAt).toBeUndefined();
  });

  test('the deletion of one that nobody knows is nothing', () => {
    const board = boardOf([]);
    applyEvent(board, { type: 'DELETED', object: row('web') }, NOW);
    expect(board.rows.size).toBe(0);
  });
});

const none = { lost: [], regained: [] };

describe('the one difference that is named', () => {
  const moved = row('web', reaching('a'));
  moved.spec = { ...moved.spec, host: 'other', port: 81 };
  const many = (...keys: string[]): MultiKeyListener => {
    const object = row('web', reaching(...keys));
    return { ...object, spec: { ...object.spec, strategy: weighted({ a: 1, b: 1, c: 1 }) } };
  };
  test.each<[string, MultiKeyListener, MultiKeyListener, object | undefined]>([
    ['the state', row('web'), row('web', reaching('a')), { from: 'Unknown', to: 'Ready' }],
    [
      'before the keys, which are named all the same',
      row('web', reaching('a', 'b')),
      row('web', reaching()),
      { from: 'Ready', to: 'Pending', lost: ['a', 'b'] },
    ],
    ['a lost key', row('web', reaching('a', 'b')), row('web', reaching('b')), { from: '2/2', to: '1/2', lost: ['a'] }],
    ['a regained key', many('a'), many('a', 'c'), { from: '1/3', to: '2/3', regained: ['c'] }],
    ['one for another', many('a', 'b'), many('b', 'c'), { from: '2/3', to: '2/3', lost: ['a'], regained: ['c'] }],
    [
      'a key that was removed from the strategy, which is not lost',
      many('a', 'c'),
      row('web', reaching('a')),
      { from: '2/3', to: '1/2' },
    ],
    ['the endpoint', row('web', reaching('a')), moved, { from: 'web:8080', to: 'other:81' }],
    ['the message', row('web', failed('one')), row('web', failed('two')), { from: 'one', to: 'two' }],
    ['its absence', row('web', failed('one')), row('web', failed('')), { from: 'one', to: 'no message' }],
    ['none', row('web', failed('one')), row('web', failed('one')), undefined],
  ])('%s', (_title, before, after, expected) => {
    expect(changeOf(before, after)).toEqual(expected && { ...none, ...expected });
  });

  test('keys that were not known', () => {
    const unknown = row('web', { status: 'Ready' });
    expect(changeOf(unknown, row('web', reaching('a')))).toEqual({ from: 'unknown', to: '1/2', ...none });
  });
});

describe('live or not', () => {
  test('lost counts from the first loss, however many attempts fail, until it is synced again', () => {
    const board = boardOf([row('web')]);
    applyEvent(board, { type: 'LOST', failure: refused, retryInMs: 250 }, NOW + 1000);
    applyEvent(board, { type: 'LOST', failure: refused, retryInMs: 500 }, NOW + 9000);
    expect(board.lost).toEqual({ since: NOW + 1000, failure: refused, retryAt: NOW + 9500 });
    // An event of the list that is under way does not make it live.
    applyEvent(board, { type: 'MODIFIED', object: row('web', reaching('a')) }, NOW + 9600);
    expect(board.lost).toBeDefined();
    applyEvent(board, { type: 'SYNCED' }, NOW + 9700);
    expect(board.lost).toBeUndefined();
    expect(board.newsAt).toBe(NOW + 9700);
  });

  test('what changed while it was lost is marked', () => {
    const board = boardOf([row('web', reaching('a', 'b')), row('gone')]);
    applyEvent(board, { type: 'LOST', failure: refused, retryInMs: 1 }, NOW + 1);
    applyEvent(board, { type: 'MODIFIED', object: row('web', reaching('a')) }, NOW + 2);
    applyEvent(board, { type: 'DELETED', object: row('gone') }, NOW + 3);
    applyEvent(board, { type: 'SYNCED' }, NOW + 4);
    expect(at(board, 'web')?.change).toEqual({ from: '2/2', to: '1/2', lost: ['b'], regained: [] });
    expect(at(board, 'gone')?.goneAt).toBe(NOW + 3);
  });
});

test('a deleted row stays for its time and is then forgotten', () => {
  const board = boardOf([row('web'), row('db')]);
  applyEvent(board, { type: 'DELETED', object: row('web') }, NOW);
  prune(board, NOW + MARK_MS - 1);
  expect(board.rows.size).toBe(2);
  prune(board, NOW + MARK_MS);
  expect([...board.rows.keys()]).toEqual(['west/db']);
});

test('counts by state; what is gone counts nowhere', () => {
  const full = row('full', reaching('a', 'b'));
  const board = boardOf([
    full,
    row('half', reaching('a')),
    row('none', reaching()),
    row('bad', failed('x')),
    row('raw'),
  ]);
  applyEvent(board, { type: 'DELETED', object: full }, NOW);
  expect(countsOf(board.rows.values())).toEqual({ serving: 0, degraded: 1, pending: 1, error: 1, unknown: 1 });
});

test('property: whatever happens, the rows that are not struck out are what exists', () => {
  const events = fc.array(
    fc.record({
      type: fc.constantFrom('ADDED', 'MODIFIED', 'DELETED', 'SYNCED', 'LOST'),
      name: fc.constantFrom('a', 'b', 'c'),
      keys: fc.constantFrom<string[]>([], ['a'], ['a', 'b']),
      wait: fc.integer({ min: 0, max: MARK_MS }),
    }),
  );
  fc.assert(
    fc.property(events, (list) => {
      const board = createBoard(NOW);
      const exists = new Set<string>();
      let now = NOW;
      for (const { type, name, keys, wait } of list) {
        now += wait;
        if (type === 'LOST') applyEvent(board, { type, failure: refused, retryInMs: 1 }, now);
        else if (type === 'SYNCED') applyEvent(board, { type }, now);
        else {
          applyEvent(board, { type, object: row(name, reaching(...keys)) }, now);
          if (type === 'DELETED') exists.delete(name);
          else exists.add(name);
        }
        prune(board, now);
        const shown = [...board.rows.values()].filter(({ goneAt }) => goneAt === undefined);
        expect(new Set(shown.map(({ summary }) => summary.name))).toEqual(exists);
      }
    }),
  );
});
