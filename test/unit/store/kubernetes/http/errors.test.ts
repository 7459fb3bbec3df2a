import { fromReply, isUnknownApi, type Situation } from '../../../../../src/store/kubernetes/http/errors.js';
import { TransportError } from '../../../../../src/store/kubernetes/http/exchange.js';
import { fromTransport } from '../../../../../src/store/kubernetes/http/network-errors.js';
import { warningsOf, type Reply } from '../../../../../src/store/kubernetes/http/transport.js';

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
  [
    'a user whose name holds a quote',
    403,
    'multikeylisteners.skupper.io "web" is forbidden: User "d\\"ev" cannot create resource "multikeylisteners" in API group "skupper.io" in the namespace "west"',
    'forbidden',
  ],
  [
    'a policy that speaks as RBAC does',
    403,
    'multikeylisteners.skupper.io "web" is forbidden: ValidatingAdmissionPolicy \'p\' with binding \'b\' denied request: User "bob" cannot create listeners here',
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

test('a refused deletion has no hint to correct the object', () => {
  const text = JSON.stringify({
    kind: 'Status',
    code: 422,
    reason: 'Invalid',
    message:
      'multikeylisteners.skupper.io "web" is forbidden: ValidatingAdmissionPolicy "p" with binding "b" denied request: no',
  });
  const failure = fromReply({ ...AT, verb: 'delete' }, { status: 422, contentType: 'application/json', text });
  expect([failure.code, failure.hint]).toEqual(['rejected', undefined]);
});

test('ten thousand characters of a webhook are cut', () => {
  const failure = answer(403, `admission webhook "w" denied the request: ${'no '.repeat(3500)}`);
  expect(failure.message.length).toBeLessThan(700);
  expect(failure.message).toContain('…');
});

test('what a policy says of ten thousand characters is cut in a cause too, between characters', () => {
  const causes = [{ message: `${'n'.repeat(499)}😀${'o'.repeat(10_000)}` }];
  const failure = answer(422, 'denied', { details: { causes } });
  expect(failure.causes).toEqual([{ field: '', message: `${'n'.repeat(499)}…` }]);
});

test('a 404 of a webhook is no missing API', () => {
  const reply = (message: string): Reply => ({
    status: 404,
    contentType: 'application/json',
    text: JSON.stringify({ kind: 'Status', code: 404, message, details: {} }),
  });
  expect(isUnknownApi(reply('the server could not find the requested resource'))).toBe(true);
  expect(isUnknownApi(reply('admission webhook "w.example.com" denied the request: no such tenant'))).toBe(false);
});

test('a namespace on its way out is waited for, or another is chosen', () => {
  const details = { causes: [{ reason: 'NamespaceTerminating', message: 'namespace west is being terminated' }] };
  const failure = answer(403, 'unable to create new content in namespace west', { details });
  expect([failure.code, failure.hint]).toEqual(['rejected', expect.stringContaining('namespace is deleted')]);
});

test('what meets an object that is being deleted waits in its namespace', () => {
  const message = 'object is being deleted: multikeylisteners.skupper.io "web" already exists';
  const failure = answer(409, message, { reason: 'AlreadyExists' });
  expect(failure.hint).toContain('skupper multikeylistener wait web --for delete -n west');
});

test.each<[string, Partial<Situation>, object, RegExp]>([
  [
    'of a quota',
    {},
    { kind: 'resourcequotas', name: 'q' },
    /^the create of multikeylistener "web" was refused: Operation/,
  ],
  [
    'of a quota, in an update',
    { verb: 'patch' },
    { kind: 'resourcequotas' },
    /^the patch of .* was refused: Operation/,
  ],
  ['of the object', { verb: 'patch' }, { kind: 'multikeylisteners' }, /was changed or replaced by another client/],
])('a conflict %s', (_, at, details, message) => {
  const status = { kind: 'Status', reason: 'Conflict', message: 'Operation cannot be fulfilled', details };
  const reply = { status: 409, contentType: 'application/json', text: JSON.stringify(status) };
  expect(fromReply({ ...AT, ...at }, reply)).toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(message),
  });
});

