import { toFailure } from '../../../src/cli/errors.js';
import { closest } from '../../../src/model/closest.js';
import { getNamed, nameSuggester, withSuggestion } from '../../../src/cli/suggest.js';
import { Failure, type Slip } from '../../../src/model/failure.js';
import type { MultiKeyListener } from '../../../src/model/resource.js';
import type { Store } from '../../../src/store/store.js';

const COMMANDS = ['apply', 'create', 'delete', 'generate', 'inspect', 'status', 'update', 'validate', 'wait'];

test.each<[string, string | undefined]>([
  ['staus', 'status'],
  ['stauts', 'status'],
  ['STATUS', 'status'],
  ['craete', 'create'],
  ['udpate', 'update'],
  ['wiat', 'wait'],
  ['del', undefined],
  ['remove', undefined],
  ['', undefined],
  ['status', undefined],
  ['x'.repeat(10_000), undefined],
])('%s was meant as %s', (word, meant) => {
  expect(closest(word, COMMANDS)).toBe(meant);
});

test.each<[string, string[], string | undefined]>([
  ['webb', ['db', 'web', 'weber'], 'web'],
  ['wbe', ['web'], 'web'],
  ['ab', ['cd'], undefined],
  ['a', ['b'], 'b'],
  ['frontend-1', ['frontend-2', 'frontend-10'], 'frontend-2'],
  ['web', [], undefined],
])('of names: %s among %j', (word, known, meant) => {
  expect(closest(word, known)).toBe(meant);
});

describe('a usage error', () => {
  const commands = {
    'multikeylistener:status': { flags: { selector: {}, 'all-namespaces': {} }, baseFlags: { namespace: {} } },
  };
  const hintOf = (error: unknown, id = 'mkl:status'): string | undefined =>
    withSuggestion(toFailure(error), id, commands).hint?.split('\n')[0];
  const usage = (...slips: Slip[]): Failure => new Failure('usage', 'x', { slips });
  const allowed = { status: 'status', edit: 'update --x' };
  const command = (given: string): Failure => usage({ kind: 'command', topic: 'mkl', given, allowed, rest: ' web -A' });
  const platform = (given: string): Slip => ({ kind: 'value', given, allowed: ['podman', 'docker'] });
  const flags = (...given: string[]): Failure =>
    usage(...given.map((each) => ({ kind: 'flag', given: each }) as const));

  test.each<[string, unknown, string | undefined]>([
    ['a command', command('staus'), 'Did you mean: skupper mkl status web -A'],
    ['a word for it', command('edit'), 'Did you mean: skupper mkl update --x web -A'],
    ['a property of every object', command('constructor'), undefined],
    ['flags', flags('--selctor', '--namspace', '--zzzzz'), 'Did you mean --selector and --namespace?'],
    [
      'a value',
      usage({ kind: 'value', given: 'jsn', allowed: ['table', 'json'], flag: '--output' }),
      'Did you mean --output json?',
    ],
    ['a platform', usage(platform('podmn')), 'Did you mean podman?'],
    ['nothing near', usage(platform('k')), undefined],
    ['another failure', new Failure('invalid', 'x', { slips: [platform('podmn')] }), undefined],
  ])('about %s', (_title, error, hint) => {
    const found = hintOf(error);
    expect(found?.startsWith('Did you mean') ? found : undefined).toBe(hint);
  });

  test('keeps its causes and its own hint', () => {
    const failure = new Failure('usage', 'x', {
      slips: [{ kind: 'flag', given: '--selctor' }],
      hint: 'own',
      causes: [{ field: 'f', message: 'm' }],
    });
    const { hint, causes } = withSuggestion(failure, 'mkl:status', commands);
    expect({ hint, causes }).toEqual({ hint: 'Did you mean --selector?\nown', causes: failure.causes });
  });
});

describe('a name that is not found', () => {
  const signal = new AbortController().signal;
  function storeOf(names: string[] | Failure): { store: Store; lists(): number } {
    let lists = 0;
    const store = {
      get: async (name: string) => {
        throw new Failure(name === 'denied' ? 'forbidden' : 'not-found', `${name} is not there`);
      },
      list: async () => {
        lists += 1;
        if (names instanceof Failure) throw names;
        return names.map((name) => ({ metadata: { name } }) as MultiKeyListener);
      },
    } as unknown as Store;
    return { store, lists: () => lists };
  }

  test('one list for all of them, and only after a not-found', async () => {
    const { store, lists } = storeOf(['web', 'db']);
    const suggest = nameSuggester(store, signal);
    const denied = new Failure('forbidden', 'no');
    expect(await suggest('web', denied)).toBe(denied);
    expect(lists()).toBe(0);
    const hints = await Promise.all(
      ['webb', 'dbb', 'zzz'].map((name) => suggest(name, new Failure('not-found', name))),
    );
    expect(hints.map((error) => (error as Failure).hint)).toEqual(['Did you mean web?', 'Did you mean db?', undefined]);
    expect(lists()).toBe(1);
  });

  test('get says it too; a list that fails changes nothing', async () => {
    await expect(getNamed(storeOf(['web']).store, 'webb', signal)).rejects.toMatchObject({
      code: 'not-found',
      hint: 'Did you mean web?',
    });
    const broken = storeOf(new Failure('forbidden', 'no list'));
    await expect(getNamed(broken.store, 'webb', signal)).rejects.toMatchObject({ code: 'not-found', hint: undefined });
    await expect(getNamed(broken.store, 'denied', signal)).rejects.toMatchObject({ code: 'forbidden' });
    expect(broken.lists()).toBe(1);
  });
});
