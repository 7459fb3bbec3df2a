import { writeFileSync } from 'node:fs';
import { connect } from '../../src/store/kubernetes/kubeconfig/config.js';
import type { StoreOptions } from '../../src/store/store.js';
import { temporaryFolder } from '../support/program.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const put = (name: string, text: string | Buffer): string => {
  writeFileSync(folder.at(name), text);
  return folder.at(name);
};
const open = (options: Partial<StoreOptions>): ReturnType<typeof connect> =>
  connect({ platform: 'kubernetes', requestTimeoutMs: 2000, env: {}, ...options }, folder.at('no-pod'));

test.each([
  ['https://[fe80::1%25eth0]:6443', 'fe80::1%eth0', '6443'],
  ['https://[::1]:6443', '::1', '6443'],
  ['http://api.example.test', 'api.example.test', ''],
])('the server %s', async (server, host, port) => {
  const config = {
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'c' } }],
    clusters: [{ name: 'c', cluster: { server } }],
  };
  const connection = await open({ kubeconfig: put('server', JSON.stringify(config)) });
  expect([connection.host, connection.server.port]).toEqual([host, port]);
});

describe('files that name nothing, and files as clientcmd reads them', () => {
  const good = JSON.stringify({
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'c', namespace: 'west' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://one' } }],
  });

  test.each([
    ['empty', ''],
    ['only a comment', '# nothing\n'],
  ])('one that is %s: alone it has no context, beside others it is passed over', async (_, text) => {
    const file = put('bad', text);
    await expect(open({ kubeconfig: file })).rejects.toMatchObject({ code: 'context-unknown' });
    const other = put('good', good);
    for (const files of [`${file}:${other}`, `${other}:${file}`, `/dev/null:${other}`]) {
      const { context, namespace } = await open({ env: { KUBECONFIG: files } });
      expect([context, namespace]).toEqual(['a', 'west']);
    }
  });

  test.each<[string, string | Buffer]>([
    ['a key given twice: the last wins', good.replace('"namespace":"west"', '"namespace":"east","namespace":"west"')],
    ['an end of document after it', `---\n${good}\n---\n`],
    ['another document after it', `${good}\n---\ncurrent-context: b\n`],
    ['UTF-16, little endian', Buffer.from(`\ufeff${good}`, 'utf16le')],
    ['UTF-16, big endian', Buffer.from(`\ufeff${good}`, 'utf16le').swap16()],
  ])('%s', async (_, text) => {
    const { context, namespace } = await open({ kubeconfig: put('odd', text) });
    expect([context, namespace]).toEqual(['a', 'west']);
  });
});