test.each([
  ['the API server', 'text/plain; charset=utf-8', 'Too many requests, please try again later.\n'],
  ['a gateway', 'text/html', '<html>slow down</html>'],
])('too many requests, says %s', (_, contentType, text) => {
  const failure = fromReply(AT, { status: 429, contentType, text });
  expect(failure).toMatchObject({ code: 'server-error', hint: 'Try again in a moment.' });
  expect(failure.message).toContain(text.trim());
});

test('a Status without a message is told by its reason, and never as JSON', () => {
  expect(answer(403, '').message).toMatch(/^permission denied: Forbidden \(/);
  expect(answer(422, '', { reason: '' }).message).toMatch(
    /^the server rejected multikeylistener "web": no reason given \(/,
  );
});

test('without the context and the server, a failure is brief', () => {
  const refused = fromTransport(
    AT,
    new TransportError('network', false, Object.assign(new Error('no'), { code: 'ECONNREFUSED' })),
  );
  expect(refused.message).toBe(
    'the server cannot be reached: connection refused (ECONNREFUSED) (context "c", server https://s)',
  );
  expect(refused.brief).toBe('connection refused (ECONNREFUSED)');
  expect(answer(503, 'busy').brief).toBe('the server failed with status 503: busy');
});

test.each<[string, string[], string[]]>([
  ['none', ['Content-Type', 'text/plain'], []],
  ['one', ['Warning', '299 - "v1 is deprecated"'], ['v1 is deprecated']],
  ['two in two headers', ['warning', '299 - "a"', 'Warning', '299 agent "b"'], ['a', 'b']],
  ['two in one, with quotes and a comma', ['Warning', '299 - "say \\"a, b\\"", 299 - "c"'], ['say "a, b"', 'c']],
  ['in another language', ['Warning', Buffer.from('299 - "Schlüssel ✓"').toString('latin1')], ['Schlüssel ✓']],
  ['a long one', ['Warning', `299 - "${'x'.repeat(9000)}"`], [`${'x'.repeat(500)}…`]],
  ['another code', ['Warning', '199 - "x"'], []],
  ['one without a text', ['Warning', '299 - ""'], []],
  ['bytes that are no UTF-8', ['Warning', '299 - "a\u009b31m"'], ['a\u009b31m']],
])('warnings of a server: %s', (_title, raw, texts) => {
  expect(warningsOf(raw)).toEqual(texts);
});

describe('what OpenSSL says in a line of its own', () => {
  const line = (number: string, reason: string): string =>
    `write EPROTO 80:error:${number}:SSL routines:ssl3_read_bytes:${reason}:../ssl/record/rec_layer_s3.c:1601:SSL alert number 1`;
  const failure = (message: string, code = 'EPROTO'): ReturnType<typeof fromTransport> =>
    fromTransport(AT, new TransportError('network', false, Object.assign(new Error(message), { code })));

  // OpenSSL 3.0 and 3.2 name the protocol in two ways.
  test.each(['sslv3 alert bad certificate', 'ssl/tls alert bad certificate', 'tlsv1 alert unknown ca'])(
    '%s: the server refuses the client certificate',
    (reason) => {
      expect(failure(line('0A000412', reason)).code).toBe('unauthenticated');
    },
  );

  test('its reason and its code are told, and what to do', () => {
    const { code, message, hint } = failure(line('0A00010B', 'wrong version number'));
    expect([code, message.split(' (context')[0], hint?.split(':')[0]]).toEqual([
      'tls',
      'cannot establish a trusted TLS connection: wrong version number (ERR_SSL_WRONG_VERSION_NUMBER)',
      'The server does not speak TLS',
    ]);
  });

  test('an EPROTO without such a line stays what it is', () => {
    expect(failure('write EPROTO').message).toContain('write EPROTO (EPROTO)');
  });
});
