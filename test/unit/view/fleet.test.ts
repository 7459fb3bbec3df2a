import fc from 'fast-check';
import { Failure } from '../../../src/model/failure.js';
import { summarise } from '../../../src/model/summary.js';
import { customColumns } from '../../../src/view/custom-columns.js';
import {
  fleetDocument,
  fleetRows,
  renderFleet,
  type FleetItem,
  type FleetTableOptions,
} from '../../../src/view/fleet.js';
import { MESSAGE, statusColumns } from '../../../src/view/status.js';
import { PLAIN, type Style } from '../../../src/view/style.js';
import { priority, resource, terminal, weighted } from '../fixtures.js';

const item = (
  context: string,
  name: string,
  strategy = weighted({ east: 3, west: 1 }),
  namespace = 'shop',
): FleetItem => ({
  context,
  resource: resource({
    metadata: { name, namespace },
    spec: { host: name, strategy },
    status: { status: 'Ready', message: 'OK' },
  }),
});
const refused = new Failure('unreachable', 'the server cannot be reached: connection refused (context "north")', {
  brief: 'connection refused',
  hint: 'Check it.',
});
const NORTH = { context: 'north', server: 'https://10.0.0.9:6443', failure: refused };
const ITEMS = [
  item('west', 'web', weighted({ east: 1, west: 1 })),
  item('east', 'web'),
  item('west', 'db', priority('a', 'b')),
  item('east', 'api'),
];

function drawn(style: Style, options: { wide?: boolean; items?: FleetItem[] } = {}): string[] {
  const { wide = false, items = ITEMS } = options;
  const rows = fleetRows(items, false).map((row) => ({ ...row, value: summarise(row.value) }));
  const columns = statusColumns(style, { wide, namespaces: false, headers: true, now: 0 });
  const table: FleetTableOptions<ReturnType<typeof summarise>> = { headers: true, markBefore: 'ROUTING-KEYS' };
  return renderFleet(rows, [NORTH], columns, style, { ...table, below: wide ? [] : [MESSAGE] });
}

describe('rows of several clusters', () => {
  test('one name stands together, by context, and its first row says that the strategies differ', () => {
    const shown = fleetRows(ITEMS, false).map(({ context, value, differs }) => [value.metadata.name, context, differs]);
    expect(shown).toEqual([
      ['api', 'east', undefined],
      ['db', 'west', undefined],
      ['web', 'east', 'first'],
      ['web', 'west', 'also'],
    ]);
  });

  test.each<[string, FleetItem[], boolean, boolean]>([
    [
      'the order of weighted keys',
      [item('a', 'x', weighted({ k: 1, l: 2 })), item('b', 'x', weighted({ l: 2, k: 1 }))],
      false,
      false,
    ],
    ['the order of priorities', [item('a', 'x', priority('k', 'l')), item('b', 'x', priority('l', 'k'))], false, true],
    ['the kind', [item('a', 'x', priority('k')), item('b', 'x', weighted({ k: 1 }))], false, true],
    ['the third of three', [item('a', 'x'), item('b', 'x'), item('c', 'x', priority('k'))], false, true],
    ['another namespace, of one each', [item('a', 'x'), item('b', 'x', priority('k'), 'other')], false, true],
    ['another namespace, of all', [item('a', 'x'), item('b', 'x', priority('k'), 'other')], true, false],
  ])('a difference: %s', (_, items, namespaces, differs) => {
    expect(fleetRows(items, namespaces).map((row) => row.differs !== undefined)).toEqual(items.map(() => differs));
  });

  test('nothing is lost and nothing added, whatever the order', () => {
    const items = fc.array(
      fc.record({
        context: fc.constantFrom('a', 'b', 'c'),
        name: fc.constantFrom('x', 'y', 'a-b'),
        space: fc.constantFrom('n', 'm'),
      }),
    );
    fc.assert(
      fc.property(items, fc.boolean(), (all, namespaces) => {
        const given = all.map(({ context, name, space }) => item(context, name, undefined, space));
        const rows = fleetRows(given, namespaces);
        expect(new Set(rows.map(({ value }) => value))).toEqual(new Set(given.map(({ resource: each }) => each)));
        const names = rows.map(
          ({ value: { metadata } }) => (namespaces ? `${metadata.namespace}/` : '') + metadata.name,
        );
        expect(names).toEqual([...names].sort());
      }),
    );
  });
});

