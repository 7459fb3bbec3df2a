import fc from 'fast-check';
import { diagnose } from '../../src/findings/live-rules.js';
import { verdictOf } from '../../src/findings/verdict.js';
import { applyEvent, countsOf, type Board } from '../../src/view/live/board.js';
import { clip } from '../../src/view/live/clip.js';
import { renderFrame } from '../../src/view/live/frame.js';
import { renderInspectFrame } from '../../src/view/live/inspect-frame.js';
import { ORDERS } from '../../src/view/live/order.js';
import { escapeText, widthOf } from '../../src/view/text.js';
import { Failure } from '../../src/model/failure.js';
import { terminal } from '../unit/fixtures.js';
import {
  anyResource,
  boardOf,
  controls,
  HARMFUL,
  NOW,
  options,
  text,
  withoutColour,
} from '../unit/view/live/live-fixtures.js';

const size = fc.record({ width: fc.integer({ min: 10, max: 200 }), height: fc.integer({ min: 3, max: 60 }) });
const look = fc.record({ unicode: fc.boolean(), colour: fc.boolean() });

/** A live board of such rows to which some things have happened, or one that is lost. */
const boards = fc
  .record({
    rows: fc.array(anyResource(), { maxLength: 70, size: 'max' }),
    changed: fc.array(anyResource(), { maxLength: 5 }),
    deleted: fc.nat({ max: 5 }),
    lost: fc.option(text()),
  })
  .map(({ rows, changed, deleted, lost }): Board => {
    const board = boardOf(rows, NOW - 3000);
    for (const object of rows.slice(0, deleted)) applyEvent(board, { type: 'DELETED', object }, NOW - 2000);
    for (const object of changed) applyEvent(board, { type: 'MODIFIED', object }, NOW - 1000);
    if (lost !== null)
      applyEvent(board, { type: 'LOST', failure: new Failure('unreachable', lost), retryInMs: 1 }, NOW);
    return board;
  });

const chosen = fc.record({
  order: fc.constantFrom(...ORDERS),
  ordered: fc.boolean(),
  filter: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: text() }),
  typing: fc.boolean(),
});

/** No line is longer than the screen is wide, none holds what is not ours, and in ASCII all that is ours is ASCII. */
function expectToFit(lines: readonly string[], width: number, height: number): void {
  expect(lines.length).toBeLessThanOrEqual(height);
  for (const line of lines) {
    const plain = withoutColour(line);
    expect(plain).not.toMatch(HARMFUL);
    expect(widthOf(plain)).toBeLessThanOrEqual(width - 1);
    // Every colour that is switched on is switched off in the same line.
    expect((line.match(/\u001b\[[1-9][0-9]?m/g) ?? []).length % 2).toBe(0);
  }
}

test('property: a frame fits its screen, whatever the server says', () => {
  fc.assert(
    fc.property(
      boards,
      chosen,
      size,
      look,
      text(),
      fc.boolean(),
      (board, state, { width, height }, style, place, wide) => {
        const ids = [...board.rows.keys()];
        const all = options({ width, height, place, wide, namespaces: wide, final: state.typing && wide });
        const frame = renderFrame(board, controls({ ...state, selected: ids[3] }), terminal(width, style), all);
        expectToFit(frame.lines, width, height);
        if (state.filter === '') expect(frame.ids).toHaveLength(board.rows.size);
      },
    ),
    { numRuns: 150 },
  );
});

test('property: "all Ready" is said only of rows that all are, and every row is shown or counted', () => {
  fc.assert(
    fc.property(boards, fc.integer({ min: 6, max: 40 }), fc.boolean(), (board, height, ordered) => {
      const all = options({ width: 200, height });
      const { lines, ids } = renderFrame(board, controls({ ordered }), terminal(200), all);
      const more = lines.map((line) => /^ and (\d+) more, (.*)$/.exec(line)).find((found) => found !== null);
      // Without a selection it is the first ones that are shown. A row may have several lines, and a long name too.
      const shown = board.rows.size - Number(more?.[1] ?? 0);
      const squeezed = (text: string): string => text.replace(/ /g, '');
      let body = squeezed(lines.slice(1, -2).join(''));
      for (const id of ids.slice(0, shown)) {
        const name = squeezed(escapeText(board.rows.get(id)?.summary.name ?? ''));
        expect(body).toContain(name);
        body = body.slice(body.indexOf(name) + name.length);
      }
      if (shown > 1) expect(lines.length).toBeLessThanOrEqual(height);
      const hidden = ids.slice(shown).flatMap((id) => board.rows.get(id) ?? []);
      if (more?.[2] === 'all Ready') expect(countsOf(hidden).serving).toBe(hidden.length);
      else
        for (const part of more?.[2]?.split(', ') ?? [])
          expect(part).toMatch(/^[1-9]\d* (serving|degraded|pending|error|unknown|deleted)$/);
    }),
    { numRuns: 100 },
  );
});

test('property: the inspect view fits too, however it is scrolled', () => {
  fc.assert(
    fc.property(
      anyResource(),
      size,
      look,
      fc.nat({ max: 100 }),
      text(),
      (object, { width, height }, style, scroll, why) => {
        const board = boardOf([object]);
        const [row] = board.rows.values();
        const unread = { known: false, why } as const;
        const facts = { endpoints: unread, sites: unread, service: { known: true, value: null } } as const;
        const { findings, notes } = diagnose(object, facts, { platform: 'kubernetes', family: 'kubernetes' });
        const verdict = verdictOf(object, facts, findings);
        const place = { platform: 'kubernetes', context: why };
        const diagnosis = { resource: object, facts, verdict, findings, notes, without: [], place };
        const all = options({ width, height });
        const frame = renderInspectFrame(board, { row, diagnosis, scroll, fixed: false }, terminal(width, style), all);
        expectToFit(frame.lines, width, height);
        expect(frame.scroll).toBeLessThanOrEqual(scroll);
      },
    ),
    { numRuns: 150 },
  );
});

test.each([
  ['plain text', 'abcdef', 4, 'abc…'],
  ['what fits', 'abcd', 4, 'abcd'],
  ['colours, which stay paired', '\u001b[31mabc\u001b[39mdef', 3, '\u001b[31mab…\u001b[39m'],
  ['wide characters, never half of one', '漢字漢字', 4, '漢…'],
  ['no room at all', 'abc', 0, ''],
])('clip: %s', (_title, line, width, expected) => {
  expect(clip(line, width, '…')).toBe(expected);
});
