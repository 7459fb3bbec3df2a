import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { Counts, FileRemark } from '../../../src/operations/validate/validation.js';
import { PLAIN } from '../../../src/view/style.js';
import { annotation, remarkLine, summaryLine, validateDocument } from '../../../src/view/validate.js';
import { check, GOOD } from '../operations/validate/documents-check.js';
import { terminal } from '../fixtures.js';

const remark = (parts: Partial<FileRemark> = {}): FileRemark => ({
  file: 'deploy/web.yaml',
  line: 7,
  column: 9,
  document: 1,
  resource: 'web',
  field: 'spec.port',
  message: 'must be from 1 to 65535, not 0',
  rule: 'port-range',
  severity: 'error',
  ...parts,
});

test.each<[string, Partial<FileRemark>, string]>([
  ['an error', {}, 'deploy/web.yaml:7:9: spec.port: must be from 1 to 65535, not 0'],
  ['a warning', { severity: 'warning', message: 'm' }, 'deploy/web.yaml:7:9: warning: spec.port: m'],
  ['a notice', { severity: 'notice', message: 'm' }, 'deploy/web.yaml:7:9: notice: spec.port: m'],
  ['a whole document', { field: '', message: 'm' }, 'deploy/web.yaml:7:9: m'],
  ['a whole file', { field: '', message: 'm', line: undefined, column: undefined }, 'deploy/web.yaml: m'],
  ['standard input', { file: '-', message: 'm' }, 'standard input:7:9: spec.port: m'],
  [
    'what could move a cursor',
    { file: 'a\u001b[31m\n.yaml', field: 'a\u202e', message: 'b\u0007\r\nc' },
    'a\\e[31m\\n.yaml:7:9: a\\u{202e}: b\\u{7}\\r\\nc',
  ],
])('a line for %s', (_title, parts, line) => {
  expect(remarkLine(remark(parts), PLAIN)).toBe(line);
  expect(remarkLine(remark(parts), terminal(80))).toBe(line);
});

test.each<[string, Partial<FileRemark>, string]>([
  ['an error', { message: 'm' }, '::error file=deploy/web.yaml,line=7,col=9::spec.port: m'],
  ['a warning', { severity: 'warning', field: '', message: 'm' }, '::warning file=deploy/web.yaml,line=7,col=9::m'],
  ['a whole file', { line: undefined, column: undefined, message: 'm' }, '::error file=deploy/web.yaml::spec.port: m'],
  ['standard input', { file: '-', message: 'm' }, '::error line=7,col=9::spec.port: m'],
  [
    'signs with a meaning',
    { file: 'a,b:c%.yaml', message: '100%, a:b' },
    '::error file=a%2Cb%3Ac%25.yaml,line=7,col=9::spec.port: 100%25, a:b',
  ],
  ['lines', { message: 'a\r\n::error::b' }, '::error file=deploy/web.yaml,line=7,col=9::spec.port: a\\r\\n::error::b'],
])('an annotation for %s', (_title, parts, line) => {
  expect(annotation(remark(parts))).toBe(line);
});

const COUNTS: Counts = {
  files: 2,
  unreadable: 0,
  empty: 0,
  documents: 3,
  valid: 3,
  invalid: 0,
  skipped: 0,
  errors: 0,
  warnings: 0,
  notices: 0,
};

test.each<[Partial<Counts>, number, string]>([
  [{}, 0, '3 documents in 2 files: all valid'],
  [{ documents: 1, valid: 1, files: 1 }, 0, '1 document in 1 file: all valid'],
  [{ documents: 0, valid: 0 }, 0, '0 documents in 2 files'],
  [{ documents: 0, valid: 0, skipped: 4 }, 0, '0 documents in 2 files: 4 of other kinds skipped'],
  [
    { valid: 2, invalid: 1, errors: 4, skipped: 7 },
    0,
    '3 documents in 2 files: 1 invalid (4 problems), 7 of other kinds skipped',
  ],
  [
    { unreadable: 1, errors: 1, warnings: 2, notices: 1 },
    0,
    '3 documents in 2 files: all valid, 1 file unreadable (1 problem), 2 warnings, 1 notice',
  ],
  [{ valid: 0, invalid: 3, errors: 3000 }, 2000, '3 documents in 2 files: 3 invalid (3000 problems), 2000 not listed'],
])('the summary of %j', (counts, omitted, line) => {
  expect(summaryLine({ ...COUNTS, ...counts }, omitted)).toBe(line);
});

describe('the document', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../../docs/schemas/validate.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const conforms = new Ajv({ allowUnionTypes: true }).compile(schema);

  test.each([
    ['nothing wrong', GOOD],
    ['problems, notices and warnings', `${GOOD.replace('8080', '0')}status: {}\n---\n${GOOD}  settings: {a: b}\n`],
    ['no YAML', 'a: [\n---\nkind: Site\n'],
    ['a NUL', '\0'],
    ['nothing', ''],
  ])('of %s is as its schema says', async (_title, text) => {
    const { remarks, counts } = await check(text);
    const document: unknown = JSON.parse(JSON.stringify(validateDocument(remarks, counts, 0)));
    conforms(document);
    expect(conforms.errors ?? []).toEqual([]);
  });

  test('what is not known is null', async () => {
    const { remarks, counts } = await check('');
    expect(validateDocument(remarks, counts, 0)).toEqual({
      schemaVersion: 1,
      counts: { ...COUNTS, files: 0, unreadable: 1, documents: 0, valid: 0, errors: 1 },
      omitted: 0,
      problems: [
        {
          file: 'f',
          line: null,
          column: null,
          document: null,
          resource: null,
          field: '',
          message: 'it contains no documents',
          rule: 'file-unreadable',
          severity: 'error',
        },
      ],
    });
  });
});
