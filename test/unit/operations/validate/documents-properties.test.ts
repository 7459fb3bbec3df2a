import fc from 'fast-check';
import { dumpYaml } from '../../../../src/yaml/dump.js';
import { check, GOOD } from './documents-check.js';
import { priority, resource, weighted } from '../../fixtures.js';

const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/);
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((each) => each.isWellFormed());
const key = fc.oneof(label, fc.constantFrom('on', 'no', 'null', '010', '1_000', '1e3', '0x1f', '1:20', '~x', 'true'));
const generated = fc
  .record({
    name: label,
    keys: fc.uniqueArray(key, { minLength: 1, maxLength: 5 }),
    weight: fc.integer({ min: 1, max: 1000 }),
    annotations: fc.dictionary(label, text, { maxKeys: 3 }),
    ranked: fc.boolean(),
  })
  .map(({ name, keys, weight, annotations, ranked }) => {
    const strategy = ranked ? priority(...keys) : weighted(Object.fromEntries(keys.map((each) => [each, weight])));
    return resource({ metadata: { name, annotations }, spec: { host: name, strategy } });
  });

describe('properties', () => {
  test('what dumpYaml writes of a valid resource has no problem', async () => {
    await fc.assert(
      fc.asyncProperty(generated, async (object) => {
        const errors = (await check(dumpYaml(object))).remarks.filter(({ severity }) => severity === 'error');
        expect(errors).toEqual([]);
        expect((await check(JSON.stringify(object))).counts).toMatchObject({ valid: 1, errors: 0 });
      }),
      { numRuns: 300 },
    );
  });

  test('a problem put into one of many documents is found at its line', async () => {
    const MISTAKES: [from: RegExp, to: string, field: RegExp][] = [
      [/port: \d+/, 'port: 0', /port$/],
      [/host: .*/, 'host: "-"', /host$/],
      [/kind: MultiKeyListener/, 'kind: MultiKeyListenerX', /^kind$/],
      [/ {2}strategy:/, '  stratgy:', /stratgy$/],
      [/apiVersion: .*/, 'apiVersion: skupper.io/v1', /^apiVersion$/],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(generated, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        fc.constantFrom(...MISTAKES),
        fc.constantFrom('\n', '\r\n'),
        async (objects, which, [from, to, field], end) => {
          const texts = objects.map((object, index) => dumpYaml({ ...object, metadata: { name: `n${index}` } }));
          const at = which % texts.length;
          const wrong = texts[at]!.replace(from, to);
          const inside = wrong.split('\n').findIndex((line) => line.includes(to.trim()));
          const before = texts.slice(0, at).reduce((sum, each) => sum + each.split('\n').length, 0);
          const whole = texts.map((each, index) => `---\n${index === at ? wrong : each}`).join('');
          const { remarks } = await check(whole.replaceAll('\n', end));
          const found = remarks.find((remark) => remark.severity === 'error' && field.test(remark.field));
          expect(found).toMatchObject({ line: before + 1 + inside + 1, document: at + 1 });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('no text makes it throw, and each line and column is one of the text', async () => {
    const piece = fc.constantFrom(
      ...'a:-?[]{},#&*!|>\'"%@`\n \t0~<',
      '---\n',
      '...\n',
      '\n- ',
      '&a ',
      '*a',
      '<<: ',
      '!!',
      GOOD,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const whole = pieces.join('');
        const lines = whole.split('\n');
        for (const { line = 1, column = 1 } of (await check(whole)).remarks) {
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
