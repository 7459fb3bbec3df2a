import { fromReply, type Situation } from '../../../../../src/store/kubernetes/http/errors.js';
import { warningsOf } from '../../../../../src/store/kubernetes/http/transport.js';

const AT: Situation = {
  context: 'c',
  server: 'https://s',
  namespace: 'west',
  verb: 'create',
  resource: 'multikeylisteners',
  name: 'web',
  timeoutMs: 1000,
};
const answer = (code: number, message: string, extra: object = {}): ReturnType<typeof fromReply> =>
  fromReply(AT, {
    status: code,
    contentType: 'application/json',
    text: JSON.stringify({ kind: 'Status', code, reason: 'Forbidden', message, ...extra }),
  });

// What kube-apiserver 1.34 answers for each.
test.each<[string, number, string, string]>([
  [
    'RBAC',
    403,
    'multikeylisteners.skupper.io is forbidden: User "dev" cannot create resource "multikeylisteners" in API group "skupper.io" in the namespace "west"',
    'forbidden',
  ],
  ['a quota', 403, 'multikeylisteners.skupper.io "web" is forbidden: exceeded quota: q, requested: 1', 'rejected'],
  [
    'an admission policy',
    422,
    'multikeylisteners.skupper.io "web" is forbidden: ValidatingAdmissionPolicy "p" with binding "b" denied request: no',
    'rejected',
  ],
  ['a webhook', 403, 'admission webhook "w.example.com" denied the request: no', 'rejected'],
  ['a webhook with a status of its own', 401, 'admission webhook "w.example.com" denied the request: no', 'rejected'],
  ['a webhook that says 404', 404, 'admission webhook "w.example.com" denied the request: no', 'rejected'],
  ['a webhook that says 500', 500, 'admission webhook "w.example.com" denied the request: no', 'rejected'],
  [
    'a webhook that cannot be called',
    500,
    'Internal error occurred: failed calling webhook "w": refused',
    'server-error',
  ],
])('%s', (_who, status, message, code) => {
  const failure = answer(status, message);
  expect([failure.code, failure.hint?.includes('can-i')]).toEqual([code, code === 'forbidden']);
});

test('ten thousand characters of a webhook are cut', () => {
  const failure = answer(403, `admission webhook "w" denied the request: ${'no '.repeat(3500)}`);
  expect(failure.message.length).toBeLessThan(700);
  expect(failure.message).toContain('…');
});

test.each<[string, string[], string[]]>([
  ['none', ['Content-Type', 'text/plain'], []],
  ['one', ['Warning', '299 - "v1 is deprecated"'], ['v1 is deprecated']],
  ['two in two headers', ['warning', '299 - "a"', 'Warning', '299 agent "b"'], ['a', 'b']],
  ['two in one, with quotes and a comma', ['Warning', '299 - "say \\"a, b\\"", 299 - "c"'], ['say "a, b"', 'c']],
  ['another code', ['Warning', '199 - "x"'], []],
])('warnings of a server: %s', (_title, raw, texts) => {
  expect(warningsOf(raw)).toEqual(texts);
});
