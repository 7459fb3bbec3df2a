import { withTokens } from '../../../../src/store/kubernetes/kubeconfig/write-tokens.js';

const FRESH = { 'id-token': 'aaaa.bbbb.cccc', 'refresh-token': 'second' };
const TOKEN = { 'id-token': FRESH['id-token'] };
const edit = (text: string, values: Record<string, string> = FRESH): string => withTokens(text, 'u', values);

const BLOCK = `# mine
users:
  - name: other
    user: {auth-provider: {name: oidc, config: {id-token: old, refresh-token: first}}}
  - name: u # me
    user:
      auth-provider:
        config:
          refresh-token:   first   # do not lose
          idp-issuer-url: https://first
          id-token: 'old'
        name: oidc
kind: Config
`;

test('only the two values of that user change: comments, order and blanks stay', () => {
  const expected = BLOCK.replace('  first   #', '  second   #').replace("'old'", 'aaaa.bbbb.cccc');
  expect(edit(BLOCK)).toBe(expected);
  expect(edit(BLOCK.replaceAll('\n', '\r\n'))).toBe(expected.replaceAll('\n', '\r\n'));
  expect(edit(`\ufeff${BLOCK}`)).toBe(`\ufeff${expected}`);
  expect(edit(`---\n${BLOCK}---\nusers: []\n`)).toBe(`---\n${expected}---\nusers: []\n`);
});

const config = { 'id-token': 'old', 'client-id': 'c', 'refresh-token': 'first' };
const json = (members: object): string =>
  JSON.stringify({ users: [{ name: 'u', user: { 'auth-provider': { name: 'oidc', config: members } } }] }, null, 2);

test('JSON stays JSON', () => {
  expect(edit(json(config))).toBe(json({ ...config, ...FRESH }));
});

test('a token that was not there comes before the others, in their style', () => {
  const without = { 'client-id': 'c', 'refresh-token': 'first' };
  expect(JSON.parse(edit(json(without)))).toEqual(JSON.parse(json({ ...config, ...FRESH })));
  const block = BLOCK.replace("          id-token: 'old'\n", '');
  const at = '          refresh-token:   ';
  expect(edit(block)).toBe(block.replace(`${at}first`, `          id-token: aaaa.bbbb.cccc\n${at}second`));
});

test.each([
  ['over several lines', '>-\n            ol\n            d', "'x'"],
  ['given twice: the last one counts', 'x\n          id-token: y', "'x'"],
])('a value %s', (_, written) => {
  const edited = edit(BLOCK.replace("'old'", written));
  expect(edited).toContain('id-token: aaaa.bbbb.cccc');
  expect(edited.split('\n').at(-4)).toBe('          id-token: aaaa.bbbb.cccc');
});

test.each([
  ['nothing', ''],
  ['blanks', '   '],
  ['a comment', '   # to come'],
])('a key that is followed by %s gets the value', (_, rest) => {
  const written = (token: string): string => BLOCK.replace(": 'old'", `:${token}${rest}`);
  const atEnd = (token: string): string => written(token).replace('        name: oidc\nkind: Config\n', '').trimEnd();
  for (const text of [written, atEnd]) expect(edit(text(''), TOKEN)).toBe(text(' aaaa.bbbb.cccc'));
});

test('an entry that is null is passed over', () => {
  const withNull = BLOCK.replace('users:', 'users:\n  - null');
  expect(edit(withNull)).toContain('id-token: aaaa.bbbb.cccc');
});

test('a value that a plain word cannot hold is put in quotes', () => {
  expect(edit(BLOCK, { 'refresh-token': 'a: #"b' })).toContain('refresh-token:   "a: #\\"b"   # do not lose');
  expect(edit(BLOCK, { 'refresh-token': '12345678' })).toContain('"12345678"');
});

test.each([
  ['the value is used elsewhere too', BLOCK.replace("'old'", '&t old').replace('kind: Config', 'x: *t')],
  ['the user is not there', BLOCK.replace('name: u', 'name: v')],
])('nothing is written where %s', (_, text) => {
  expect(() => edit(text)).toThrow();
});