describe('on a terminal', () => {
  test('the table, the mark, and what could not be read with its reason', () => {
    expect(drawn(terminal(80))).toEqual([
      'CONTEXT  NAME  STATUS   STRATEGY  KEYS  HOST  PORT  AGE',
      'east     api   ● Ready  weighted     –  api   8080  –',
      'west     db    ● Ready  priority     –  db    8080  –',
      'east     web   ● Ready  weighted     –  web   8080  –    ≠ strategy differs',
      'west     web   ● Ready  weighted     –  web   8080  –    ≠',
      'north    unreachable: connection refused (https://10.0.0.9:6443)',
    ]);
  });

  test('without room for its words the mark is a sign, and a reason goes on in its next line', () => {
    const lines = drawn(terminal(60, { unicode: false }));
    expect(lines.slice(-4)).toEqual([
      'east     web   * Ready  weighted     -  web   8080  -    !=',
      'west     web   * Ready  weighted     -  web   8080  -    !=',
      'north    unreachable: connection refused',
      '         (https://10.0.0.9:6443)',
    ]);
  });

  test('where all strategies are one there is no mark, and a message stands under its row', () => {
    const failed = item('east', 'web');
    failed.resource.status = { status: 'Error', message: 'No active site\u001b[2J' };
    expect(drawn(terminal(80), { items: [failed, item('west', 'web')] }).slice(0, 3)).toEqual([
      'CONTEXT  NAME  STATUS   STRATEGY  KEYS  HOST  PORT  AGE',
      'east     web   ✗ Error  weighted     –  web   8080  –',
      '               └ No active site\\e[2J',
    ]);
  });
});

describe('in a pipe', () => {
  test('a row each: the code is the status, and the reason the last column', () => {
    expect(drawn(PLAIN)).toEqual([
      'CONTEXT  NAME  STATUS       STRATEGY  KEYS  HOST  PORT  AGE  NOTE',
      'east     api   Ready        weighted     -  api   8080  -    -',
      'west     db    Ready        priority     -  db    8080  -    -',
      'east     web   Ready        weighted     -  web   8080  -    strategy-differs',
      'west     web   Ready        weighted     -  web   8080  -    strategy-differs',
      'north    -     unreachable  -            -  -        -  -    unreachable: connection refused (https://10.0.0.9:6443)',
    ]);
  });

  test('wide: the columns up to NOTE hold no spaces', () => {
    const [head = '', ...lines] = drawn(PLAIN, { wide: true });
    expect(head).toMatch(/ AGE +NOTE +ROUTING-KEYS +DESTINATION +MESSAGE$/);
    expect(lines.at(-1)).toMatch(
      /^north +- .* - +- +- +- +unreachable: connection refused \(https:\/\/10\.0\.0\.9:6443\)$/,
    );
  });

  test('custom columns stand between CONTEXT and NOTE', () => {
    const columns = customColumns('custom-columns=N:.metadata.name,P:.spec.port');
    const rows = fleetRows(ITEMS.slice(0, 1), false);
    expect(renderFleet(rows, [NORTH], columns, PLAIN, { headers: true })).toEqual([
      'CONTEXT  N    P     NOTE',
      'west     web  8080  -',
      'north    -    -     unreachable: connection refused (https://10.0.0.9:6443)',
    ]);
  });

  test('what a kubeconfig or a server says is escaped', () => {
    const evil = {
      context: 'a\u001b[31m',
      server: undefined,
      failure: new Failure('tls', 'x', { brief: 'no\rtrust\nat all' }),
    };
    const [line] = renderFleet([], [evil], customColumns('custom-columns=N:.n'), PLAIN, { headers: false });
    expect(line).toBe('a\\e[31m  -  tls: no\\rtrust\\nat all');
  });
});

test('the document has a part for each context: what was read, and what went wrong', () => {
  const { resource: web } = item('east', 'web');
  const managed = { ...web, metadata: { ...web.metadata, managedFields: [] } };
  const missing = new Failure('not-found', 'no api', { causes: [{ field: 'api', message: 'is missing', rule: 'r' }] });
  expect(
    fleetDocument([
      { context: 'east', server: 'https://east', items: [managed], failure: missing },
      { context: 'west', report: { counts: 1 } },
      NORTH,
    ]),
  ).toEqual({
    schemaVersion: 1,
    contexts: [
      {
        context: 'east',
        server: 'https://east',
        items: [web],
        error: { code: 'not-found', message: 'no api', causes: [{ field: 'api', message: 'is missing' }], hint: '' },
      },
      { context: 'west', report: { counts: 1 } },
      {
        context: 'north',
        server: 'https://10.0.0.9:6443',
        error: { code: 'unreachable', message: refused.message, causes: [], hint: 'Check it.' },
      },
    ],
  });
});
