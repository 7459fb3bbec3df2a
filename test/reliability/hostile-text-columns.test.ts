import headless from '@xterm/headless';
import fc from 'fast-check';
import stringWidth from 'string-width';
import type { MultiKeyListener } from '../../src/model/resource.js';
import { ChangeLines } from '../../src/view/live/lines.js';
import { renderStatus } from '../../src/view/status.js';
import { PLAIN, type Style } from '../../src/view/style.js';
import { terminal } from '../unit/fixtures.js';
import { hostileResource, NOW } from '../support/hostile/hostile-resources.js';
import { harmIn, hostileText, SAME_WIDTH } from '../support/hostile/hostile-text.js';
import { Tally } from '../support/hostile/hostile-tally.js';
import { tries } from '../support/verdict/reliability.js';

const RUNS = tries(100, 1500);
const WIDTH = 3000;
const tally = new Tally();
afterAll(() => tally.report('hostile-text-columns'));

/** A column whose cells are known, whatever the texts of the others are. */
interface Known {
  header: string;
  cells: string[];
}

type Reader = (line: string, from: number, columns: number) => string | undefined;

/** What stands in so many columns from one on, by our own measure; undefined where a wide character lies across the edge. */
const measured: Reader = (line, from, columns) => {
  let at = 0;
  let found = '';
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(line)) {
    if (at < from && at + stringWidth(segment) > from) return undefined;
    if (at >= from && at < from + columns) found += segment;
    at += stringWidth(segment);
  }
  return found;
};

/** Rows in which a known cell does not begin where its header does, after a gap. */
function misaligned(lines: readonly string[], known: readonly Known[], read: Reader = measured): string[] {
  const [head = '', ...rows] = lines;
  return rows.flatMap((row, at) =>
    known.flatMap(({ header, cells }) => {
      const column = head.indexOf(header);
      const cell = cells[at] ?? '';
      return read(row, column - 2, cell.length + 2) === `  ${cell}` ? [] : [`${header}: ${row}`];
    }),
  );
}

const knownOf = (resources: readonly MultiKeyListener[], header: string): Known => ({
  header,
  cells: resources.map(({ status }) => (header === 'STATUS' ? String(status?.status) : '3d')),
});

function tables(resources: readonly MultiKeyListener[], style: Style): { lines: string[]; known: Known[] } {
  // Signs are left out by the pipe; the terminal has them before the state.
  const options = { wide: true, namespaces: true, headers: true, now: NOW };
  const ready = resources.map((each) => ({ ...each, status: { ...each.status!, status: 'Ready' } }));
  const shown = style.terminal ? ready : resources;
  const known = style.terminal ? [knownOf(shown, 'AGE')] : [knownOf(shown, 'STATUS'), knownOf(shown, 'AGE')];
  return { lines: renderStatus(shown, style, options), known };
}

function check(where: string, { lines, known }: { lines: string[]; known: Known[] }, read?: Reader): void {
  const text = lines.join('\n');
  const wrong = misaligned(lines, known, read);
  tally.add(where, text, harmIn(text), wrong.length);
  expect(wrong).toEqual([]);
}

const some = (text?: fc.Arbitrary<string>): fc.Arbitrary<MultiKeyListener[]> =>
  fc.array(hostileResource(text), { minLength: 1, maxLength: 6 });

describe('columns stay where their headers are', () => {
  test.each<[string, Style]>([
    ['status in a pipe', PLAIN],
    ['status on a wide terminal', terminal(WIDTH)],
  ])('%s', (where, style) => {
    fc.assert(
      fc.property(some(), (resources) => check(where, tables(resources, style))),
      { numRuns: RUNS },
    );
  });

  test('status on a narrow terminal is never wider than that', () => {
    fc.assert(
      fc.property(some(), fc.integer({ min: 40, max: 120 }), (resources, width) => {
        const lines = renderStatus(resources, terminal(width), {
          wide: false,
          namespaces: false,
          headers: true,
          now: NOW,
        });
        const text = lines.join('\n');
        const wide = lines.filter((line) => stringWidth(line) > width);
        tally.add('status on a narrow terminal', text, harmIn(text), wide.length);
        expect(wide).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('the first lines of a watch', () => {
    fc.assert(
      fc.property(some(), (resources) => {
        const lines = new ChangeLines({ wide: true, namespaces: true, headers: true });
        for (const each of resources) lines.push('ADDED', each, NOW);
        const cells = resources.map(() => 'ADDED');
        check('lines of a watch', { lines: lines.settle(), known: [{ header: 'EVENT', cells }] });
      }),
      { numRuns: RUNS },
    );
  });

  test('as a terminal emulator counts columns', async () => {
    const same = fc.oneof(fc.constantFrom(...SAME_WIDTH), fc.constantFrom('', 'a\u0000b', '\ud800', '\u202ex'));
    const texts = fc.array(same, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(some(texts), async (resources) => {
        for (const style of [PLAIN, terminal(WIDTH)]) {
          const table = tables(resources, style);
          check('status in a terminal emulator', table, await emulated(table.lines));
        }
      }),
      { numRuns: tries(25, 500) },
    );
  });

  test('a text that is one column wider than it is measured would be noticed', () => {
    const [resource] = fc.sample(hostileResource(hostileText()), { numRuns: 1, seed: 7 });
    const { lines, known } = tables([resource!, resource!], PLAIN);
    expect(misaligned([lines[0]!, ` ${lines[1]!}`, lines[2]!], known)).toHaveLength(2);
  });
});

/** Reads the lines from the cells of a terminal that was sent them. */
async function emulated(lines: readonly string[]): Promise<Reader> {
  const screen = new headless.Terminal({ cols: WIDTH, rows: lines.length + 1, allowProposedApi: true });
  await new Promise<void>((resolve) => screen.write(lines.join('\r\n'), resolve));
  const rows = lines.map((_, at) => screen.buffer.active.getLine(at)!);
  return (line, from, columns) =>
    Array.from({ length: columns }, (_, at) => rows[lines.indexOf(line)]?.getCell(from + at)?.getChars() || ' ').join(
      '',
    );
}
