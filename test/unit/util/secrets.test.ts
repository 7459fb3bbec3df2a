import {
  keepPasswordOf,
  keepSecret,
  keepSecretsOf,
  withoutSecrets,
  withoutSecretsInJson,
} from '../../../src/util/secrets.js';

describe('withoutSecrets', () => {
  beforeAll(() => {
    keepSecret('tok/en+1', undefined, 'abc', '-----BEGIN KEY-----\nMIIEvQ==\nline two\n-----END KEY-----');
    keepSecretsOf({ a: { 'refresh-token': 'r3fresh', expiry: 'tomorrow' } });
    keepPasswordOf('http://joe:p%40ss@proxy:3128');
    keepPasswordOf('no URL');
  });

  test.each([
    ['as it is', 'a tok/en+1 b', 'a [hidden] b'],
    ['URL-encoded', 'q=tok%2Fen%2B1', 'q=[hidden]'],
    ['base64', Buffer.from('tok/en+1').toString('base64'), '[hidden]'],
    ['lines of a key', 'MIIEvQ== and line two', '[hidden] and [hidden]'],
    ['by its name', 'r3fresh tomorrow', '[hidden] tomorrow'],
    ['a password as written and as meant', 'p%40ss p@ss', '[hidden] [hidden]'],
    ["another's header", 'Authorization: Bearer eyJhb.Gci-0_x', 'Authorization: Bearer [hidden]'],
    ['basic authentication', 'Basic am9lOnNlY3JldA==', 'Basic [hidden]'],
    ['a user in a URL', 'https://joe:x@host:1/a', 'https://host:1/a'],
    ['words', 'basic authentication failed: bearer token expired, abc', undefined],
  ])('%s', (_title, text, shown) => {
    expect(withoutSecrets(text)).toBe(shown ?? text);
  });

  test('however JSON escapes it, and without breaking the JSON', () => {
    expect(withoutSecretsInJson('{"message":"tok\\/en\\u002b1 \\"x\\""}')).toBe('{"message":"[hidden] \\"x\\""}');
    expect(withoutSecretsInJson('{"tok/en+1')).toBe('{"[hidden]');
  });
});
