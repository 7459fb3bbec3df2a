import { spawnSync } from 'node:child_process';
import process from 'node:process';
import fc from 'fast-check';
import { FileChecker } from '../../src/operations/validate/check-file.js';
import { Validation, type FileRemark } from '../../src/operations/validate/validation.js';
import type { MultiKeyListener } from '../../src/model/resource.js';
import { readDocuments } from '../../src/yaml/documents.js';
import { normalized } from '../../src/yaml/split.js';
import { newSite } from '../cli/site.js';
import { arbitraryYaml } from '../support/arbitrary/arbitrary-yaml.js';
import { goYaml, GoYamlError } from '../support/arbitrary/go-yaml.js';
import { temporaryFolder } from '../support/program.js';
import { report, tries, LONG } from '../support/verdict/reliability.js';
import { GO_ANSWERS, type GoAnswer } from '../support/yaml/go-answers.js';
import { STRICTER } from '../support/yaml/stricter.js';
import { FORMS, manifestWith, SUITE, type Form } from '../support/yaml/suite.js';

/** What came of the texts, for the report: by where they were given. */
const rows = new Map<string, { tried: number; same: number; both: number; stricter: number }>();
const rowOf = (title: string): { tried: number; same: number; both: number; stricter: number } => {
  const row = rows.get(title) ?? { tried: 0, same: 0, both: 0, stricter: 0 };
  rows.set(title, row);
  row.tried += 1;
  return row;
};
afterAll(() =>
  report(
    'any-yaml',
    ['given', 'texts', 'read alike', 'refused by both', 'refused by this program only', 'read otherwise'],
    [...rows].map(([title, { tried, same, both, stricter }]) => [title, tried, same, both, stricter, 0]),
  ),
);

interface Reading {
  documents: unknown[];
  refusals: { message: string; offset: number }[];
}

/** How the readers of files read a whole stream. A key given twice is what they refuse with its place. */
function ourReading(given: string): Reading {
  const text = normalized(given);
  const nul = text.indexOf('\0');
  if (nul >= 0) return { documents: [], refusals: [{ message: 'NUL', offset: nul }] };
  const reading: Reading = { documents: [], refusals: [] };
  for (const { reading: read, offset } of readDocuments(text, given.startsWith('\ufeff'))) {
    for (const fault of read.faults) reading.refusals.push({ ...fault, offset: offset + fault.offset });
    if (read.repeats) reading.refusals.push({ message: 'a key is given twice', offset });
    if (read.faults.length === 0) reading.documents.push(read.value);
  }
  for (const { message, offset } of reading.refusals) {
    expect(message).not.toBe('');
    expect(offset).toBeGreaterThanOrEqual(0);
    expect(offset).toBeLessThanOrEqual(text.length);
  }
  return reading;
}

/** As JSON has it: no undefined members, no negative zero. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/**
 * Holds a reading against Go's. An empty stream is no document for either: Go refuses some of them, and the commands refuse all.
 *
 * @returns whether only this program refuses it
 */
function hold(title: string, text: string, go: GoAnswer): boolean {
  const { documents, refusals } = ourReading(text);
  const row = rowOf(title);
  if (refusals.length > 0 || (go === null && documents.length === 0)) {
    row[go === null ? 'both' : 'stricter'] += 1;
    return go !== null;
  }
  expect({ text, read: plain(documents) }).toEqual({ text, read: go });
  row.same += 1;
  return false;
}

describe('the YAML test suite as whole streams', () => {
  test('each is read as Go read it, or refused; only the named ones are refused by this program alone', () => {
    expect(Object.keys(GO_ANSWERS.suite)).toEqual(SUITE.map(({ id }) => id));
    const stricter = SUITE.filter(({ id, text }) => hold('suite, whole streams', text, GO_ANSWERS.suite[id] ?? null));
    expect(stricter.map(({ id }) => id).sort()).toEqual(Object.values(STRICTER).flat().sort());
  });

  test('and so are texts with some characters changed', () => {
    for (const [text, answer] of GO_ANSWERS.changed) hold('suite, changed', text, answer);
    expect(rows.get('suite, changed')?.same).toBeGreaterThan(400);
  });
});

async function kept(text: string): Promise<{ resources: MultiKeyListener[]; remarks: FileRemark[] }> {
  const resources: MultiKeyListener[] = [];
  const remarks: FileRemark[] = [];
  const validation = new Validation((remark) => {
    if (remark.severity === 'error') remarks.push(remark);
  });
  const rules = { family: 'kubernetes', namespace: undefined } as const;
  const keep = (resource: MultiKeyListener): number => resources.push(resource);
  await new FileChecker(rules, validation, { pause: async () => {}, keep }).check({ file: 'f', named: true, text });
  return { resources, remarks };
}

