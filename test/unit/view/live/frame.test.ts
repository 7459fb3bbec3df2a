import { applyEvent } from '../../../../src/view/live/board.js';
import { MARK_MS } from '../../../../src/view/live/changes.js';
import type { Controls } from '../../../../src/view/live/controls.js';
import { renderFrame, type FrameOptions } from '../../../../src/view/live/frame.js';
import type { Board } from '../../../../src/view/live/board.js';
import { terminal } from '../../fixtures.js';
import { boardOf, controls, failed, NOW, options, reaching, refused, row } from './live-fixtures.js';

const draw = (
  board: Board,
  frame: Partial<FrameOptions> = {},
  chosen: Partial<Controls> = {},
  style: { unicode?: boolean; colour?: boolean } = {},
): string[] => {
  const all = options(frame);
  return renderFrame(board, controls(chosen), terminal(all.width, style), all).lines.map((line) => line.trimEnd());
};

/** look.md's example: three resources, one of which has just lost a key. */
function example(): Board {
  const db = (...keys: string[]): ReturnType<typeof row> => {
    const object = row('db', reaching(...keys), 3);
    return { ...object, spec: { host: 'db', port: 5432, strategy: { priority: { routingKeys: ['a', 'b', 'c'] } } } };
  };
  const cache = row('cache', reaching(), 2, 12_000);
  cache.spec.port = 6379;
  const board = boardOf([row('web', reaching('a', 'b')), db('a', 'b'), cache], NOW - 60_000);
  applyEvent(board, { type: 'MODIFIED', object: db('a') }, NOW - 4000);
  applyEvent(board, { type: 'SYNCED' }, NOW - 200);
  return board;
}

describe('look.md, drawn', () => {
  test('at 80 columns', () => {
    expect(draw(example(), {}, { selected: 'west/web' })).toEqual(
      [
        ' multikeylisteners · west · prod-eu · 3                         live · 0.2 s ago',
        ' NAME↑  STATUS     STRATEGY  KEYS  HOST   PORT  AGE',
        ' cache  ○ Pending  weighted   0/2  cache  6379  12s',
        '        └ No matching connectors',
        ' db     ◐ Ready    priority   1/3  db     5432  3d',
        '        └ 2/3 → 1/3  lost: b  4 s ago',
        '▸web    ● Ready    weighted   2/2  web    8080  3d',
        ' ──────────────────────────────────────────────────────────────────────────────',
        ' 1 serving · 1 degraded · 1 pending · 0 error         ⏎ inspect  ? help  q quit',
      ].map((line) => line.replace('  live', ' live')),
    );
  });

  test('all keys at the foot where there is room for them', () => {
    expect(draw(example(), { width: 110 }).at(-1)).toBe(
      ' 1 serving · 1 degraded · 1 pending · 0 error          ↑↓ select  ⏎ inspect  / filter  s sort  ? help  q quit',
    );
  });

  test.each([
    [60, ' ● 1  ◐ 1  ○ 1  ✗ 0     ⏎ inspect  / filter  ? help  q quit'],
    [50, ' ● 1  ◐ 1  ○ 1  ✗ 0     ⏎ inspect  ? help  q quit'],
    [40, '    ⏎ inspect  / filter  ? help  q quit'],
    [20, '     ? help  q quit'],
  ])('at %i columns the keys that matter most are still there', (width, expected) => {
    expect(draw(example(), { width }).at(-1)).toBe(expected);
  });

  test('connection lost', () => {
    const board = example();
    applyEvent(board, { type: 'LOST', failure: refused, retryInMs: 250 }, NOW);
    const [header] = draw(board, { now: NOW + 12_000, width: 110 });
    expect(header).toMatch(
      /^ multikeylisteners · west · prod-eu · 3 {2,}not live · 12 s old · reconnecting \(connection refused\)$/,
    );
  });

  test('in ASCII', () => {
    const lines = draw(example(), { place: 'west - prod-eu' }, { selected: 'west/web' }, { unicode: false });
    expect(lines.join('')).toMatch(/^[ -~]*$/);
    expect(lines.slice(1)).toEqual([
      ' NAME^  STATUS     STRATEGY  KEYS  HOST   PORT  AGE',
      ' cache  o Pending  weighted   0/2  cache  6379  12s',
      '        `- No matching connectors',
      ' db     ~ Ready    priority   1/3  db     5432  3d',
      '        `- 2/3 -> 1/3  lost: b  4 s ago',
      '>web    * Ready    weighted   2/2  web    8080  3d',
      ` ${'-'.repeat(78)}`,
      ' 1 serving - 1 degraded - 1 pending - 0 error     Enter inspect  ? help  q quit',
    ]);
  });

  test('the colours: header by freshness, states by their colour, a deleted row struck out', () => {
    const board = example();
    const colour = (frame: Partial<FrameOptions> = {}): string => draw(board, frame, {}, { colour: true }).join('\n');
    expect(colour()).toContain('\u001b[32mlive · 0.2 s ago\u001b[39m');
    expect(colour()).toContain('\u001b[32m● Ready\u001b[39m');
    expect(colour()).toContain('\u001b[33m◐ Ready\u001b[39m');
    expect(colour()).not.toContain('\u001b[9m');
    applyEvent(board, { type: 'DELETED', object: row('web') }, NOW);
    applyEvent(board, { type: 'LOST', failure: refused, retryInMs: 1 }, NOW);
    expect(colour()).toContain('\u001b[9mweb\u001b[29m');
    expect(colour()).toContain('\u001b[33mnot live · 0.0 s old');
  });
});

