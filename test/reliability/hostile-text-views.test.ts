import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { parse as parseYaml } from 'yaml';
import { desired } from '../../src/model/build.js';
import { shellWord } from '../../src/model/text.js';
import { customColumns } from '../../src/view/custom-columns.js';
import { renderDiff } from '../../src/view/diff.js';
import { failureDocument, renderFailure } from '../../src/view/failure.js';
import { dataFormat, listText } from '../../src/view/formats.js';
import { renderInspect } from '../../src/view/inspect/inspect.js';
import { applyEvent, createBoard } from '../../src/view/live/board.js';
import { renderFrame } from '../../src/view/live/frame.js';
import { renderInspectFrame } from '../../src/view/live/inspect-frame.js';
import { ChangeLines } from '../../src/view/live/lines.js';
import { renderStatus } from '../../src/view/status.js';
import { PLAIN, type Style } from '../../src/view/style.js';
import { renderTable } from '../../src/view/table.js';
import { annotation, remarkLine } from '../../src/view/validate.js';
import { terminal } from '../unit/fixtures.js';
import { hostileFailure, hostileInspection, hostileResource, NOW } from '../support/hostile/hostile-resources.js';
import { harmIn, hostileText, listOf } from '../support/hostile/hostile-text.js';
import { Tally } from '../support/hostile/hostile-tally.js';
import { tries } from '../support/verdict/reliability.js';

const RUNS = tries(50, 1500);
const tally = new Tally();

afterAll(() => tally.report('hostile-text-views'));

/** Pipes, and terminals of any width, with colour and without, with Unicode and without. */
const anyStyle = (): fc.Arbitrary<Style> =>
  fc.oneof(
    fc.constant(PLAIN),
    fc
      .record({ width: fc.integer({ min: 20, max: 250 }), unicode: fc.boolean(), colour: fc.boolean() })
      .map(({ width, ...options }) => terminal(width, options)),
  );

function check(where: string, lines: readonly string[]): void {
  const text = lines.join('\n');
  const harm = harmIn(text, 'colours');
  tally.add(where, text, harm);
  expect(harm).toEqual([]);
  // A line is a line: nothing of others breaks it.
  expect(text.split('\n')).toHaveLength(Math.max(1, lines.length));
}

function holds<T>(where: string, values: fc.Arbitrary<T>, lines: (value: T, style: Style) => readonly string[]): void {
  test(where, () => {
    fc.assert(
      fc.property(values, anyStyle(), (value, style) => check(where, lines(value, style))),
      { numRuns: RUNS },
    );
  });
}

const statusOptions = fc.record({ wide: fc.boolean(), namespaces: fc.boolean(), headers: fc.boolean() });
const someResources = fc.array(hostileResource(), { minLength: 1, maxLength: 5 });