/** The whole resource of `manifestWith`, with the value that Go read. */
const resourceWith = (note: unknown): object => ({
  apiVersion: 'skupper.io/v2alpha1',
  kind: 'MultiKeyListener',
  metadata: { name: 'web', annotations: { note } },
  spec: { host: 'web', port: 8080, strategy: { priority: { routingKeys: ['east'] } } },
});

describe.each(FORMS)('the YAML test suite as the value of an annotation: %s', (form) => {
  test('is kept as Go read it, or refused at a line and column', async () => {
    for (const { id, text } of SUITE) {
      const go = GO_ANSWERS.annotations[form][id];
      const manifest = manifestWith(text, form);
      const { resources, remarks } = await kept(manifest);
      const row = rowOf(`annotation, ${form}`);
      if (remarks.length > 0) {
        expect(resources).toEqual([]);
        const lines = manifest.split('\n').length;
        for (const { line = 0, column = 0 } of remarks) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThan(0);
        }
        row[typeof go?.note === 'string' ? 'stricter' : 'both'] += 1;
      } else {
        expect({ id, resources: plain(resources) }).toEqual({ id, resources: [resourceWith(go?.note)] });
        row.same += 1;
      }
    }
  });
});

/** The model knows neither merges nor all that Go refuses: for those the recorded texts are held against Go itself. */
function modelled(text: string): GoAnswer {
  try {
    return plain(goYaml(text).filter((value) => value !== null)) as GoAnswer;
  } catch (error) {
    if (error instanceof GoYamlError) return null;
    throw error;
  }
}

test('random values, as two libraries write them in their styles, are read as the model of Go reads them', () => {
  fc.assert(
    fc.property(arbitraryYaml(), (text) => {
      const model = modelled(text);
      if (model) hold('random values', text, model);
    }),
    { numRuns: tries(1_000, 20_000) },
  );
  const { tried = 0, same = 0 } = rows.get('random values') ?? {};
  expect(same).toBeGreaterThan(tried * 0.9);
});

/** A part of the suite for what starts a program each time. */
const some = (step: number): typeof SUITE => SUITE.filter((_case, index) => LONG || index % step === 0);

test('the built program prints the value that Go read, or refuses with file, line and column and exit status 2', async () => {
  const site = newSite();
  try {
    for (const [index, { id, text }] of some(20).entries()) {
      const form = FORMS[index % FORMS.length] as Form;
      const go = GO_ANSWERS.annotations[form][id];
      const file = site.file('given.yaml', manifestWith(text, form));
      const { status, stdout, stderr } = await site.run([
        'mkl',
        'create',
        '-f',
        file,
        '--dry-run',
        'client',
        '-o',
        'json',
      ]);
      const row = rowOf('built program, annotation');
      if (status === 0) {
        const { metadata } = JSON.parse(stdout) as MultiKeyListener;
        expect({ id, form, note: metadata.annotations?.['note'] }).toEqual({ id, form, note: go?.note });
        row.same += 1;
      } else {
        expect({ id, form, status, stdout }).toEqual({ id, form, status: 2, stdout: '' });
        expect(stderr).toMatch(/given\.yaml:\d+:\d+/);
        row[typeof go?.note === 'string' ? 'stricter' : 'both'] += 1;
      }
    }
  } finally {
    site.remove();
  }
});

const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

(kubectl ? test : test.skip)('kubectl of this machine reads annotations as recorded', () => {
  const folder = temporaryFolder();
  try {
    for (const [index, { id, text }] of some(40).entries()) {
      const form = FORMS[index % FORMS.length] as Form;
      const go = GO_ANSWERS.annotations[form][id];
      const args = ['annotate', '--local', '-f', '-', 'tested=yes', '-o', 'json'];
      const env = { ...process.env, KUBECONFIG: folder.at('none') };
      const { status, stdout } = spawnSync('kubectl', args, { input: manifestWith(text, form), env, encoding: 'utf8' });
      rowOf('kubectl, annotation')[status === 0 ? 'same' : 'both'] += 1;
      // What is no text is no annotation for kubectl either.
      if (typeof go?.note !== 'string') expect({ id, form, status }).not.toMatchObject({ status: 0 });
      else {
        const { metadata } = JSON.parse(stdout) as MultiKeyListener;
        expect({ id, form, note: metadata.annotations?.['note'] }).toEqual({ id, form, note: go.note });
      }
    }
  } finally {
    folder.remove();
  }
});
