import type { Api } from '../../../../../src/store/kubernetes/http/api.js';
import { asMultiKeyListener } from '../../../../../src/store/kubernetes/http/items.js';
import { rawEvents } from '../../../../../src/store/kubernetes/watch/watch-stream.js';

const metadata = { name: 'web', resourceVersion: '1' };

test.each([
  ['no spec', { metadata }],
  ['a spec of null', { metadata, spec: null }],
  ['no strategy', { metadata, spec: { host: 'web', port: 8080, strbtegy: {} } }],
  ['a strategy of text', { metadata, spec: { host: 'web', port: 8080, strategy: 'weighted' } }],
])('an object that something on the way changed: %s', (_, item) => {
  expect(() => asMultiKeyListener(item as never)).toThrow(
    expect.objectContaining({ code: 'bad-response', message: 'the server sent web without spec.strategy' }),
  );
});

test.each([
  ['no object', '{"type":"ADDED"}'],
  ['no metadata', '{"type":"ADDED","object":{"metbdata":{"resourceVersion":"1"}}}'],
  ['no version', '{"type":"MODIFIED","object":{"metadata":{"name":"web"}}}'],
  ['no type', '{"object":{"metadata":{"resourceVersion":"1"}}}'],
])('a line of a watch with %s', async (_, line) => {
  const api = {
    badLine: (_doing: unknown, bad: string) => new Error(bad),
    failure: (_doing: unknown, error: Error) => error,
  };
  const chunks = (async function* () {
    yield Buffer.from(`{"type":"ADDED","object":{"metadata":{"resourceVersion":"1"}}}\n${line}\n`);
    return Promise.resolve();
  })();
  const opened = { chunks, hurry: () => undefined, close: () => undefined };
  const events = rawEvents(api as unknown as Api, { verb: 'watch', resource: 'sites' }, opened as never);
  expect((await events.next()).value).toMatchObject({ type: 'ADDED' });
  await expect(events.next()).rejects.toThrow(line);
});
