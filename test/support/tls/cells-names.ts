import { inGroup, served, type Cell } from './cell.js';
import { alternativeNames } from './extensions.js';
import { leaf, root } from './pki.js';

/** Names of the certificate, the host of the URL, and the tls-server-name where there is one. */
const NAMES: [names: string[], host: string, server?: string][] = [
  [['IP:127.0.0.1'], '127.0.0.1'],
  [['IP:127.0.0.2'], '127.0.0.1'],
  [['DNS:127.0.0.1'], '127.0.0.1'],
  [['DNS:localhost'], '127.0.0.1'],
  [['DNS:localhost'], 'localhost'],
  [['IP:127.0.0.1'], 'localhost'],
  [['URI:https://localhost'], 'localhost'],
  [['URI:https://127.0.0.1'], '127.0.0.1'],
  [[], 'localhost'],
  [['IP:::1'], '[::1]'],
  [['IP:127.0.0.1'], '[::1]'],
  [['IP:::1'], '[0:0:0::1]'],
  [['IP:::1'], '[::1%25lo]'],
  [['IP:::1'], '[::1%25lo]', '::1'],
  [['IP:::ffff:7f00:1'], '127.0.0.1'],
  [['DNS:localhost'], 'LOCALHOST'],
  [['DNS:LOCALHOST'], 'localhost'],
  [['DNS:localhost.'], 'localhost'],
  [['DNS:*'], 'localhost'],
  [['DNS:localhost'], '127.0.0.1', 'localhost'],
  [['IP:127.0.0.1'], '127.0.0.1', 'localhost'],
  [['IP:192.0.2.1', 'IP:127.0.0.1'], '127.0.0.1'],
  [['DNS:localhost'], 'localhost', '127.0.0.1'],
  [['IP:127.0.0.1'], 'localhost', '127.0.0.1'],
  [['IP:127.0.0.1'], 'localhost', '127.0.0.2'],
  [['IP:::1'], 'localhost', '::1'],
  [['IP:::1'], 'localhost', '[::1]'],
  [['DNS:localhost'], 'localhost', ''],
];

/** Names of a certificate, and the name that the kubeconfig asks for. */
const WANTED: [names: string[], server: string][] = [
  [['DNS:api.example.test'], 'api.example.test'],
  [['DNS:api.example.test'], 'API.Example.Test'],
  [['DNS:API.EXAMPLE.TEST'], 'api.example.test'],
  [['DNS:api.example.test'], 'api.example.test.'],
  [['DNS:api.example.test.'], 'api.example.test'],
  [['DNS:api.example.test.'], 'api.example.test.'],
  [['DNS:api.example.test'], 'other.example.test'],
  [['DNS:other.example.test', 'DNS:api.example.test'], 'api.example.test'],
  [['DNS:example.test'], 'api.example.test'],
  [['DNS:api.example.test'], 'example.test'],
  [['DNS:*.example.test'], 'api.example.test'],
  [['DNS:*.example.test'], 'API.example.test'],
  [['DNS:*.example.test'], 'a.b.example.test'],
  [['DNS:*.example.test'], 'example.test'],
  [['DNS:*.example.test'], 'api.example.test.'],
  [['DNS:*.test'], 'example.test'],
  [['DNS:*'], 'example'],
  [['DNS:*.*.test'], 'api.example.test'],
  [['DNS:api.*.test'], 'api.example.test'],
  [['DNS:a*.example.test'], 'api.example.test'],
  [['DNS:*i.example.test'], 'api.example.test'],
  [['DNS:a*i.example.test'], 'api.example.test'],
  [['DNS:a**.example.test'], 'api.example.test'],
  [['DNS:.example.test'], 'api.example.test'],
  [['DNS:*.127.0.0.1'], '127.0.0.1'],
  [['DNS:xn--bcher-kva.test'], 'xn--bcher-kva.test'],
  [['DNS:*.example.test'], 'xn--bcher-kva.example.test'],
  [['DNS:api_1.example.test'], 'api_1.example.test'],
  [['DNS:-api.example.test'], '-api.example.test'],
  [['DNS:api.example.test '], 'api.example.test'],
  [['DNS: api.example.test'], 'api.example.test'],
  [['DNS:api.example.test\0.evil.test'], 'api.example.test'],
  [['DNS:evil.test, DNS:api.example.test'], 'api.example.test'],
  [['DNS:evil.test", DNS:"api.example.test'], 'api.example.test'],
  [['DNS:api.example.test:443'], 'api.example.test'],
  [['DNS:api..test'], 'api..test'],
  [['DNS:'], 'api.example.test'],
  [['DNS:kubernetes'], 'kubernetes'],
  [['DNS:kubernetes.default.svc'], 'kubernetes'],
  [['URI:api.example.test'], 'api.example.test'],
  [[], 'kube-apiserver'],
];

/** Which names of a certificate make it that of the server. */
export function nameCells(): Cell[] {
  const cell = (names: string[], host: string, server?: string): Omit<Cell, 'group'> => ({
    name: `${JSON.stringify(names.join(' '))} at ${host}${server === undefined ? '' : `, tls-server-name ${JSON.stringify(server)}`}`,
    ...served(leaf(root, { extensions: names.length === 0 ? [] : [alternativeNames(...names)] })),
    authority: root.certificate,
    host,
    ...(server !== undefined && { cluster: { 'tls-server-name': server } }),
  });
  return inGroup('names', [
    ...NAMES.map(([names, host, server]) => cell(names, host, server)),
    ...WANTED.map(([names, server]) => cell(names, '127.0.0.1', server)),
  ]);
}
