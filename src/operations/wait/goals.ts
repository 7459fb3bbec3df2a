import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { reachableKeys } from '../../model/shares.js';
import { keysOf } from '../../model/strategy.js';
import { conditionOf, heldBy, isCurrent, summarise } from '../../model/summary.js';
import { counted } from '../../model/text.js';

/** The goals of `--wait`, after a write. */
export type Goal = 'configured' | 'ready';
export const WAIT_GOALS: readonly Goal[] = ['configured', 'ready'];

/** Whether a resource has reached a goal. Waiting does not help if it is `unapplied` or `failed`. */
export type Judgement = { state: 'reached' } | { state: 'waiting' | 'unapplied'; why: string } | FailedJudgement;

export interface FailedJudgement {
  state: 'failed';
  why: string;
  /** The cause is a missing Site; the error clears when a Site becomes active. */
  noSite?: boolean;
}

/** Skupper's message in a namespace without an active Site. The condition's reason does not tell: it is Error for every error. */
const NO_SITE = 'No active site in namespace';

/** The goals of `wait --for`. */
export type WaitGoal =
  | { kind: 'create' }
  /** With a uid the goal is reached when that resource is gone, even if another one has taken its name. */
  | { kind: 'delete'; uid?: string }
  | { kind: 'configured' }
  | { kind: 'ready' }
  | { kind: 'key'; key: string }
  | { kind: 'keys'; count: number }
  | { kind: 'condition'; type: string; status: string };

/** The forms of `--for`, for help and error texts. */
export const GOAL_FORMS = ['create', 'configured', 'ready', 'delete', 'key=KEY', 'keys=N', 'condition=TYPE[=STATUS]'];

const CONDITION_STATUSES = ['True', 'False', 'Unknown'];

/**
 * Parses `TYPE` or `TYPE=STATUS` (split at `=`); the status is not case-sensitive and defaults to True.
 *
 * @returns undefined for anything else
 * @throws Failure `usage` for the type `Ready`, which a MultiKeyListener does not have
 */
function conditionGoal([type = '', given = 'True', ...rest]: readonly string[]): WaitGoal | undefined {
  const status = CONDITION_STATUSES.find((each) => each.toLowerCase() === given.toLowerCase());
  if (type === '' || !status || rest.length > 0) return undefined;
  if (type !== 'Ready') return { kind: 'condition', type, status };
  throw new Failure('usage', 'a MultiKeyListener has no condition Ready', {
    causes: [{ field: '--for', message: 'the conditions are Configured and Operational' }],
    hint: 'To wait until it is ready, use --for ready.',
  });
}

/** Parses one value of `--for`. Throws `usage` if it has none of the GOAL_FORMS. */
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
  throw new Failure('usage', `unknown state ${JSON.stringify(text)}`, {
    causes: [{ field: '--for', message: `expected one of ${GOAL_FORMS.join(', ')}` }],
  });
}

/** A goal as the result of a wait: "ready", "key east reachable". */
export function goalText(goal: WaitGoal): string {
  switch (goal.kind) {
    case 'create':
      return 'created';
    case 'delete':
      return 'deleted';
    case 'key':
      return `key ${goal.key} reachable`;
    case 'keys':
      return `${counted(goal.count, 'key')} reachable`;
    case 'condition':
      return `${goal.type}=${goal.status}`;
    default:
      return goal.kind;
  }
}

/** A goal as a verb phrase after "did not" and "cannot": "become ready", "reach 2 keys". */
export function goalVerb(goal: WaitGoal): string {
  switch (goal.kind) {
    case 'key':
      return `reach key ${goal.key}`;
    case 'keys':
      return `reach ${counted(goal.count, 'key')}`;
    case 'condition':
      return `get ${goalText(goal)}`;
    case 'create':
      return 'appear';
    case 'delete':
      return 'disappear';
    default:
      return `become ${goal.kind}`;
  }
}

const leaving = (resource: MultiKeyListener): string => `it is being deleted and ${heldBy(resource)}`;

/**
 * Judges whether a resource has reached a goal with its present spec; conditions of an older generation are ignored.
 * A Configured condition with reason Error stays until the spec changes, so it is `failed`. A change that a system site has
 * not applied is `unapplied` until the site is reloaded. A resource that is being deleted never reaches the goal.
 *
 * @param generation the generation of our own write; an older resource is still `waiting`
 */
