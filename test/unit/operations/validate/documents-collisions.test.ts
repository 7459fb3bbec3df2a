import { check, GOOD, instead, list } from './documents-check.js';

describe('several documents', () => {
  const named = (name: string, namespace?: string): string =>
    GOOD.replace('name: web', `name: ${name}${namespace ? `\n  namespace: ${namespace}` : ''}`);

  test('the same name, with the place of the first', async () => {
    const { remarks, places } = await check([GOOD, `# again\n${GOOD}`]);
    expect(places).toEqual(['f2:5:9 metadata.name name-repeated']);
    expect(remarks[0]?.message).toBe('"web" is already defined in f1:1');
    expect((await check([named('web', 'a'), named('web', 'b')])).places).toEqual([]);
    expect((await check([named('web', 'a'), GOOD], { namespace: 'a' })).places).toEqual([
      'f2:4:9 metadata.name name-repeated',
    ]);
    expect((await check([named('web', 'default'), GOOD], { family: 'system' })).places).toEqual([
      'f2:4:9 metadata.name name-repeated',
    ]);
  });

  test('the same host and port: an error on system sites, a warning on Kubernetes', async () => {
    const pair = [GOOD, named('b')];
    expect((await check(pair)).places).toEqual(['f2:6:9 warning spec.host host-port-taken']);
    const { places, remarks } = await check(pair, { family: 'system' });
    expect(places).toEqual(['f2:6:9 spec.host host-port-taken']);
    expect(remarks[0]?.message).toBe('web in f1:1 has the same host and port, web:8080');
    expect((await check([named('a', 'a'), named('b', 'b')])).places).toEqual([]);
    expect((await check([GOOD, named('b').replace('8080', '8081')])).places).toEqual([]);
  });

  test.each([
    ['first', '0.0.0.0', '10.0.0.1'],
    ['second', '10.0.0.1', '::'],
  ])('a wildcard that comes %s overlaps on system sites', async (_title, first, second) => {
    const pair = [GOOD.replace('host: web', `host: ${first}`), named('b').replace('host: web', `host: "${second}"`)];
    expect((await check(pair, { family: 'system' })).places).toEqual(['f2:6:9 warning spec.host host-port-overlaps']);
  });

  test('a namespace other than that of the flag names both', async () => {
    const { remarks, places } = await check(named('web', 'east'), { namespace: 'west' });
    expect(places).toEqual(['5:14 metadata.namespace namespace-differs']);
    expect(remarks[0]?.message).toBe('is east, but --namespace is west');
  });

  test('the rules of the platform', async () => {
    const text = instead('host: web', 'host: 10.0.0.1');
    expect((await check(text)).places).toEqual(['6:9 spec.host host-is-service-name']);
    expect((await check(text, { family: 'system' })).places).toEqual([]);
  });

  test('other kinds are counted; what has no kind only where a folder holds it', async () => {
    const text = `kind: Site\n---\na: 1\n---\ntext\n---\n${list('kind: Listener', GOOD)}`;
    expect((await check(text, {}, false)).counts).toMatchObject({ documents: 1, valid: 1, skipped: 4 });
    expect((await check(text)).counts).toMatchObject({ documents: 3, valid: 1, invalid: 2, skipped: 2 });
  });

  test('nothing at all is an error in a file that was named', async () => {
    expect((await check('# nothing\n')).counts).toMatchObject({ documents: 0, unreadable: 1, errors: 1 });
    expect((await check('# nothing\n', {}, false)).counts).toMatchObject({ documents: 0, errors: 0 });
  });

  test('10,000 problems: 1,000 are listed, all are counted', async () => {
    const { remarks, counts } = await check(
      Array.from(
        { length: 10_000 },
        (_, index) => `---\n${named(`w${index}`).replace('host: web', `host: w${index}`).replace('8080', '0')}`,
      ).join(''),
    );
    expect(remarks).toHaveLength(1_000);
    expect(counts).toMatchObject({ documents: 10_000, invalid: 10_000, errors: 10_000 });
    expect(remarks.at(-1)).toMatchObject({ line: 13 * 999 + 8, document: 1_000 });
  });
});
