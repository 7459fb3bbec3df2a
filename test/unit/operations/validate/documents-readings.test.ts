import { resource } from '../../fixtures.js';
import { check, GOOD, instead } from './documents-check.js';

/** Written without quotes, and whether YAML 1.1 reads it as something else: as a key, as a text, as a number. */
const READINGS: [text: string, key: boolean, value: boolean, number: boolean][] = [
  ...['on', 'On', 'OFF', 'yes', 'no', 'y', 'N'].map((text): [string, boolean, boolean, boolean] => [
    text,
    true,
    true,
    false,
  ]),
  ['010', true, false, true],
  ['1_000', true, true, true],
  ['0o7', true, false, true],
  ['0b1', true, false, true],
  ['1e3', true, false, true],
  ['1:20', true, true, false],
  ['2020-01-01', true, true, false],
  ['0x1f', true, false, false],
  ['1.50', true, false, false],
  ['+1', true, false, false],
  ['1', false, false, false],
  ['true', false, false, false],
  ['east', false, false, false],
  ['one', false, false, false],
  ['nobody', false, false, false],
  ['10.0.0.1', false, false, false],
  ['2020-01-01x', false, false, false],
];

describe('YAML 1.1', () => {
  const rules = async (text: string): Promise<string[]> =>
    (await check(text)).places.filter((place) => place.endsWith('yaml-1.1'));

  test.each(READINGS)('%s', async (text, key, value, number) => {
    const keys = await rules(`${instead('west:', `${text}:`)}  settings:\n    ${text}: a\n    "${text}x": ${text}\n`);
    const expected = [
      `12:9 spec.strategy.weighted.routingKeys[${text}] yaml-1.1`,
      `14:5 spec.settings[${text}] yaml-1.1`,
    ];
    const setting = value ? [`15:${9 + text.length + 1} spec.settings[${text}x] yaml-1.1`] : [];
    expect(keys).toEqual([...(key ? expected : []), ...setting]);
    expect(await rules(instead('west: 1', `west: ${text}`))).toEqual(
      number ? ['12:15 spec.strategy.weighted.routingKeys[west] yaml-1.1'] : [],
    );
    expect(await rules(GOOD.replaceAll('west:', `"${text}":`).replace('host: web', `host: '${text}'`))).toEqual([]);
  });

  test('what it says', async () => {
    const { remarks } = await check(instead('west: 1', 'on: 010'));
    expect(remarks.map(({ message }) => message)).toEqual([
      'on without quotes is true in YAML 1.1, which Skupper reads: quote it, "on"',
      '010 without quotes is the number 8 in YAML 1.1, which Skupper reads: write it as a plain number',
    ]);
  });

  test('JSON means the same to every reader', async () => {
    expect(await rules(JSON.stringify(resource()).replace('8080', '8.08E+3'))).toEqual([]);
  });

  test('status, unknown fields and other kinds are left alone', async () => {
    expect(await rules(`${GOOD}status: {on: yes}\n---\nkind: ConfigMap\ndata: {on: yes}\n`)).toEqual([]);
  });
});
