import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Context } from '../../../../src/cli/context.js';
import { readResources } from '../../../../src/cli/input/resources.js';
import { GOOD } from '../../operations/validate/documents-check.js';

const folder = mkdtempSync(path.join(tmpdir(), 'mkl-resources-'));
const at = (...parts: string[]): string => path.join(folder, ...parts);

function put(name: string, text: string): string {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
  return at(name);
}
beforeAll(() => void mkdirSync(at('empty')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('readResources', () => {
  const json = (name: string): string =>
    JSON.stringify({
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'MultiKeyListener',
      metadata: { name },
      spec: { host: name, port: 8080, strategy: { weighted: { routingKeys: { east: 1 } } } },
    });
  const yaml = (name: string): string => GOOD.replaceAll('web', name);
  const read = async (word: string, atLeastOne = false): Promise<{ names: string[]; said: string[] }> => {
    const said: string[] = [];
    const say = { notice: (_context: Context, text: string) => void said.push(text) };
    const { signal } = new AbortController();
    const context = { io: {}, signal, platform: { family: 'kubernetes' }, namespace: undefined } as unknown as Context;
    const found = await readResources([word], { atLeastOne }, context, { ...say } as never);
    return { names: found.map(({ metadata }) => metadata.name), said };
  };

  test.each([
    ['JSON, one object a line', `${json('a')}\n${json('b')}\n`, ['a', 'b']],
    ['JSON without anything between', json('a') + json('b'), ['a', 'b']],
    [
      'JSON of several lines, with a separator',
      `---\n${JSON.stringify(JSON.parse(json('a')), null, 2)}\n---\n${json('b')}`,
      ['a', 'b'],
    ],
    ['one BOM each', `\ufeff${yaml('a')}---\n\ufeff${yaml('b')}`, ['a', 'b']],
    [
      'brackets in texts of JSON',
      json('a').replace('"spec"', '"status":{"message":"} {"},"spec"') + json('b'),
      ['a', 'b'],
    ],
  ])('%s', async (_title, text, names) => {
    expect(await read(put('one/stream.yaml', text))).toEqual({ names, said: [] });
  });

  test.each([
    ['a BOM within', `${yaml('a')}\ufeff---\n${yaml('b')}`],
    ['a BOM in JSON', `${json('a')}\n\ufeff${json('b')}`],
    ['a directive', `%YAML 1.2\n---\n${yaml('a')}`],
    ['a document after an end', `${yaml('a')}...\n${yaml('b')}`],
    ['JSON after JSON after a separator', `---\n${json('a')}\n${json('b')}`],
  ])('what Kubernetes tools do not read is refused: %s', async (_title, text) => {
    const field = expect.stringMatching(/stream\.yaml:\d+:\d+$/);
    await expect(read(put('one/stream.yaml', text))).rejects.toMatchObject({ code: 'invalid', causes: [{ field }] });
  });

  test('what else a folder holds is passed over and counted', async () => {
    put('mixed/web.yaml', `kind: Site\n---\n${yaml('web')}`);
    put('mixed/empty.yaml', '');
    put('mixed/comments.yaml', '# kind: MultiKeyListener\n---\n');
    put('mixed/kustomization.yaml', 'resources:\n- web.yaml\n');
    put('mixed/values.yaml', 'replicas: 2\n');
    expect(await read(at('mixed'))).toEqual({
      names: ['web'],
      said: ['3 documents of other kinds and 2 files without documents skipped.'],
    });
    const message = expect.stringMatching(/invalid/);
    await expect(read(at('mixed/values.yaml'))).rejects.toMatchObject({ code: 'invalid', message });
    await expect(read(at('mixed/kus*.yaml'))).rejects.toMatchObject({ code: 'invalid', message });
    await expect(read(put('sites/site.yaml', 'kind: Site\n'), true)).rejects.toMatchObject({ code: 'bad-file' });
  });

  test('every problem of every file, with its place', async () => {
    put('wrong/a.json', `${json('a')}\n${json('b').replace('8080', '0')}\n{"a": 1`);
    put('wrong/b.yaml', yaml('b').replace('8080', '0'));
    const failure = await read(at('wrong')).then(
      () => undefined,
      (error: { code: string; causes: { field: string; message: string }[] }) => error,
    );
    expect(failure?.code).toBe('invalid');
    expect(
      failure?.causes.map(({ field, message }) => `${path.relative(folder, field)} ${message.slice(0, 15)}`),
    ).toEqual([
      'wrong/a.json:2:113: spec.port must be from 1 ',
      expect.stringMatching(/^wrong\/a\.json:3:\d+ not valid JSON:/),
      'wrong/b.yaml:4:9: metadata.name "b" is already ',
      'wrong/b.yaml:7:9: spec.port must be from 1 ',
    ]);
  });

  test.each([
    ['no file', 'gone.yaml', /no such file/],
    ['no match', 'one/*.toml', /no file matches/],
    ['no manifest', 'empty', /the directory contains no/],
    ['no document', 'one/nothing.yml', /contains no documents/],
  ])('%s is an error', async (_title, name, message) => {
    put('one/nothing.yml', '# nothing\n');
    await expect(read(at(name))).rejects.toMatchObject({
      code: 'bad-file',
      causes: [{ message: expect.stringMatching(message) }],
    });
  });
});