describe('the header', () => {
  test.each([
    [0, 'live · 0.0 s ago'],
    [9_900, 'live · 9.9 s ago'],
    [12_300, 'live · last change 12 s ago'],
    [119_000, 'live · last change 119 s ago'],
    [3 * 60_000, 'live · last change 3m ago'],
    [-50, 'live · 0.0 s ago'],
  ])('%s ms after the last news', (ms, expected) => {
    expect(draw(boardOf([]), { now: NOW + ms })[0]?.endsWith(expected)).toBe(true);
  });

  test('counts what exists, and nothing before all is known', () => {
    const board = boardOf([row('web'), row('db')]);
    applyEvent(board, { type: 'DELETED', object: row('db') }, NOW);
    expect(draw(board)[0]).toMatch(/^ multikeylisteners · west · prod-eu · 1 /);
    const reading = { ...boardOf([row('web')]), synced: false };
    expect(draw(reading)[0]).toMatch(/^ multikeylisteners · west · prod-eu {4,}reading …$/);
  });

  test('bad news is cut last, and stands alone where there is no room for both', () => {
    const board = boardOf([]);
    applyEvent(board, { type: 'LOST', failure: refused, retryInMs: 1 }, NOW);
    expect(draw(board, { width: 60 })[0]).toBe(' multikeylisteners ·…  not live · 0.0 s old · reconnecting…');
    expect(draw(board, { width: 20 })[0]).toBe(' not live · 0.0 s …');
  });
});

