import type { MultiKeyListener, Status } from '../../../src/model/resource.js';
import { renderStatus, type StatusOptions } from '../../../src/view/status.js';
import { PLAIN, type Style } from '../../../src/view/style.js';
import { widthOf } from '../../../src/view/text.js';
import { priority, resource, terminal, weighted } from '../fixtures.js';

const NOW = Date.parse('2026-07-26T10:00:00Z');
const OPTIONS: StatusOptions = { wide: false, namespaces: false, headers: true, now: NOW };
const reach = (...keys: string[]): Status['strategy'] => ({
  weighted: { routingKeysReachable: Object.fromEntries(keys.map((key) => [key, 1])) },
});

function row(
  name: string,
  port: number,
  creationTimestamp: string,
  rest: { status?: Status; strategy?: ReturnType<typeof weighted> } = {},
): MultiKeyListener {
  return resource({
    metadata: { name, namespace: 'west', creationTimestamp },
    spec: { host: name, port, strategy: rest.strategy ?? weighted({ east: 1, west: 1 }) },
    status: rest.status,
  });
}

/** The four rows of look.md. */
const ROWS = [
  row('web', 8080, '2026-07-23T10:00:00Z', {
    status: { status: 'Ready', message: 'OK', hasDestination: true, strategy: reach('east', 'west') },
  }),
  row('db', 5432, '2026-07-23T10:00:00Z', {
    strategy: priority('p1', 'p2', 'p3'),
    status: {
      status: 'Ready',
      message: 'OK',
      hasDestination: true,
      strategy: { priority: { routingKeysReachable: ['p2'] } },
    },
  }),
  row('cache', 6379, '2026-07-26T09:59:48Z', { status: { status: 'Pending', message: '', strategy: reach() } }),
  row('api', 8443, '2026-07-26T09:56:00Z', { status: { status: 'Error', message: 'No active site in namespace' } }),
];

const lines = (style: Style, options: Partial<StatusOptions> = {}, rows = ROWS): string[] =>
  renderStatus(rows, style, { ...OPTIONS, ...options });

