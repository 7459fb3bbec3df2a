import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { eventually, liveCluster, type LiveCluster } from '../support/emulator/emulator-cluster.js';
import { fresh, type Emulator, type Seen } from '../support/emulator/emulator.js';
import { hasTerminal } from '../support/program.js';

if (hasTerminal()) describe('status --watch on a terminal', screenTests);
else {
  test('there is no python3 to make a terminal with: nothing of this file is tested here', () => {
    expect(process.env['CI']).not.toBe('true');
  });
}

/** The line of a resource, without what marks the selected one. */
const lineOf = ({ lines }: Seen, name: string): string =>
  lines.find((line) => line.slice(1).startsWith(`${name} `))?.slice(1) ?? '';
/** The line below it: a message or a change that has no room beside it. */
const lineBelow = (seen: Seen, name: string): string =>
  seen.lines[seen.lines.findIndex((line) => line.slice(1) === lineOf(seen, name)) + 1] ?? '';

const TITLES = /^ NAME[↑^]? +STATUS/;
const namesOf = ({ lines }: Seen): string[] => {
  const from = lines.findIndex((line) => TITLES.test(line)) + 1;
  const to = lines.findIndex((line) => line.startsWith(' ──'));
  const names = lines.slice(from, to).map((line) => line.slice(1).split(' ')[0] ?? '');
  // Messages and changes stand in lines of their own below the row, and are indented.
  return names.filter((name) => name !== '');
};

