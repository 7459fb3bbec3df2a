import { check, GOOD, instead, list, without } from './documents-check.js';
import { resource } from '../../fixtures.js';

/** What is written, and every place that is named: line:column, severity unless error, field, rule. */
const TABLE: [title: string, text: () => string, places: string[]][] = [
  ['a good one', () => GOOD, []],
  ['a value', () => instead('8080', '0'), ['7:9 spec.port port-range']],
  ['a value of another type', () => instead('8080', '"8080"'), ['7:9 spec.port']],
  ['an unknown field, at its key', () => instead('  port', '  colour: red\n  port'), ['7:3 spec.colour']],
  ['an unknown field of the document', () => `${GOOD}extra: {}\n`, ['13:1 extra']],
  ['what is missing, at the key of its map', () => without('  host: web'), ['5:1 spec.host']],
  ['a map that is missing, at the start', () => GOOD.replace(/metadata:\n.*\n/, ''), ['1:1 metadata.name']],
  ['nothing written as value, at the key', () => instead('host: web', 'host:'), ['6:3 spec.host']],
  ['null written as value', () => instead('host: web', 'host: ~'), ['6:9 spec.host']],
  ['a map, at its key', () => instead('weighted:', 'weihgted:'), ['8:3 spec.strategy', '9:5 spec.strategy.weihgted']],
  ['a weight', () => instead('west: 1', 'west: -1'), ['12:15 spec.strategy.weighted.routingKeys[west] weight-minimum']],
  [
    'a routing key, at the key',
    () => instead('west: 1', '"a b": 1'),
    ['12:9 spec.strategy.weighted.routingKeys[a b] routing-key-characters'],
  ],
  [
    'an item of a list',
    () =>
      instead('weighted:\n      routingKeys:\n        east: 3\n        west: 1', 'priority: {routingKeys: [a, b, a]}'),
    ['9:36 spec.strategy.priority.routingKeys[2]'],
  ],
  [
    "a label's key and another's value",
    () => instead('  name: web', '  labels:\n    "a b": x\n    c.d/e: "-"\n    "f": "x y"\n  name: web'),
    ['5:5 metadata.labels[a b]', '6:12 metadata.labels[c.d/e]', '7:10 metadata.labels[f]'],
  ],
  [
    'every one of two documents',
    () => `${instead('8080', '0')}---\n# second\n\n${instead('name: web', 'name: B').replace('host: web', 'host: 1')}`,
    ['7:9 spec.port port-range', '19:9 metadata.name', '21:9 spec.host'],
  ],
  [
    'the second after ...',
    () => `${GOOD}...\n---\n${instead('name: web', 'name: b').replace('8080', '0')}`,
    ['21:9 spec.port port-range'],
  ],
  [
    'CRLF and a byte order mark',
    () => `\ufeff${instead('8080', '0').replaceAll('\n', '\r\n')}`,
    ['7:9 spec.port port-range'],
  ],
  ['lines that end in CR alone', () => instead('8080', '0').replaceAll('\n', '\r'), ['7:9 spec.port port-range']],
  [
    'characters beyond 16 bits before it',
    () => instead('metadata:\n  name: web', 'metadata: {annotations: {a: "😀"}, name: B}'),
    ['3:41 metadata.name'],
  ],
  ['JSON', () => JSON.stringify(resource({ spec: { port: 0 } }), null, 2), ['9:13 spec.port port-range']],
  [
    'JSON on one line',
    () => JSON.stringify(resource({ spec: { host: '' } })),
    ['1:104 spec.host host-is-service-name'],
  ],
  [
    'an item of a List',
    () => list(GOOD, instead('name: web', 'name: b').replace('8080', '0')),
    ['22:11 items[1].spec.port port-range'],
  ],
  ['what is missing in an item', () => list(without('  host: web')), ['8:3 items[0].spec.host']],
  ['an item that is a text', () => list('text'), ['4:3 items[0]']],
  [
    'a merged value, where it is written',
    () => `x: &x {port: 0}\n${instead('  port: 8080', '  <<: *x')}`,
    ['1:1 x', '1:14 spec.port port-range'],
  ],
  [
    'an alias, where it is used',
    () => `x: &x Web\n${instead('host: web', 'host: *x')}`,
    ['1:1 x', '7:9 spec.host host-is-service-name'],
  ],
  [
    'a key given twice',
    () => instead('  port: 8080', '  port: 8080\n  port: 0'),
    ['8:3 spec.port yaml-duplicate-key', '8:9 spec.port port-range'],
  ],
  [
    'a key given twice in JSON',
    () => JSON.stringify(resource()).replace('"port":8080', '"port":1,"port":2'),
    ['1:119 spec.port yaml-duplicate-key'],
  ],
  ['a key given twice in another kind', () => 'kind: Site\na: 1\na: 2\n', ['3:1 a yaml-duplicate-key']],
  [
    'a double quote never closed',
    () => `${GOOD}---\nkind: "x\na: 1\n---\n${instead('name: web', 'name: b').replace('8080', '0')}`,
    ['14:7 yaml-syntax', '23:9 spec.port port-range'],
  ],
  ['a single quote never closed', () => "kind: x\na:\n- 'it''s\n", ['3:3 yaml-syntax']],
  ['a tab', () => 'kind: x\nspec:\n\ta: 1\n', ['3:1 yaml-syntax']],
  ['brackets never closed', () => 'kind: [a\n', ['2:1 yaml-syntax']],
  ['a template', () => 'kind: x\na: {{ .Values.a }}\nb: {{- if x }}\n', ['3:6 yaml-syntax']],
  ['tags of others', () => 'kind: !foo x\na: !!js/function "y"\n', ['1:7 yaml-tag', '2:4 yaml-tag']],
  ['an alias of nothing', () => 'kind: x\na: *nowhere\n', ['2:12 yaml-syntax']],
  ['a NUL', () => `${GOOD}# \0\n`, ['13:3 file-unreadable']],
  [
    'ignored fields',
    () => `${instead('  name: web', '  name: web\n  uid: u\n  resourceVersion: "1"')}status: {}\n`,
    ['5:8 notice metadata.uid ignored-field'],
  ],
  ['settings, which nobody reads', () => `${GOOD}  settings: {a: b}\n`, ['13:3 warning spec.settings settings-unread']],
  ['no kind', () => 'a: 1\n', ['1:1 a', '1:1 kind', '1:1 apiVersion', '1:1 metadata.name', '1:1 spec']],
  ['a slip in the kind', () => instead('MultiKeyListener', 'MultikeyListner'), ['2:7 kind']],
];

