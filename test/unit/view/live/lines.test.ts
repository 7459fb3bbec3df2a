import fc from 'fast-check';
import { ChangeLines, type ChangeType } from '../../../../src/view/live/lines.js';
import { widthOf } from '../../../../src/view/text.js';
import { anyResource, failed, HARMFUL, NOW, reaching, row } from './live-fixtures.js';

const lines = (parts: Partial<ConstructorParameters<typeof ChangeLines>[0]> = {}): ChangeLines =>
  new ChangeLines({ wide: false, namespaces: false, headers: true, ...parts });

test('nothing is printed before all that exists is there; then the header and those', () => {
  const out = lines();
  expect(out.push('ADDED', row('web', reaching('a', 'b')), NOW)).toEqual([]);
  expect(out.push('ADDED', row('db', failed('x')), NOW)).toEqual([]);
  expect(out.settle()).toEqual([
    'TIME                  EVENT     NAME                  STATUS   STRATEGY   KEYS  HOST              PORT  AGE',
    '2026-07-23T12:00:00Z  ADDED     web                   Ready    weighted    2/2  web               8080  3d',
    '2026-07-23T12:00:00Z  ADDED     db                    Error    weighted      -  db                8080  3d',
  ]);
});

test('the same columns for the whole run, the header once, the age of the moment', () => {
  const out = lines();
  const [header = ''] = out.settle();
  expect(out.settle()).toEqual([]);
  const later = [
    ...out.push('ADDED', row('web', reaching('a'), 3), NOW),
    ...out.push('MODIFIED', row('web', reaching('a', 'b'), 3), NOW + 86_400_000),
    ...out.push('DELETED', row('fifteen-letters'), NOW),
  ];
  expect(later).toHaveLength(3);
  for (const name of ['EVENT', 'NAME', 'STATUS', 'STRATEGY', 'HOST', 'AGE']) {
    for (const line of later) {
      expect(line[header.indexOf(name)]).not.toBe(' ');
      expect(line[header.indexOf(name) - 1]).toBe(' ');
    }
  }
  expect(later[1]).toMatch(/ 2\/3 .* 4d$/);
});

test('a value wider than its column is not cut', () => {
  const out = lines({ headers: false });
  expect(out.settle()).toEqual([]);
  const name = 'n'.repeat(60);
  expect(out.push('ADDED', row(name), NOW)[0]).toContain(` ${name}  Unknown  `);
});

test('wide and all namespaces', () => {
  const out = lines({ wide: true, namespaces: true });
  expect(out.settle()[0]).toMatch(/^TIME +EVENT +NAMESPACE +NAME .* AGE +ROUTING-KEYS +DESTINATION +MESSAGE$/);
  expect(out.push('ADDED', row('web', reaching('a')), NOW)[0]).toMatch(/ west +web .* a,b +true +OK$/);
});

test('property: one line a change, nothing in it that moves a cursor, columns where they were', () => {
  const events = fc.array(fc.tuple(fc.constantFrom<ChangeType>('ADDED', 'MODIFIED', 'DELETED'), anyResource()));
  fc.assert(
    fc.property(events, fc.boolean(), (list, wide) => {
      const out = lines({ wide });
      const [header = ''] = out.settle();
      const name = header.indexOf('NAME');
      for (const [type, object] of list) {
        const printed = out.push(type, object, NOW);
        expect(printed).toHaveLength(1);
        expect(printed[0]).not.toMatch(HARMFUL);
        expect(printed[0]?.slice(0, name)).toBe(`2026-07-23T12:00:00Z  ${type.padEnd(8)}  `);
        expect(widthOf(printed[0]?.trimEnd() ?? '')).toBeGreaterThan(name);
      }
    }),
    { numRuns: 60 },
  );
});
