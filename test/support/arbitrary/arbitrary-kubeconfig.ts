import fc, { type Arbitrary } from 'fast-check';

/** Kubeconfigs as files below one folder, and the KUBECONFIG that names them, with `DIR` in place of that folder. */
export interface KubeconfigSet {
  /** By path below the folder. */
  files: Record<string, string>;
  kubeconfig: string;
}

/** Stand for PEM texts, also in base64: of a CA, of a client certificate with its key, and of a key that is another one's. */
export const MATERIAL = ['CA', 'CERTIFICATE', 'KEY', 'OTHER KEY'] as const;
const [ca, certificate, key, otherKey] = MATERIAL;

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
const rarely = <T>(usual: Arbitrary<T>, odd: Arbitrary<T>): Arbitrary<T> =>
  fc.oneof({ weight: 24, arbitrary: usual }, { weight: 1, arbitrary: odd });

/** A port of this machine on which nobody listens: a kubeconfig that is accepted leads to a refused connection. */
const SERVER = 'https://127.0.0.1:1';

/** Most entries have few fields: the required ones, and that many of the others. */
function some(
  fields: Record<string, Arbitrary<unknown>>,
  most: number,
  required: Record<string, Arbitrary<unknown>> = {},
): Arbitrary<unknown> {
  return fc
    .tuple(fc.record(required), fc.uniqueArray(fc.constantFrom(...Object.keys(fields)), { maxLength: most }))
    .chain(([kept, names]) =>
      fc
        .record(Object.fromEntries(names.map((each) => [each, fields[each] ?? fc.constant(null)])))
        .map((more) => ({ ...kept, ...more })),
    );
}

const cluster: Arbitrary<unknown> = rarely<unknown>(
  some(
    {
      'certificate-authority-data': rarely<unknown>(
        fc.constant(base64(ca)),
        fc.constantFrom('', 'no base64!', 1, `${base64(ca).slice(0, 60)}\n${base64(ca).slice(60)}`),
      ),
      'certificate-authority': rarely(fc.constantFrom('ca.pem', './ca.pem', 'DIR/ca.pem'), fc.constant('missing.pem')),
      'insecure-skip-tls-verify': rarely<unknown>(fc.constant(false), fc.constantFrom(true, 'true', 1, null)),
      'tls-server-name': rarely<unknown>(fc.constantFrom('kubernetes', ''), fc.constant(1)),
      extensions: fc.constant([{ name: 'minikube', extension: { token: 1 } }]),
      unknown: fc.constant({ a: 1 }),
    },
    2,
    {
      server: rarely<unknown>(
        fc.constantFrom(SERVER, `${SERVER}/`, `${SERVER}/base`, 'http://127.0.0.1:1', 'https://[::1]:1', '127.0.0.1:1'),
        fc.constantFrom('', null, 1, 'ftp://127.0.0.1:1', 'https://', 'http://[::1'),
      ),
    },
  ),
  fc.constantFrom<unknown[]>(null, [], 'text'),
);

function user(): Arbitrary<unknown> {
  const exec = fc.record({
    apiVersion: rarely(
      fc.constantFrom('client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'),
      fc.constantFrom('client.authentication.k8s.io/v1alpha1', ''),
    ),
    command: rarely(fc.constant('sh'), fc.constantFrom('no-such-plugin', '', './plugin.sh')),
    args: fc.constant([
      '-c',
      `printf '{"apiVersion":"%s","kind":"ExecCredential","status":{"token":"t"}}' "$(printf %s "$KUBERNETES_EXEC_INFO" | sed 's/.*apiVersion":"\\([^"]*\\).*/\\1/')"`,
    ]),
    interactiveMode: rarely(fc.constantFrom('Never', 'IfAvailable'), fc.constantFrom('Always', '', 'Sometimes')),
    provideClusterInfo: fc.boolean(),
  });
  const pair = {
    'client-certificate-data': rarely(fc.constant(base64(certificate)), fc.constantFrom('', base64('garbage'))),
    'client-key-data': rarely(fc.constant(base64(key)), fc.constantFrom('', base64('garbage'), base64(otherKey))),
  };
  const files = {
    'client-certificate': rarely(fc.constant('cert.pem'), fc.constant('missing.pem')),
    'client-key': rarely(fc.constant('key.pem'), fc.constant('missing.pem')),
  };
  const others = {
    token: rarely<unknown>(fc.constantFrom('secret', ''), fc.constantFrom(123, null, 'a\nb')),
    tokenFile: rarely(fc.constant('token'), fc.constantFrom('missing-token', 'empty')),
    username: fc.constantFrom('me', ''),
    password: fc.constantFrom('word', ''),
    as: fc.constantFrom('somebody', ''),
    'as-groups': fc.constantFrom(['a', 'b'], [], null),
    exec: rarely<unknown>(exec, fc.constantFrom(null, {}, 'sh')),
    'auth-provider': fc.constantFrom({ name: 'gcp' }, null, { name: 'no-such' }),
  };
  return fc.oneof(
    some(others, 1),
    some(others, 2),
    fc.record(pair),
    some({ ...others, ...pair }, 1, files),
    some({ ...others, ...pair, ...files }, 2),
    fc.constantFrom<unknown[]>(null, []),
  );
}

