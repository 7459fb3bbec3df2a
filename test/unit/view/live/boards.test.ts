import { Failure } from '../../../../src/model/failure.js';
import { applyEvent } from '../../../../src/view/live/board.js';
import { Boards } from '../../../../src/view/live/boards.js';
import { renderFrame } from '../../../../src/view/live/frame.js';
import type { MultiKeyListener } from '../../../../src/model/resource.js';
import { priority, terminal } from '../../fixtures.js';
import { controls, failed, NOW, options, reaching, refused, row } from './live-fixtures.js';

/** Clusters with these resources, all live. */
function fleet(clusters: Record<string, MultiKeyListener[]>, namespaces = false): Boards {
  const boards = new Boards(Object.keys(clusters), namespaces, NOW);
  for (const [context, resources] of Object.entries(clusters)) {
    for (const object of resources) applyEvent(boards.of(context), { type: 'ADDED', object }, NOW);
    applyEvent(boards.of(context), { type: 'SYNCED' }, NOW);
  }
  return boards;
}
const draw = (boards: Boards, { width = 80, height = 24, now = NOW } = {}): string[] => {
  const all = options({ width, height, now, place: '3 contexts' });
  return renderFrame(boards.all(), controls(), terminal(width), all).lines.map((line) => line.trimEnd());
};
const lose = (boards: Boards, context: string, at = NOW): void =>
  applyEvent(boards.of(context), { type: 'LOST', failure: refused, retryInMs: 100 }, at);

const web = row('web', reaching('a', 'b'));
const other = { ...web, spec: { ...web.spec, strategy: priority('a', 'b') } };

describe('a live view of several clusters', () => {
  test('one name stands together, with the mark of strategies that differ', () => {
    const boards = fleet({
      west: [other, row('api', failed('No site'))],
      east: [web],
      north: [row('db', reaching('a', 'b'))],
    });
    expect(draw(boards)).toEqual([
      ' multikeylisteners · 3 contexts · 4                            live · 0.0 s ago',
      ' CONTEXT  NAME↑  STATUS   STRATEGY  KEYS  HOST  PORT  AGE',
      ' west     api    ✗ Error  weighted     –  api   8080  3d',
      '                 └ No site',
      ' north    db     ● Ready  weighted   2/2  db    8080  3d',
      ' east     web    ● Ready  weighted   2/2  web   8080  3d   ≠ strategy differs',
      ' west     web    ● Ready  priority   2/2  web   8080  3d   ≠',
      ` ${'─'.repeat(78)}`,
      ' 3 serving · 0 degraded · 0 pending · 1 error         ⏎ inspect  ? help  q quit',
    ]);
  });

  test('each has its own "not live": a line with the reason, and a word in its rows', () => {
    const boards = fleet({ west: [web], east: [web] });
    lose(boards, 'west');
    expect(draw(boards, { now: NOW + 12_000 }).slice(0, -2)).toEqual([
      ' multikeylisteners · 3 contexts · 2                                 1 of 2 live',
      ' CONTEXT  NAME↑  STATUS   STRATEGY  KEYS  HOST  PORT  AGE',
      ' east     web    ● Ready  weighted   2/2  web   8080  3d',
      ' west     web    ● Ready  weighted   2/2  web   8080  3d   not live',
      ' west  not live · 12 s old · reconnecting (connection refused)',
    ]);
    applyEvent(boards.of('west'), { type: 'SYNCED' }, NOW + 13_000);
    const again = draw(boards, { now: NOW + 13_000 });
    expect([again[0], again.join('\n').includes('not live')]).toEqual([
      ' multikeylisteners · 3 contexts · 2                            live · 0.0 s ago',
      false,
    ]);
  });

  test('one that was never reached, one that is being read and one that refuses are told apart', () => {
    const boards = new Boards(['a', 'b\u001b[2J', 'c'], false, NOW);
    lose(boards, 'a');
    applyEvent(boards.of('c'), { type: 'ENDED', failure: new Failure('forbidden', 'x', { brief: 'no\rright' }) }, NOW);
    expect(draw(boards).slice(0, 5)).toEqual([
      ' multikeylisteners · 3 contexts                                     0 of 3 live',
      ' NAME↑  STATUS  STRATEGY  KEYS  HOST  PORT  AGE',
      ' a       not live · reconnecting (connection refused)',
      ' b\\e[2J  reading …',
      ' c       forbidden: no\\rright',
    ]);
  });

  test('of many that are not live a third of the screen tells, and how many more there are', () => {
    const contexts = Array.from({ length: 20 }, (_, index) => `c${index}`);
    const boards = fleet({ live: [web], ...Object.fromEntries(contexts.map((context) => [context, []])) });
    for (const context of contexts) lose(boards, context);
    const lines = draw(boards, { height: 12 });
    expect(lines).toHaveLength(9);
    expect(lines.slice(3, 7)).toEqual([
      expect.stringMatching(/^ c0 {3}not live/),
      expect.stringMatching(/^ c1 {3}not live/),
      expect.stringMatching(/^ c2 {3}not live/),
      ' and 17 more that are not live',
    ]);
  });

  test('an id leads to its cluster and the row as it is now', () => {
    const boards = fleet({ west: [web], east: [web] }, true);
    const [east = '', west = ''] = boards.all().rows.keys();
    const changed = row('web', reaching('a'));
    applyEvent(boards.of('west'), { type: 'MODIFIED', object: changed }, NOW);
    expect([boards.find(east)?.context, boards.find(west)?.context]).toEqual(['east', 'west']);
    expect(boards.find(west)?.row?.resource).toBe(changed);
    applyEvent(boards.of('west'), { type: 'DELETED', object: changed }, NOW);
    boards.prune(NOW + 60_000);
    expect(boards.find(west)).toEqual({ context: 'west', board: boards.of('west'), row: undefined });
    expect(boards.all().rows.size).toBe(1);
  });

  test('of a single cluster it is the board of that one', () => {
    const boards = fleet({ only: [web] });
    expect(boards.all()).toBe(boards.of('only'));
    expect(boards.find('west/web')?.row?.resource).toBe(web);
  });
});
