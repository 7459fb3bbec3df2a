import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { reachableKeys } from '../../model/shares.js';
import { keysOf } from '../../model/strategy.js';
import { conditionOf, isCurrent } from '../../model/summary.js';
import { judge, type Judgement } from './wait.js';

/** What `wait --for` can wait for. */
export type WaitGoal =
  | { kind: 'create' }
  | { kind: 'delete' }
  | { kind: 'configured' }
  | { kind: 'ready' }
  | { kind: 'key'; key: string }
  | { kind: 'keys'; count: number }
  | { kind: 'condition'; type: string; status: string };

/** The forms of `--for`, for help and error texts. */
export const GOAL_FORMS = ['create', 'configured', 'ready', 'delete', 'key=KEY', 'keys=N', 'condition=TYPE[=STATUS]'];

const CONDITION_STATUSES = ['True', 'False', 'Unknown'];

/** `TYPE` or `TYPE=STATUS`, whose case does not matter; undefined for anything else. Throws `usage` for `Ready`. */
function conditionGoal([type = '', given = 'True', ...rest]: readonly string[]): WaitGoal | undefined {
  const status = CONDITION_STATUSES.find((each) => each.toLowerCase() === given.toLowerCase());
  if (type === '' || !status || rest.length > 0) return undefined;
  if (type !== 'Ready') return { kind: 'condition', type, status };
  throw new Failure('usage', 'there is no condition Ready: Skupper never sets one for this kind', {
    causes: [{ field: '--for', message: 'the conditions are Configured and Operational' }],
    hint: 'Readiness is another field; wait for it with --for ready.',
  });
}

/** Reads one `--for`. Throws `usage` for anything else. */
export function parseGoal(text: string): WaitGoal {
  const [word = '', ...rest] = text.split('=');
  const value = rest.join('=');
  if (rest.length === 0 && (word === 'create' || word === 'delete' || word === 'configured' || word === 'ready')) {
    return { kind: word };
  }
  if (word === 'key' && value !== '') return { kind: 'key', key: value };
  if (word === 'keys' && /^[1-9][0-9]{0,3}$/.test(value)) return { kind: 'keys', count: Number(value) };
  if (word === 'condition') {
    const goal = conditionGoal(rest);
    if (goal) return goal;
  }
  throw new Failure('usage', `${JSON.stringify(text)} is nothing to wait for`, {
    causes: [{ field: '--for', message: `must be one of ${GOAL_FORMS.join(', ')}` }],
  });
}

/** A goal in a sentence: "is ready", "reaches routing key east". */
export function goalText(goal: WaitGoal): string {
  switch (goal.kind) {
    case 'create':
      return 'created';
    case 'delete':
      return 'deleted';
    case 'key':
      return `reaching ${goal.key}`;
    case 'keys':
      return `reaching ${goal.count} ${goal.count === 1 ? 'key' : 'keys'}`;
    case 'condition':
      return `${goal.type}=${goal.status}`;
    default:
      return goal.kind;
  }
}

/** Keys count as reachable only in a status that speaks of the present spec. */
function judgeKeys(resource: MultiKeyListener, goal: Extract<WaitGoal, { kind: 'key' | 'keys' }>): Judgement {
  const keys = keysOf(resource.spec.strategy);
  if (goal.kind === 'key' && !keys.includes(goal.key)) {
    return { state: 'failed', message: `its strategy has no routing key ${goal.key} (it has ${keys.join(', ')})` };
  }
  if (goal.kind === 'keys' && keys.length < goal.count) {
    return { state: 'failed', message: `its strategy has ${keys.length} routing keys, not ${goal.count}` };
  }
  const configured = judge(resource, 'configured');
  if (configured.state !== 'reached') return configured;
  const reachable = reachableKeys(resource);
  if (!reachable) return { state: 'waiting', why: 'nothing tells which keys are reachable' };
  const reached = goal.kind === 'key' ? reachable.has(goal.key) : reachable.size >= goal.count;
  const names = [...reachable].join(', ') || 'none';
  return reached ? { state: 'reached' } : { state: 'waiting', why: `reachable: ${names}` };
}

function judgeCondition(resource: MultiKeyListener, goal: Extract<WaitGoal, { kind: 'condition' }>): Judgement {
  const condition = conditionOf(resource, goal.type);
  const configured = judge(resource, 'configured');
  // An error of this spec is final: nothing else becomes true any more.
  if (configured.state === 'failed' && goal.status === 'True') return configured;
  if (!condition) return { state: 'waiting', why: `it has no condition ${goal.type}` };
  if (!isCurrent(resource, condition)) return { state: 'waiting', why: `${goal.type} is of an older generation` };
  if (condition.status === goal.status) return { state: 'reached' };
  return {
    state: 'waiting',
    why: `${goal.type} is ${condition.status}: ${condition.message ?? condition.reason ?? ''}`,
  };
}

/**
 * Whether one goal holds for a resource as it is; undefined when there is none.
 * A goal that can never come true for this spec has failed.
 */
export function judgeGoal(resource: MultiKeyListener | undefined, goal: WaitGoal): Judgement {
  if (goal.kind === 'delete') return resource ? { state: 'waiting', why: 'it still exists' } : { state: 'reached' };
  if (!resource) return { state: 'waiting', why: 'it does not exist' };
  switch (goal.kind) {
    case 'create':
      return { state: 'reached' };
    case 'configured':
    case 'ready':
      return judge(resource, goal.kind);
    case 'condition':
      return judgeCondition(resource, goal);
    default:
      return judgeKeys(resource, goal);
  }
}