const NAMES = ['one', 'two', '', '1'];
const name = rarely(fc.constantFrom('one', 'two'), fc.constantFrom(...NAMES));

const entries = (key: string, of: Arbitrary<unknown>): Arbitrary<unknown> =>
  rarely<unknown>(
    fc.tuple(of, of).map(([one, two]) => [
      { name: 'one', [key]: one },
      { name: 'two', [key]: two },
    ]),
    fc.oneof(
      fc.constantFrom<unknown[]>(null, {}, 'text', [null], ['text'], [{}]),
      fc.array(fc.record({ name, [key]: of }), { minLength: 1, maxLength: 3 }),
    ),
  );

const context = rarely<unknown>(
  fc.record(
    { cluster: name, user: name, namespace: fc.constantFrom('west', '') },
    { requiredKeys: ['cluster', 'user'] },
  ),
  fc.constantFrom<unknown[]>(null, {}, [], { cluster: 1, user: 'one' }, { cluster: 'one', namespace: 7 }),
);

const config: Arbitrary<Record<string, unknown>> = fc.record(
  {
    apiVersion: rarely<unknown>(fc.constant('v1'), fc.constantFrom('v2', '', null, 1)),
    kind: rarely<unknown>(fc.constant('Config'), fc.constantFrom('List', '', null)),
    'current-context': rarely<unknown>(fc.constantFrom('one', 'two'), fc.constantFrom('', 'three', null, 1)),
    clusters: entries('cluster', cluster),
    users: entries('user', user()),
    contexts: entries('context', context),
    preferences: rarely<unknown>(fc.constant({}), fc.constantFrom(null, { colors: true })),
  },
  { requiredKeys: ['apiVersion', 'kind', 'current-context', 'clusters', 'contexts', 'users'] },
);

/** How a text may be written around a kubeconfig without a change of what it says. */
const spelling: Arbitrary<(text: string) => string> = fc.constantFrom<((text: string) => string)[]>(
  (text) => text,
  (text) => `---\n${text}\n`,
  (text) => `# a comment\n${text}\n---\n`,
  (text) => `${text}\n---\nkind: Other\n`,
  (text) => `\ufeff${text}`,
  (text) => text.replaceAll('\n', '\r\n'),
);

const file: Arbitrary<string> = rarely(
  fc
    .tuple(config, spelling, fc.boolean())
    .map(([value, spell, indented]) => spell(JSON.stringify(value, null, indented ? 2 : 0))),
  fc.constantFrom('', '# comments only\n', '---\n', 'null\n', '[]\n', 'text\n', 'a: [\n', 'a: 1\na: 2\n', '{}'),
);

const PLACES = ['a/config', 'b/config', 'config'];

/** One to three files with all that they refer to beside them; some of those that KUBECONFIG names are missing. */
export function arbitraryKubeconfigs(): Arbitrary<KubeconfigSet> {
  return fc
    .tuple(fc.array(file, { minLength: 1, maxLength: 3 }), rarely(fc.constant(''), fc.constantFrom(':DIR/none', ':')))
    .map(([texts, more]) => ({
      files: Object.fromEntries(texts.map((text, index) => [PLACES[index] ?? '', text])),
      kubeconfig: texts.map((_, index) => `DIR/${PLACES[index]}`).join(':') + more,
    }));
}