describe('no view lets a control through', () => {
  holds('status', fc.tuple(someResources, statusOptions), ([resources, options], style) =>
    renderStatus(resources, style, { ...options, now: NOW }),
  );

  const headers = hostileText().map((text) => text.replace(/[,:]/g, ''));
  holds('custom-columns', fc.tuple(someResources, headers), ([resources, header], style) =>
    renderTable(customColumns(`custom-columns=h${header}:.metadata.name,L:.metadata.labels,S:.spec`), resources, style),
  );

  holds('inspect', hostileInspection(), (inspection, style) => renderInspect(inspection, style, NOW));

  holds('live screen', fc.tuple(someResources, statusOptions, hostileFailure(), hostileText()), (values, style) => {
    const [resources, options, failure, word] = values;
    const board = createBoard(NOW);
    for (const object of resources) applyEvent(board, { type: 'ADDED', object }, NOW);
    applyEvent(board, { type: 'SYNCED' }, NOW);
    const [first] = resources;
    const changed = { ...first!, status: { ...first!.status, message: word }, spec: { ...first!.spec, host: word } };
    applyEvent(board, { type: 'MODIFIED', object: changed }, NOW);
    if (options.headers) applyEvent(board, { type: 'LOST', failure, retryInMs: 1 }, NOW);
    else board.place = word;
    const controls = { order: 'name', ordered: true, filter: word, typing: options.wide, help: false } as const;
    const frameOptions = { ...options, place: word, now: NOW, width: Math.min(style.width, 200), height: 24 };
    return ['', word].flatMap((filter) => renderFrame(board, { ...controls, filter }, style, frameOptions).lines);
  });

  holds('live inspection', hostileInspection(), (diagnosis, style) => {
    const board = createBoard(NOW);
    applyEvent(board, { type: 'ADDED', object: diagnosis.resource }, NOW);
    const [row] = [...board.rows.values()];
    const options = { place: 'x', namespaces: false, wide: false, now: NOW, width: 80, height: 60 };
    return renderInspectFrame(board, { row, diagnosis, scroll: 0, fixed: true }, style, options).lines;
  });

  holds('lines of a watch', fc.tuple(someResources, statusOptions), ([resources, options]) => {
    const lines = new ChangeLines(options);
    const late = resources.slice(1);
    lines.push('ADDED', resources[0]!, NOW);
    return [...lines.settle(), ...late.flatMap((resource) => lines.push('MODIFIED', resource, NOW))];
  });

  holds('diff', fc.tuple(wellFormed(hostileResource()), wellFormed(hostileResource())), ([one, other], style) =>
    renderDiff(one, other, style),
  );

  const hintless = hostileFailure().map((failure) => Object.assign(failure, { hint: undefined }));
  holds('errors', hintless, renderFailure);

  const remarks = fc.record({
    file: hostileText(),
    line: fc.constant(3),
    field: hostileText(),
    message: hostileText(),
    severity: fc.constantFrom('error' as const, 'warning' as const, 'notice' as const),
  });
  holds('validate', remarks, (remark, style) => [remarkLine(remark, style), annotation(remark)]);

  test('words for a shell are one line, harmless, and for bash the same word', () => {
    const words = fc.sample(hostileText(), { numRuns: RUNS });
    for (const word of words) check('words for a shell', [shellWord(word)]);
    // No program's argument holds a NUL or half a character.
    const possible = words.filter((word) => !word.includes('\0') && word.isWellFormed());
    const script = `printf '%s\\0' ${possible.map(shellWord).join(' ')}`;
    const { stdout } = spawnSync('bash', {
      input: script,
      encoding: 'utf8',
      env: { LC_ALL: 'C.UTF-8' },
      maxBuffer: 2 ** 26,
    });
    expect(stdout.split('\0').slice(0, -1)).toEqual(possible);
  });
});

/** What YAML can hold: lone surrogates are refused, see below. */
function wellFormed<T>(values: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return values.map((value) => JSON.parse(JSON.stringify(value).replace(/\\ud[89a-f][0-9a-f]{2}/g, '\\ufffc')) as T);
}

describe('data keeps the true text and does no harm on a terminal', () => {
  test('json, lone surrogates too', async () => {
    await fc.assert(
      fc.asyncProperty(someResources, async (resources) => {
        const text = await listText(dataFormat('json')!, resources);
        tally.add('json', text, harmIn(text));
        expect(harmIn(text)).toEqual([]);
        expect(JSON.parse(text)).toEqual(listOf(resources));
      }),
      { numRuns: RUNS },
    );
  });

  test('yaml, for js-yaml and for the yaml library of YAML 1.1 and 1.2', async () => {
    await fc.assert(
      fc.asyncProperty(wellFormed(someResources), async (resources) => {
        const text = await listText(dataFormat('yaml')!, resources);
        tally.add('yaml', text, harmIn(text));
        expect(harmIn(text)).toEqual([]);
        expect(load(text)).toEqual(listOf(resources));
        expect(parseYaml(text, { version: '1.1' })).toEqual(listOf(resources));
        expect(parseYaml(text, { version: '1.2' })).toEqual(listOf(resources));
      }),
      { numRuns: RUNS },
    );
  });

  test('yaml refuses what its readers refuse, rather than change it', async () => {
    const broken = { ...desired(await anyOne()), metadata: { name: 'a\ud800' } };
    await expect(dataFormat('yaml')?.one(broken)).rejects.toMatchObject({
      code: 'invalid',
      hint: expect.stringContaining('-o json'),
    });
  });

  test('errors as json', () => {
    fc.assert(
      fc.property(hostileFailure(), (failure) => {
        const text = failureDocument(failure, 'Failed', 1);
        tally.add('errors as json', text, harmIn(text));
        expect(harmIn(text)).toEqual([]);
        expect(text.trimEnd()).not.toContain('\n');
        expect((JSON.parse(text) as { error: unknown }).error).toMatchObject({
          message: failure.message,
          causes: failure.causes,
          hint: failure.hint,
        });
      }),
      { numRuns: RUNS },
    );
  });
});

async function anyOne(): Promise<ReturnType<typeof desired>> {
  const [resource] = fc.sample(hostileResource(), { numRuns: 1, seed: 1 });
  return resource!;
}
