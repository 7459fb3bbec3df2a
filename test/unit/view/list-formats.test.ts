import fc from 'fast-check';
import { GrowingColumns, renderColumns, type Column } from '../../../src/view/columns.js';
import { dataFormat, listText } from '../../../src/view/formats.js';
import { dumpYaml } from '../../../src/yaml/dump.js';
import { resource } from '../fixtures.js';

const text = fc.oneof(fc.string(), fc.constantFrom('a\nb', 'a\n\nb\n', 'x\n\n', '- a', ' a', 'items: []', '[]'));
const resources = fc.array(
  fc
    .record({ name: text, note: text })
    .map(({ name, note }) => resource({ metadata: { name, annotations: { note } } })),
  { maxLength: 4 },
);
const whole = (items: unknown[]): object => ({
  apiVersion: 'v1',
  kind: 'List',
  metadata: { resourceVersion: '' },
  items,
});

async function textOf(name: string, given: Parameters<typeof listText>[1]): Promise<string> {
  const format = dataFormat(name);
  if (!format) throw new Error(name);
  return listText(format, given);
}

test('a list put together item by item is the document written at once', async () => {
  await fc.assert(
    fc.asyncProperty(resources, async (given) => {
      expect(await textOf('json', given)).toBe(`${JSON.stringify(whole(given), null, 2)}\n`);
      expect(await textOf('yaml', given)).toBe(dumpYaml(whole(given)));
    }),
  );
});

describe('columns whose rows come in parts', () => {
  const columns: Column<[string, number]>[] = [
    { header: 'NAME', value: ([name]) => name },
    { header: 'N', value: ([, count]) => String(count), align: 'right' },
    { header: 'END', value: () => 'x' },
  ];

  test('one part is the whole table', () => {
    const rows: [string, number][] = [
      ['a', 1],
      ['bbbbbb', 22],
    ];
    expect(new GrowingColumns(columns, true).lines(rows)).toEqual(renderColumns(columns, rows));
  });

  test('columns only ever widen, and headers come once', () => {
    const table = new GrowingColumns(columns, true);
    expect(table.lines([['a', 1]])).toEqual(['NAME  N  END', 'a     1  x']);
    expect(table.lines([['bbbbbb', 333]])).toEqual(['bbbbbb  333  x']);
    expect(table.lines([['c', 4]])).toEqual(['c         4  x']);
  });

  test('without headers their words take no room', () => {
    expect(new GrowingColumns(columns, false).lines([['a', 1]])).toEqual(['a  1  x']);
  });
});