describe('more rows than the screen has', () => {
  const many = (bad: number): Board =>
    boardOf(
      Array.from({ length: 50 }, (_, index) =>
        row(`r${String(index).padStart(2, '0')}`, index >= 50 - bad ? failed('x') : reaching('a', 'b')),
      ),
    );

  test('the worst first, and the rest is said to be Ready when it is', () => {
    const lines = draw(many(3), { height: 12 });
    expect(lines).toHaveLength(12);
    const shown = ['r47', '', 'r48', '', 'r49', '', 'r00'];
    expect(lines.slice(2, 9).map((line) => line.slice(1, 4).trim())).toEqual(shown);
    expect(lines[3]).toBe('       └ x');
    expect(lines[9]).toBe(' and 46 more, all Ready');
  });

  test('what is not Ready among the rest is counted', () => {
    expect(draw(many(10), { height: 13 })[10]).toBe(' and 46 more, 40 serving, 6 error');
    expect(draw(many(0), { height: 10 }, { order: 'age', ordered: true })[7]).toBe(' and 45 more, all Ready');
  });

  test('deleted ones among the rest are not called Ready', () => {
    const board = many(0);
    for (const name of ['r00', 'r01', 'r02', 'r03', 'r04', 'r05', 'r06'])
      applyEvent(board, { type: 'DELETED', object: row(name) }, NOW);
    expect(draw(board, { height: 10 })[7]).toBe(' and 45 more, 43 serving, 2 deleted');
  });

  test('the selected one is on the screen', () => {
    for (const selected of ['west/r00', 'west/r20', 'west/r49'])
      expect(draw(many(0), { height: 10 }, { selected }).filter((line) => line.startsWith('▸'))).toHaveLength(1);
  });

  test('an order that was chosen is kept', () => {
    const lines = draw(many(3), { height: 10 }, { order: 'name', ordered: true });
    expect(lines[2]?.slice(1, 4)).toBe('r00');
    expect(lines[7]).toBe(' and 45 more, 42 serving, 3 error');
  });
});

describe('changes', () => {
  test('are marked for their time only', () => {
    const board = boardOf([row('web', reaching('a', 'b'))]);
    applyEvent(board, { type: 'MODIFIED', object: row('web', reaching('a')) }, NOW);
    applyEvent(board, { type: 'ADDED', object: row('new') }, NOW);
    const marked = draw(board, { now: NOW + MARK_MS - 1 });
    expect(marked[2]).toMatch(/ new 7 s ago$/);
    expect(marked[3]).toMatch(/ 2\/2 → 1\/2 {2}lost: b {2}7 s ago$/);
    expect(draw(board, { now: NOW + MARK_MS }).join('\n')).not.toMatch(/→|new \d/);
  });

  test('a deleted row says so', () => {
    const board = boardOf([row('web')]);
    applyEvent(board, { type: 'DELETED', object: row('web') }, NOW);
    expect(draw(board, { now: NOW + 2000 })[2]).toMatch(/ deleted 2 s ago$/);
  });
});

describe('the filter and the order', () => {
  const board = boardOf([row('web', reaching('a', 'b')), row('db')]);

  test('while it is typed it stands at the foot', () => {
    expect(draw(board, {}, { typing: true, filter: 'we' }).at(-1)).toBe(' filter by name: we▏');
  });

  test.each([60, 80, 120, 200])('is said at %s columns while it hides rows', (width) => {
    const lines = draw(board, { width }, { filter: 'we' });
    expect(lines.filter((line) => line.startsWith(' db'))).toEqual([]);
    expect(lines.at(-1)).toContain('filter: we');
  });

  test('one that nothing matches says so', () => {
    expect(draw(board, {}, { filter: 'zzz' })).toContain(' No name contains zzz.');
    expect(draw(boardOf([]))).toContain(' No multikeylisteners here yet.');
  });

  test('the order chosen is named where there is room', () => {
    expect(draw(board, { width: 130 }, { order: 'worst first', ordered: true }).at(-1)).toContain(
      's sort: worst first',
    );
  });
});

test('the last frame, which stays: no keys, no selection, but the filter', () => {
  const board = boardOf([row('web', reaching('a', 'b'))]);
  const last = draw(board, { final: true, width: 120 }, { selected: 'west/web', filter: 'we' });
  expect(last.join('\n')).not.toMatch(/▸|quit/);
  expect(last.at(-1)).toBe(' 1 serving · 0 degraded · 0 pending · 0 error · filter: we');
});

test('wide and namespaces', () => {
  const lines = draw(boardOf([row('web', failed('broken'))]), { width: 140, wide: true, namespaces: true });
  expect(lines[1]).toMatch(/^ NAMESPACE↑ +NAME .* ROUTING-KEYS +DESTINATION +MESSAGE$/);
  expect(lines[2]).toMatch(/^ west +web .* a,b +false +broken$/);
});