describe('places', () => {
  test.each(TABLE)('%s', async (_title, text, places) => {
    expect((await check(text())).places).toEqual(places);
  });

  test('the document, the resource and both lines of a key given twice', async () => {
    const { remarks, counts } = await check(`${GOOD}---\n${GOOD.replace('web\n', 'b\n')}  port: 1\n`);
    expect(remarks).toEqual([
      {
        file: 'f',
        line: 26,
        column: 3,
        document: 2,
        resource: 'b',
        field: 'spec.port',
        message: 'the key "port" is already defined in line 20',
        rule: 'yaml-duplicate-key',
        severity: 'error',
      },
    ]);
    expect(counts).toMatchObject({ documents: 2, valid: 1, invalid: 1, errors: 1 });
  });

  test('an unclosed quote and a tag are said in words', async () => {
    const { remarks } = await check('kind: "x\n---\nkind: !foo x\n---\nkind: @x\n');
    expect(remarks.map(({ message }) => message)).toEqual([
      'not valid YAML: the double quote that starts here is never closed',
      'not valid YAML: the tag "!foo" is not known: leave it out',
      'not valid YAML: a value without quotes cannot start with @',
    ]);
  });

  test.each([
    [
      'an alias bomb',
      `${Array.from(
        { length: 9 },
        (_, n) =>
          `a${n}: &a${n} [${Array(9)
            .fill(n ? `*a${n - 1}` : 'x')
            .join(', ')}]\n`,
      ).join('')}`,
    ],
    ['JSON nested deeply', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['YAML nested deeply', '['.repeat(50_000)],
  ])('%s is refused, and the next document judged', async (_title, text) => {
    const { remarks, counts } = await check(`${text}\n---\n${GOOD}`);
    expect(remarks).toHaveLength(1);
    expect(remarks[0]).toMatchObject({ severity: 'error', field: '' });
    expect(counts).toMatchObject({ documents: 2, valid: 1, invalid: 1 });
  });
});
