import { check, GOOD, list } from './documents-check.js';

/** The good document without its kind and apiVersion, as one item of a list. */
const ITEM = `- ${GOOD.replace(/^apiVersion.*\nkind.*\n/, '')
  .trimEnd()
  .replaceAll('\n', '\n  ')}\n`;

describe('Lists are read as kubectl reads them', () => {
  test('a List in a List: its items are found, with their field path', async () => {
    const { remarks, places, counts } = await check(list(list(GOOD, GOOD.replace('8080', '0'))));
    expect(places).toEqual([
      '22:13 items[0].items[1].metadata.name name-repeated',
      '25:13 items[0].items[1].spec.port port-range',
    ]);
    expect(remarks[0]?.message).toBe('"web" is already defined in f:1, items[0].items[0]');
    expect(counts).toMatchObject({ documents: 2, valid: 1, invalid: 1, skipped: 0 });
  });

  test('an item without a kind has the kind of its list', async () => {
    const text = (kind: string): string => `apiVersion: skupper.io/v2alpha1\nkind: ${kind}\nitems:\n${ITEM}`;
    expect((await check(text('MultiKeyListenerList'))).counts).toMatchObject({ documents: 1, valid: 1 });
    expect((await check(text('ListenerList'))).counts).toMatchObject({ documents: 0, skipped: 1 });
    const { remarks, places } = await check(text('List'));
    expect(places).toEqual(['4:3 items[0].kind', '4:3 items[0].apiVersion']);
    expect(remarks.map(({ message }) => message)).toEqual([
      'is required: MultiKeyListener',
      'is required: skupper.io/v2alpha1',
    ]);
  });

  test.each(['[]', 'null', ''])('items: %s is an empty List, not another kind', async (items) => {
    const { counts } = await check(`apiVersion: v1\nkind: List\nitems: ${items}\n`);
    expect(counts).toMatchObject({ documents: 0, skipped: 0, unreadable: 1 });
  });

  test('a key of the List that is defined twice is an error, because the items of the first are lost', async () => {
    const { remarks, places, counts } = await check(`${list(GOOD)}items: []\n`);
    expect(places).toEqual(['16:1 items yaml-duplicate-key']);
    expect(remarks[0]?.message).toBe('the key "items" is already defined in line 3');
    expect(counts).toMatchObject({ documents: 1, invalid: 1 });
  });
});
