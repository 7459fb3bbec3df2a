import { GOAL_FORMS, goalText, judgeGoal, parseGoal, type WaitGoal } from '../../../../src/operations/wait/goals.js';
import type { MultiKeyListener, Status } from '../../../../src/model/resource.js';
import { failureOf } from '../../fake-store.js';
import { condition, priority, resource } from '../../fixtures.js';

function at(generation: number, status?: Status): MultiKeyListener {
  return resource({ metadata: { generation }, status });
}
const reaching = (...keys: string[]): Status => ({
  status: keys.length > 0 ? 'Ready' : 'Pending',
  message: keys.length > 0 ? 'OK' : 'No matching connectors',
  conditions: [condition('Configured', 1), condition('Operational', 1)],
  strategy: { weighted: { routingKeysReachable: Object.fromEntries(keys.map((key) => [key, 1])) } },
});
const failed: Status = { status: 'Error', message: 'bad', conditions: [condition('Configured', 1, 'bad')] };

test.each(['configured', 'ready', 'key=east', 'keys=1'])('%s is not reached by what is being deleted', (text) => {
  const ready = at(1, reaching('east'));
  expect(judgeGoal(ready, parseGoal(text)).state).toBe('reached');
  const metadata = { ...ready.metadata, deletionTimestamp: '2026-11-27T10:00:00Z', finalizers: ['example.com/hold'] };
  expect(judgeGoal({ ...ready, metadata }, parseGoal(text))).toEqual({
    state: 'waiting',
    why: 'it is being deleted and waits for example.com/hold',
  });
});

describe('parseGoal', () => {
  test.each<[string, WaitGoal, string]>([
    ['create', { kind: 'create' }, 'created'],
    ['delete', { kind: 'delete' }, 'deleted'],
    ['configured', { kind: 'configured' }, 'configured'],
    ['ready', { kind: 'ready' }, 'ready'],
    ['key=east', { kind: 'key', key: 'east' }, 'key east reachable'],
    ['key=a=b', { kind: 'key', key: 'a=b' }, 'key a=b reachable'],
    ['keys=1', { kind: 'keys', count: 1 }, '1 key reachable'],
    ['keys=12', { kind: 'keys', count: 12 }, '12 keys reachable'],
    ['condition=Operational', { kind: 'condition', type: 'Operational', status: 'True' }, 'Operational=True'],
    ['condition=Operational=false', { kind: 'condition', type: 'Operational', status: 'False' }, 'Operational=False'],
  ])('%s', (text, goal, said) => {
    expect(parseGoal(text)).toEqual(goal);
    expect(goalText(goal)).toBe(said);
  });

  test.each([
    ...[
      '',
      'Ready',
      'ready=true',
      'key',
      'key=',
      'keys=0',
      'keys=-1',
      'keys=1.5',
      'keys=x',
      'keys=99999',
      'jsonpath=x',
    ],
    ...['condition', 'condition=', 'condition==True', 'condition=A=B', 'condition=A=True=x', 'deleted'],
  ])('%j is a usage error that lists what there is', async (text) => {
    const failure = await failureOf((async () => parseGoal(text))());
    expect(failure.code).toBe('usage');
    for (const form of GOAL_FORMS) expect(failure.causes[0]?.message).toContain(form);
  });

  test('the condition Ready, which never exists, is refused with the way to what is meant', async () => {
    const failure = await failureOf((async () => parseGoal('condition=Ready'))());
    expect(failure).toMatchObject({ code: 'usage', hint: expect.stringContaining('--for ready') });
  });
});

describe('judgeGoal', () => {
  const rows: [string, MultiKeyListener | undefined, string, string][] = [
    ['none', undefined, 'create', 'waiting'],
    ['none', undefined, 'ready', 'waiting'],
    ['none', undefined, 'delete', 'reached'],
    ['one', at(1), 'create', 'reached'],
    ['one', at(1), 'delete', 'waiting'],
    ['one that nothing processed', at(1), 'configured', 'waiting'],
    ['one that reaches east', at(1, reaching('east')), 'configured', 'reached'],
    ['one that reaches east', at(1, reaching('east')), 'ready', 'reached'],
    ['one that reaches east', at(1, reaching('east')), 'key=east', 'reached'],
    ['one that reaches east', at(1, reaching('east')), 'key=west', 'waiting'],
    ['one that reaches east', at(1, reaching('east')), 'keys=1', 'reached'],
    ['one that reaches east', at(1, reaching('east')), 'keys=2', 'waiting'],
    ['one that reaches both', at(1, reaching('east', 'west')), 'keys=2', 'reached'],
    ['one that reaches none', at(1, reaching()), 'keys=1', 'waiting'],
    ['one that reaches none', at(1, reaching()), 'ready', 'waiting'],
    ['one changed since', at(2, reaching('east')), 'key=east', 'waiting'],
    ['one changed since', at(2, reaching('east')), 'condition=Operational', 'waiting'],
    ['one without that key', at(1), 'key=north', 'failed'],
    ['one with fewer keys', at(1, reaching('east')), 'keys=3', 'failed'],
    ['one with an error', at(1, failed), 'configured', 'failed'],
    ['one with an error', at(1, failed), 'ready', 'failed'],
    ['one with an error', at(1, failed), 'key=east', 'failed'],
    ['one with an error', at(1, failed), 'keys=1', 'failed'],
    ['one with an error', at(1, failed), 'condition=Configured', 'failed'],
    ['one with an error', at(1, failed), 'condition=Operational', 'failed'],
    ['one with an error', at(1, failed), 'condition=Configured=False', 'reached'],
    ['one with an error', at(1, failed), 'condition=Operational=False', 'waiting'],
    ['one with an error of the spec before', at(2, failed), 'ready', 'waiting'],
    ['one that reaches east', at(1, reaching('east')), 'condition=Operational', 'reached'],
    ['one that reaches east', at(1, reaching('east')), 'condition=Operational=False', 'waiting'],
    ['one that reaches east', at(1, reaching('east')), 'condition=Other', 'waiting'],
  ];
  test.each(rows)('%s: %#', (_title, given, goal, state) => {
    expect([goal, judgeGoal(given, parseGoal(goal)).state]).toEqual([goal, state]);
  });

  test('says why', () => {
    const why = (given: MultiKeyListener | undefined, goal: string): string => {
      const verdict = judgeGoal(given, parseGoal(goal));
      return verdict.state === 'reached' ? '' : verdict.why;
    };
    expect(why(at(1), 'key=north')).toBe('it has no routing key north (it has east, west)');
    expect(why(at(1), 'keys=3')).toBe('it has only 2 routing keys');
    expect(why(at(1, reaching('east')), 'key=west')).toBe('reachable: east');
    expect(why(at(1, reaching()), 'keys=1')).toBe('reachable: none');
    expect(why(at(1), 'condition=Operational')).toBe('it has no condition Operational');
    expect(why(at(1, reaching('east')), 'condition=Operational=False')).toBe('Operational is True: OK');
    expect(why(at(1, failed), 'ready')).toBe('bad');
  });

  test('where reachability is not reported, that is said', () => {
    const linux = resource({
      spec: { strategy: priority('a', 'b') },
      status: { status: 'Pending', conditions: [condition('Configured')], local: { applied: 'Applied' } },
    });
    expect(judgeGoal(linux, parseGoal('key=a'))).toEqual({
      state: 'waiting',
      why: 'reachability is not reported',
    });
  });
});