export function judge(resource: MultiKeyListener, goal: Goal, generation = 0): Judgement {
  if (resource.metadata.deletionTimestamp) return { state: 'waiting', why: leaving(resource) };
  const configured = conditionOf(resource, 'Configured');
  const applied = resource.status?.local?.applied;
  if (applied === 'NotApplied' || applied === 'ChangePending')
    return { state: 'unapplied', why: 'it is not applied yet' };
  if ((resource.metadata.generation ?? 0) < generation || !configured || !isCurrent(resource, configured)) {
    return {
      state: 'waiting',
      why: configured ? 'its change is not processed yet' : 'not processed by a controller yet',
    };
  }
  if (configured.status === 'False' && configured.reason === 'Error') {
    return { state: 'failed', why: configured.message ?? 'Error', noSite: configured.message === NO_SITE };
  }
  const row = summarise(resource);
  if (configured.status !== 'True') return { state: 'waiting', why: configured.message ?? 'not configured' };
  if (goal === 'ready' && row.state !== 'Ready') return { state: 'waiting', why: row.message || row.state };
  return { state: 'reached' };
}

/** Judges a goal about reachable keys. The status counts only if it is for the present spec, that is, Configured is reached. */
function judgeKeys(resource: MultiKeyListener, goal: Extract<WaitGoal, { kind: 'key' | 'keys' }>): Judgement {
  const keys = keysOf(resource.spec.strategy);
  if (goal.kind === 'key' && !keys.includes(goal.key)) {
    return { state: 'failed', why: `it has no routing key ${goal.key} (it has ${keys.join(', ')})` };
  }
  if (goal.kind === 'keys' && keys.length < goal.count) {
    return { state: 'failed', why: `it has only ${counted(keys.length, 'routing key')}` };
  }
  const configured = judge(resource, 'configured');
  if (configured.state !== 'reached') return configured;
  const reachable = reachableKeys(resource);
  if (!reachable) return { state: 'waiting', why: 'reachability is not reported' };
  const reached = goal.kind === 'key' ? reachable.has(goal.key) : reachable.size >= goal.count;
  const names = [...reachable].join(', ') || 'none';
  return reached ? { state: 'reached' } : { state: 'waiting', why: `reachable: ${names}` };
}

function judgeCondition(resource: MultiKeyListener, goal: Extract<WaitGoal, { kind: 'condition' }>): Judgement {
  const condition = conditionOf(resource, goal.type);
  const configured = judge(resource, 'configured');
  // With an error of this spec no condition becomes True any more.
  if (configured.state === 'unapplied' || (configured.state === 'failed' && goal.status === 'True')) return configured;
  if (!condition) return { state: 'waiting', why: `it has no condition ${goal.type}` };
  if (!isCurrent(resource, condition)) return { state: 'waiting', why: `${goal.type} is for an older generation` };
  if (condition.status === goal.status) return { state: 'reached' };
  return {
    state: 'waiting',
    why: `${goal.type} is ${condition.status}: ${condition.message ?? condition.reason ?? ''}`,
  };
}

/**
 * Judges one goal.
 *
 * @param resource undefined if it does not exist
 * @param generation the generation of our own write; an older resource is still `waiting`
 */
export function judgeGoal(resource: MultiKeyListener | undefined, goal: WaitGoal, generation = 0): Judgement {
  if (goal.kind === 'delete') {
    if (!resource) return { state: 'reached' };
    return { state: 'waiting', why: resource.metadata.deletionTimestamp ? leaving(resource) : 'it still exists' };
  }
  if (!resource) return { state: 'waiting', why: 'it does not exist' };
  switch (goal.kind) {
    case 'create':
      return { state: 'reached' };
    case 'configured':
    case 'ready':
      return judge(resource, goal.kind, generation);
    case 'condition':
      return judgeCondition(resource, goal);
    default:
      return judgeKeys(resource, goal);
  }
}

/** Judges all goals: returns the judgement of the first goal that is not reached, else `reached`. */
export function standing(
  resource: MultiKeyListener | undefined,
  goals: readonly WaitGoal[],
  generation?: number,
): Judgement {
  for (const goal of goals) {
    const judgement = judgeGoal(resource, goal, generation);
    if (judgement.state !== 'reached') return judgement;
  }
  return { state: 'reached' };
}
