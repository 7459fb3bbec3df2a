import { isIP } from 'node:net';
import fc from 'fast-check';
import {
  addressOf,
  isBindHost,
  isIPAddress,
  isLabel,
  isPossibleRoutingKey,
  isServiceName,
  isSubdomain,
  isUsualRoutingKey,
  labelValueProblem,
  qualifiedNameProblem,
} from '../../../src/model/names.js';

const yes = (check: (text: string) => boolean, texts: string[]): void => {
  for (const text of texts) expect([text, check(text)]).toEqual([text, true]);
};
const no = (check: (text: string) => boolean, texts: string[]): void => {
  for (const text of texts) expect([text, check(text)]).toEqual([text, false]);
};

const NEVER = ['', '-', '-a', 'a-', 'A', 'a_b', 'a b', 'a/b', '..', 'a\n', ' a', 'ä', 'a\u0000'];

describe('names', () => {
  test('labels', () => {
    yes(isLabel, ['a', '1', 'a-b', 'a--b', '1a', 'a'.repeat(63)]);
    no(isLabel, [...NEVER, 'a.b', 'a'.repeat(64)]);
  });

  test('subdomains', () => {
    yes(isSubdomain, ['a', 'a.b', '1.2', 'a-b.c-d', 'a'.repeat(253)]);
    no(isSubdomain, [...NEVER, '.', 'a.', '.a', 'a..b', 'a.-b', 'a'.repeat(254)]);
  });

  test('Service names start with a letter', () => {
    yes(isServiceName, ['a', 'a1', 'a-b', 'a'.repeat(63)]);
    no(isServiceName, [...NEVER, '1', '1a', 'a.b', 'a'.repeat(64)]);
  });

  test('hosts to bind', () => {
    yes(isBindHost, [
      'localhost',
      'web.example.org',
      '1web',
      'a-b.c-d',
      '0.0.0.0',
      '::',
      '::1',
      'fe80::1',
      'a'.repeat(63),
      'x.y',
    ]);
    no(isBindHost, [
      '',
      '-x',
      'x-',
      'a_b',
      'a..b',
      'a--b',
      'a-.b',
      'Web',
      '.a',
      'fe80::1%eth0',
      '[::1]',
      'a:80',
      'a b',
      'a'.repeat(64),
      `${'a.'.repeat(127)}a`,
    ]);
  });

  test('usual and possible routing keys', () => {
    yes(isUsualRoutingKey, ['a', 'web-east', 'web.east', '1']);
    no(isUsualRoutingKey, [...NEVER, 'a..b', 'a,b']);
    yes(isPossibleRoutingKey, ['Über', 'A_b', 'a/b', '世界', '😀']);
    no(isPossibleRoutingKey, [
      '',
      ' ',
      'a b',
      'a,b',
      'a=b',
      'a\n',
      '\u001b[0m',
      '\u009b',
      '\u00a0',
      '\u2028',
      '\ud800',
    ]);
  });

  test('keys and values of labels', () => {
    for (const key of ['a', 'A_b.c-d', 'example.org/a', `a.b/${'x'.repeat(63)}`])
      expect(qualifiedNameProblem(key)).toBeUndefined();
    for (const key of ['', '/', 'a/', '/a', 'a/b/c', 'A.b/c', '-a', 'a-', 'a b', 'x'.repeat(64)]) {
      expect([key, typeof qualifiedNameProblem(key)]).toEqual([key, 'string']);
    }
    for (const value of ['', 'a', 'A_b.c-d', 'x'.repeat(63)]) expect(labelValueProblem(value)).toBeUndefined();
    for (const value of ['-', '-a', 'a-', 'a b', 'a/b', 'x'.repeat(64)])
      expect(typeof labelValueProblem(value)).toBe('string');
  });
});

describe('addresses', () => {
  const part = fc.oneof(
    fc.constantFrom('::', ':', '.', '0', '1', 'ffff', 'g', '256', '01', '1.2.3.4', '%lo', ''),
    fc.stringMatching(/^[0-9a-f]{1,4}$/),
  );

  test('are those of the operating system, without zones', () => {
    const texts = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.array(part, { maxLength: 9 }).map((parts) => parts.join(':')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect([text, isIPAddress(text)]).toEqual([text, isIP(text) !== 0 && !text.includes('%')]);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    '::',
    '::1',
    '1::',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '::ffff:1.2.3.4',
    '1:2:3:4:5:6:1.2.3.4',
    'FE80::1',
    '255.255.255.255',
  ])('%s is one', (text) => {
    expect(isIPAddress(text)).toBe(true);
  });

  test.each([
    '',
    ':',
    ':::',
    '1:2',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '::12345',
    '::g',
    '1.2.3.4::',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '::1%1',
    '[::1]',
    '::1.2.3',
    '::1.2.3.4:5',
    ' ::1',
  ])('%j is none', (text) => {
    expect(isIPAddress(text)).toBe(false);
  });
});

test('hostile texts of 100,000 characters are judged, in linear time (nested quantifiers would not return)', () => {
  const hostile = ['a', '-', 'a-', 'a.', '.', ':', '1:', 'a/', '::', '0.', 'é', '\ud800'].map(
    (text) => `${text.repeat(100_000)}!`,
  );
  const checks = [isLabel, isSubdomain, isServiceName, isBindHost, isIPAddress, isUsualRoutingKey];
  for (const text of hostile) for (const check of checks) expect(check(text)).toBe(false);
  for (const text of hostile) {
    isPossibleRoutingKey(text);
    expect(typeof qualifiedNameProblem(text)).toBe('string');
    expect(typeof labelValueProblem(text)).toBe('string');
  }
});

test.each([
  ['web', 'web:8080'],
  ['10.0.0.1', '10.0.0.1:8080'],
  ['::1', '[::1]:8080'],
  ['::', '[::]:8080'],
])('the address of host %s is %s', (host, address) => expect(addressOf({ host, port: 8080 })).toBe(address));