describe('status', () => {
  test('on a terminal, as drawn in look.md', () => {
    expect(lines(terminal(80))).toEqual([
      'NAME   STATUS     STRATEGY  KEYS  HOST   PORT  AGE',
      'web    ● Ready    weighted   2/2  web    8080  3d',
      'db     ◐ Ready    priority   1/3  db     5432  3d',
      'cache  ○ Pending  weighted   0/2  cache  6379  12s',
      'api    ✗ Error    weighted     –  api    8443  4m',
      '       └ No active site in namespace',
    ]);
  });

  test('on a terminal without UTF-8', () => {
    expect(lines(terminal(80, { unicode: false }))).toEqual([
      'NAME   STATUS     STRATEGY  KEYS  HOST   PORT  AGE',
      'web    * Ready    weighted   2/2  web    8080  3d',
      'db     ~ Ready    priority   1/3  db     5432  3d',
      'cache  o Pending  weighted   0/2  cache  6379  12s',
      'api    x Error    weighted     -  api    8443  4m',
      '       `- No active site in namespace',
    ]);
  });

  test('in a pipe: one line a resource, no sign, no message', () => {
    expect(lines(PLAIN)).toEqual([
      'NAME   STATUS   STRATEGY  KEYS  HOST   PORT  AGE',
      'web    Ready    weighted   2/2  web    8080  3d',
      'db     Ready    priority   1/3  db     5432  3d',
      'cache  Pending  weighted   0/2  cache  6379  12s',
      'api    Error    weighted     -  api    8443  4m',
    ]);
  });

  test('without headers', () => {
    expect(lines(PLAIN, { headers: false })[0]).toBe('web    Ready    weighted  2/2  web    8080  3d');
    expect(lines(terminal(80), { headers: false }, ROWS.slice(0, 1))).toHaveLength(1);
    expect(lines(terminal(80), { headers: false }, ROWS.slice(3))).toEqual([
      'api  ✗ Error  weighted  –  api  8443  4m',
      '     └ No active site in namespace',
    ]);
  });

  test('of all namespaces, wide', () => {
    expect(lines(PLAIN, { namespaces: true, wide: true })).toEqual([
      'NAMESPACE  NAME   STATUS   STRATEGY  KEYS  HOST   PORT  AGE  ROUTING-KEYS  DESTINATION  MESSAGE',
      'west       web    Ready    weighted   2/2  web    8080  3d   east,west     true         OK',
      'west       db     Ready    priority   1/3  db     5432  3d   p1,p2,p3      true         OK',
      'west       cache  Pending  weighted   0/2  cache  6379  12s  east,west     false        -',
      'west       api    Error    weighted     -  api    8443  4m   east,west     false        No active site in namespace',
    ]);
  });

  test('every cell of every row is filled, so that awk counts the same columns everywhere', () => {
    const bare = resource({ metadata: { name: 'x' }, spec: { host: '', port: 0, strategy: {} } });
    for (const text of lines(PLAIN, { namespaces: true }, [...ROWS, bare]).slice(1))
      expect(text.split(/ +/)).toHaveLength(8);
  });

  test('the state is coloured, and the word stays', () => {
    const [, web, db, cache, api] = lines(terminal(200, { colour: true }));
    expect(web).toContain('\u001b[32m● Ready\u001b[39m');
    expect(db).toContain('\u001b[33m◐ Ready\u001b[39m');
    expect(cache).toContain('\u001b[33m○ Pending\u001b[39m');
    expect(api).toContain('\u001b[31m✗ Error\u001b[39m');
    expect(web).toContain('\u001b[1mweb\u001b[22m');
    expect(lines(terminal(200, { colour: true }), {}, [resource()])[1]).toContain('\u001b[2m? Unknown\u001b[22m');
  });

  test.each([60, 80, 200])('never wider than a terminal of %d columns', (width) => {
    const long = row('n'.repeat(50), 65535, '2026-07-23T10:00:00Z', {
      status: { status: 'Error', message: 'm'.repeat(300) },
    });
    for (const text of lines(terminal(width), {}, [...ROWS, long])) expect(widthOf(text)).toBeLessThanOrEqual(width);
  });

  test('on 20 columns the name stands above what there is room for', () => {
    expect(lines(terminal(20), {}, ROWS.slice(2))).toEqual([
      'NAME',
      '    STATUS     KEYS',
      'cache',
      '    ○ Pending   0/2',
      'api',
      '    ✗ Error       –',
      '    └ No active site',
      '      in namespace',
    ]);
  });

  const named = (name: string, host: string): MultiKeyListener => ({
    ...resource({ metadata: { name, namespace: 'west' }, spec: { host } }),
    status: { status: 'Ready', strategy: reach('east', 'west') },
  });

  test('HOST gives way first: as a sign where it repeats the name, cut, then left out', () => {
    const rows = [named('checkout-service', 'checkout-service'), named('web', 'shop-example-com')];
    expect(lines(terminal(70), {}, rows)).toEqual([
      'NAME              STATUS   STRATEGY  KEYS  HOST              PORT  AGE',
      'checkout-service  ● Ready  weighted   2/2  checkout-service  8080  –',
      'web               ● Ready  weighted   2/2  shop-example-com  8080  –',
    ]);
    expect(lines(terminal(69), {}, [rows[0]!, named('web', 'shop')])).toEqual([
      'NAME              STATUS   STRATEGY  KEYS  HOST  PORT  AGE',
      'checkout-service  ● Ready  weighted   2/2  =     8080  –',
      'web               ● Ready  weighted   2/2  shop  8080  –',
    ]);
    expect(lines(terminal(66), {}, rows).slice(1)).toEqual([
      'checkout-service  ● Ready  weighted   2/2  =             8080  –',
      'web               ● Ready  weighted   2/2  shop-exampl…  8080  –',
    ]);
    expect(lines(terminal(57), {}, rows)).toEqual([
      'NAME              STATUS   STRATEGY  KEYS  PORT  AGE',
      'checkout-service  ● Ready  weighted   2/2  8080  –',
      'web               ● Ready  weighted   2/2  8080  –',
    ]);
    expect(lines(terminal(45), {}, rows)[0]).toBe('NAME              STATUS   KEYS  PORT  AGE');
  });

  const LONG = `a${'bcdefghij'.repeat(7)}`.slice(0, 63);

  test.each([40, 60, 80, 120])('names and namespaces of 63 characters stay whole at %i columns', (width) => {
    const namespace = LONG.replace('a', 'n');
    const one = { ...named(LONG, LONG), metadata: { name: LONG, namespace } };
    for (const wide of [false, true]) {
      const shown = lines(terminal(width), { namespaces: true, wide }, [one, ROWS[3]!]);
      for (const text of shown) expect(widthOf(text)).toBeLessThanOrEqual(width);
      const glued = shown.map((text) => text.trim()).join('');
      for (const name of [LONG, namespace]) expect(glued).toContain(name);
      if (width > 63) expect(shown.filter((text) => text.startsWith(namespace))).toHaveLength(1);
    }
  });

  test('wide at 80 columns keeps the routing keys and the message, and leaves out DESTINATION', () => {
    expect(lines(terminal(80), { wide: true })).toEqual([
      'NAME   STATUS     STRATEGY  KEYS  PORT  AGE  ROUTING-KEYS  MESSAGE',
      'web    ● Ready    weighted   2/2  8080  3d   east,west     OK',
      'db     ◐ Ready    priority   1/3  5432  3d   p1,p2,p3      OK',
      'cache  ○ Pending  weighted   0/2  6379  12s  east,west     –',
      'api    ✗ Error    weighted     –  8443  4m   east,west     No active site in',
      '                                                           namespace',
    ]);
    // With no room beside it the message stands under its row, and says nothing of those that are OK.
    const long = row('checkout-service', 80, '2026-07-23T10:00:00Z', ROWS[0]);
    expect(lines(terminal(80), { wide: true }, [long, ROWS[3]!])).toEqual([
      'NAME              STATUS   STRATEGY  KEYS  HOST  PORT  AGE  ROUTING-KEYS',
      'checkout-service  ● Ready  weighted   2/2  =       80  3d   east,west',
      'api               ✗ Error  weighted     –  =     8443  4m   east,west',
      '                  └ No active site in namespace',
    ]);
    const many = row('web', 8080, '2026-07-23T10:00:00Z', {
      strategy: weighted(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`key-${index}`, 1]))),
      status: { status: 'Error', message: 'short' },
    });
    expect(lines(terminal(100), { wide: true }, [many])).toEqual([
      'NAME  STATUS   STRATEGY  KEYS  PORT  AGE  ROUTING-KEYS                                       MESSAGE',
      'web   ✗ Error  weighted     –  8080  3d   key-0,key-1,key-10,key-100,key-101,key-102,        short',
      '                                          key-103,key-104,key-105,key-106,key-107,key-108,',
      '                                          key-109,key-11,key-110,key-111,key-112,key-113,…',
    ]);
  });

  test('nothing is cut in a pipe', () => {
    const name = 'n'.repeat(300);
    expect(lines(PLAIN, {}, [resource({ metadata: { name } })])[1]).toContain(name);
  });

  test('what a server says is escaped, in each format', () => {
    const hostile = resource({
      metadata: { name: 'a\u001b[2Jb', creationTimestamp: '\u001b[31m' },
      spec: { host: '\u202eh', strategy: weighted({ 'k\n1': 1 }) },
      status: { status: 'Error', message: 'x\r\u001b]0;title\u0007y' },
    });
    for (const style of [PLAIN, terminal(80), terminal(20)]) {
      for (const wide of [false, true]) {
        const shown = lines(style, { wide }, [hostile]).join('|');
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }
    }
    expect(lines(PLAIN, { wide: true }, [hostile])[1]).toContain('x\\r\\e]0;title\\u{7}y');
  });

  test('whatever the script, the same renderer: titles are dim, columns aligned', () => {
    const plainly = lines(terminal(80, { colour: true }), {}, [named('web', 'web')]);
    for (const name of ['wéb', '漢字', 'שלום', 'नमस्ते', '😀']) {
      const shown = lines(terminal(80, { colour: true }), {}, [named(name, 'web'), named('longest-name', 'other')]);
      expect(shown[0]).toMatch(/^\u001b\[2mNAME .* AGE\u001b\[22m$/);
      expect(shown[1]).toContain(`\u001b[1m${name}\u001b[22m`);
      const at = (text = ''): number => widthOf(text.slice(0, text.indexOf('●')));
      expect(at(shown[1])).toBe(at(shown[2]));
    }
    expect(plainly[0]).toMatch(/^\u001b\[2mNAME .* AGE\u001b\[22m$/);
  });

  test('thousands of rows are laid out as one is', () => {
    const many = Array.from({ length: 3000 }, (_, index) =>
      row(`m${index}`, 80, '2026-07-23T10:00:00Z', { status: { status: 'Ready', strategy: reach('east', 'west') } }),
    );
    const shown = lines(terminal(80), {}, many);
    expect(shown).toHaveLength(3001);
    expect(shown[3000]).toBe('m2999  ● Ready  weighted   2/2  m2999    80  3d');
    expect(lines(terminal(80), {}, many.slice(2800))[200]).toBe(shown[3000]);
  });

  test('a wide character does not move the columns', () => {
    const [, one, other] = lines(PLAIN, {}, [
      resource({ spec: { host: '世界' } }),
      resource({ spec: { host: 'abcd' } }),
    ]);
    expect(widthOf(one ?? '')).toBe(widthOf(other ?? ''));
  });
});