function screenTests(): void {
  let cluster: LiveCluster;
  beforeEach(async () => {
    cluster = await liveCluster();
  });
  afterEach(() => cluster.stop());

  /**
   * The screen is exactly what the last frame alone would draw: nothing is left over. A frame for the size before may be under way
   * when the size changes, so a screen that is not clean yet gets the time of another frame or two.
   */
  async function expectClean(emulator: Emulator, columns: number, rows: number): Promise<void> {
    let [shown, drawn]: string[][] = [[], ['nothing came']];
    for (let tries = 0; tries < 100 && !isDeepStrictEqual(shown, drawn); tries++) {
      if (tries > 0) await sleep(100);
      // Both of one moment: the program draws the next frame while this one is drawn anew.
      if (emulator.betweenFrames)
        [shown, drawn] = [emulator.seen.lines, await fresh(emulator.lastFrame, columns, rows)];
    }
    expect(shown).toEqual(drawn);
  }

  test('the life of a resource: Pending, Ready, one key lost, deleted, forgotten', async () => {
    cluster.add('web');
    cluster.reach('web');
    cluster.add('db', ['east', 'west', 'north'], { port: 5432 });
    cluster.reach('db', 'east', 'west', 'north');
    const emulator = cluster.screen('mkl status --watch');
    const first = await emulator.untilText('live ·');
    expect(first).toMatchObject({ alternate: true, cursorVisible: false, wraps: false });
    expect(first.lines[0]).toMatch(/^ multikeylisteners · west · prod-eu · 2 +live · \d\.\d s ago$/);
    expect(first.lines[1]).toMatch(/^ NAME↑ {2}STATUS {5}STRATEGY {2}KEYS {2}HOST {2}PORT {2}AGE$/);
    expect(lineOf(first, 'db')).toMatch(/^db {5}● Ready {4}weighted {3}3\/3 {2}db {4}5432 {2}\d+s/);
    expect(lineOf(first, 'web')).toMatch(/^web {4}○ Pending {2}weighted {3}0\/2 {2}web {3}8080 {2}\d+s/);
    expect(first.text).toContain(' 1 serving · 0 degraded · 1 pending · 0 error');
    expect(first.text).toContain('q quit');

    cluster.reach('web', 'east', 'west');
    const ready = await emulator.until('Ready', (seen) => lineOf(seen, 'web').includes('● Ready'));
    expect(lineBelow(ready, 'web')).toMatch(/^ {8}└ Pending → Ready {2}regained: east and west {2}\d s ago$/);
    cluster.reach('web', 'west');
    const degraded = await emulator.until('one key lost', (seen) => lineOf(seen, 'web').includes('◐ Ready'));
    expect(lineOf(degraded, 'web')).toMatch(/ 1\/2 /);
    expect(lineBelow(degraded, 'web')).toMatch(/^ {8}└ 2\/2 → 1\/2 {2}lost: east {2}\d s ago$/);
    expect(degraded.text).toContain(' 1 serving · 1 degraded · 0 pending · 0 error');

    cluster.remove('web');
    const deleted = await emulator.until('deleted', (seen) => /deleted \d s ago$/.test(lineOf(seen, 'web')));
    expect(deleted.text).toContain(' 1 serving · 0 degraded · 0 pending · 0 error');
    expect(emulator.lastFrame).toMatch(/\u001b\[9mweb/);
    await expectClean(emulator, 80, 24);
    const forgotten = await emulator.until('forgotten', (seen) => lineOf(seen, 'web') === '');
    expect(namesOf(forgotten)).toEqual(['db']);
    await expectClean(emulator, 80, 24);
  });

  test('nothing is left over after the window shrinks, grows, and is 20 or 200 columns wide', async () => {
    for (let index = 0; index < 15; index++) {
      cluster.add(`resource-${index}`, ['east', 'west'], {
        host: `a-rather-long-host-name-of-service-${index}`,
      });
      cluster.reach(`resource-${index}`, 'east', ...(index % 3 ? ['west'] : []));
    }
    const emulator = cluster.screen('mkl status --watch', { columns: 100, rows: 30 });
    await emulator.untilText('live ·');
    for (const [columns, rows] of [
      [60, 10],
      [20, 6],
      [200, 40],
      [10, 3],
      [80, 24],
    ] as const) {
      emulator.resize(columns, rows);
      const begin = emulator.raw.length;
      await emulator.until(`a frame of ${columns}x${rows}`, () => emulator.raw.slice(begin).includes('\u001b[?2026l'));
      // A change after the resize is certainly drawn on the new size.
      cluster.reach('resource-1', ...(columns % 3 ? ['east'] : ['east', 'west']));
      const rule = `${'─'.repeat(columns - 2)}`;
      await emulator.until('drawn for that width', ({ text }) => rows < 5 || text.split('\n').includes(` ${rule}`));
      await expectClean(emulator, columns, rows);
    }
    expect(namesOf(emulator.seen)).toHaveLength(15);
  });

  test('more rows than the screen has: the worst first, then how many more', async () => {
    for (let index = 0; index < 30; index++) {
      const name = `r${String(index).padStart(2, '0')}`;
      cluster.add(name);
      cluster.reach(name, 'east', 'west');
    }
    cluster.fail('r29', 'broken');
    cluster.reach('r28');
    const emulator = cluster.screen('mkl status --watch', { rows: 12 });
    const seen = await emulator.untilText('and 25 more');
    expect(namesOf(seen).slice(0, 3)).toEqual(['r29', 'r28', 'r00']);
    expect(seen.text).toContain('\n and 25 more, all Ready\n');
    expect(seen.lines[11]).toContain('28 serving · 0 degraded · 1 pending · 1 error');
    cluster.reach('r20', 'east');
    await emulator.until('the degraded one moves up', (now) => namesOf(now)[2] === 'r20');
    emulator.resize(80, 40);
    const all = await emulator.until('all of them', (now) => namesOf(now).length === 30);
    expect(namesOf(all).at(-1)).toBe('r29');
  });

  test('the keys: select, inspect, back, filter, order', async () => {
    for (const name of ['api', 'db', 'web']) cluster.add(name);
    cluster.fail('web', 'No active site in namespace');
    cluster.reach('db', 'east');
    const emulator = cluster.screen('mkl status --watch', { columns: 100 });
    await emulator.untilText('live ·');
    const selected = ({ lines }: Seen): string | undefined =>
      lines
        .find((line) => line.startsWith('▸'))
        ?.slice(1, 4)
        .trim();
    const press = async (keys: string, expected: string): Promise<void> => {
      emulator.type(keys);
      await emulator.until(`${expected} is selected`, (seen) => selected(seen) === expected);
    };
    await press('j', 'api');
    await press('\u001b[B', 'db');
    await press('k', 'api');
    await press('\u001b[A', 'api');
    await press('jj', 'web');

    emulator.type('\r');
    const open = await emulator.until('the inspect view', ({ text }) => text.includes('not serving: No active site'));
    expect(open.text).toContain('  Endpoint   web:8080');
    expect(open.text).toContain('Esc back  ? help  q quit');
    expect(open.lines[0]).toContain('live ·');
    expect(open.text).not.toContain('NAME    STATUS');
    await expectClean(emulator, 100, 24);
    // The view is live too.
    cluster.reach('web', 'east', 'west');
    await emulator.until(
      'the new verdict',
      ({ text }) => !text.includes('No active site') && text.includes('ROUTING KEY'),
    );
    emulator.type('\u001b');
    await emulator.until('the table', ({ lines }) => lines.some((line) => TITLES.test(line)));
    await expectClean(emulator, 100, 24);

    emulator.type('/D');
    await emulator.until('what is typed', ({ text }) => text.includes(' filter by name: D▏'));
    expect(namesOf(emulator.seen)).toEqual(['db']);
    emulator.type('\r');
    await emulator.until('the filter stands', ({ text }) => text.includes('filter: D'));
    emulator.type('\u001b');
    await emulator.until('all again', (seen) => namesOf(seen).length === 3);

    emulator.type('s');
    const sorted = await emulator.until('worst first', (seen) => namesOf(seen).join() === 'api,db,web');
    expect(sorted.lines.at(0)).toContain('live');
    // Typed in one go, faster than frames are drawn: each key sees what the one before did.
    emulator.type('/we\rj\r');
    await emulator.untilText('  Endpoint   web:8080');
    emulator.type('q');
    expect(await emulator.end()).toMatchObject({ status: 0, modesKept: true });
  });

  test('NO_COLOR: the same words, no colour; without UTF-8 nothing but ASCII', async () => {
    cluster.add('web');
    cluster.reach('web', 'east');
    const plain = cluster.screen('mkl status --watch', { env: { NO_COLOR: '1' } });
    const ascii = cluster.screen('mkl status --watch', { env: { LC_ALL: 'C' } });
    await Promise.all([plain.untilText('live ·'), ascii.untilText('live -')]);
    cluster.remove('web');
    const [seen, seenAscii] = await Promise.all([plain.untilText('deleted'), ascii.untilText('deleted')]);
    expect(lineOf(seen, 'web')).toMatch(/◐ Ready .* 1\/2 .* deleted/);
    expect(plain.raw).not.toMatch(/\u001b\[[0-9;]+m/);
    expect(seenAscii.text).toMatch(/^[\n -~]*$/);
    expect(lineOf(seenAscii, 'web')).toContain('~ Ready');
  });

  test('wide characters: the columns stay where they are', async () => {
    cluster.add('narrow', ['east'], { host: 'service' });
    cluster.add('wide', ['東', '西'], { host: '漢字のホスト' });
    cluster.reach('wide', '東');
    cluster.reach('narrow', 'east');
    const emulator = cluster.screen('mkl status --watch');
    const { lines } = await emulator.untilText('live ·');
    // A host that cannot be: STATUS is Ready,Error. The emulator holds a wide character in two cells, of which the text has one.
    const columnOf = (text: string, part: string): number => {
      const before = text.slice(0, text.indexOf(part));
      return before.length + (before.match(/[\u3000-\u9fff]/g) ?? []).length;
    };
    const rows = ['narrow', 'wide'].map((name) => lines.find((line) => line.startsWith(` ${name}`)) ?? '');
    expect(rows.map((line) => columnOf(line, '8080'))).toEqual([54, 54]);
    await eventually('clean', () => emulator.lastFrame !== '');
    await expectClean(emulator, 80, 24);
  });
}
