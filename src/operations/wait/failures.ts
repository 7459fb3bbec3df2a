import { Failure, type Problem } from '../../model/failure.js';
import { subjectOf } from '../../model/resource.js';
import { doesNotExist } from '../../model/sentences.js';
import { shellWord } from '../../model/text.js';
import type { Where } from '../../store/store.js';
import type { FailedJudgement } from './goals.js';

/** What is waited for, in the words of every failure of a wait. */
export interface WaitSubject {
  /** "ready", "ready and key east reachable". */
  goal: string;
  /** The same after "cannot" and "did not": "become ready and reach key east". */
  verb: string;
  where: Where;
  /** The program has written (or deleted) the resource itself, just before. */
  afterWrite: boolean;
}

const inspectCommand = (name: string): string => `skupper multikeylistener inspect ${shellWord(name)}`;

/** The command that makes a system site apply what its files say. */
export function reloadCommand({ namespace, platform }: Where): string {
  return `skupper system reload -n ${namespace} -p ${platform}`;
}

/** The goal can never be reached for this spec. */
export function impossible(
  { verb, afterWrite }: WaitSubject,
  name: string,
  { why, noSite }: FailedJudgement,
  late: Problem[],
): Failure {
  if (!afterWrite) {
    const hint = `See details with: ${inspectCommand(name)}`;
    return new Failure('resource-error', `${name} cannot ${verb}: ${why}`, { causes: late, hint });
  }
  const hint = noSite
    ? 'Create a Site in this namespace (skupper site create NAME); the resource recovers by itself.'
    : `See details with: ${inspectCommand(name)}`;
  return new Failure('resource-error', `${name} reports an error: ${why}`, { hint });
}

/** A system site applies a change only when it is reloaded. */
export function notApplied({ verb, where }: WaitSubject, name: string): Failure {
  return new Failure('resource-error', `${name} cannot ${verb}: it is not applied yet`, {
    hint: `Apply it with: ${reloadCommand(where)}`,
  });
}

/** A resource that has to exist does not. */
export function missing({ goal, where, afterWrite }: WaitSubject, name: string): Failure {
  return afterWrite
    ? new Failure('not-found', `${name} was deleted before it was ${goal}`, {
        hint: 'Another client deleted it; create it again.',
      })
    : new Failure('not-found', doesNotExist(subjectOf(name), where.namespace).message, {
        hint: 'To wait for it to be created, add --for create.',
      });
}

/** Nothing matches what was to be waited for. */
export function nothingFound({ where }: WaitSubject, selector: string | undefined): Failure {
  const which = selector === undefined ? '' : ` with labels ${selector}`;
  return new Failure('not-found', `no multikeylisteners${which} in namespace ${where.namespace}`, {
    hint: 'List existing ones with: skupper multikeylistener status',
  });
}

/**
 * The deadline is over.
 * @param late every resource that has not reached the goal, with the reason
 * @param lost the lost connection at the end, if it was lost then
 */
export function tooLate(subject: WaitSubject, timeoutMs: number, late: Problem[], lost: Failure | undefined): Failure {
  const { goal, afterWrite } = subject;
  const seconds = timeoutMs < 10_000 ? timeoutMs / 1000 : Math.round(timeoutMs / 1000);
  const [first = { field: 'NAME', message: '' }] = late;
  if (!afterWrite) {
    const names = late.map(({ field }) => field).join(', ');
    const message = `timed out after ${seconds} s: ${names} did not ${subject.verb}${lost ? `; ${lost.message}` : ''}`;
    return new Failure('wait-timeout', message, {
      causes: late,
      hint: `See details with: ${inspectCommand(first.field)}`,
    });
  }
  const deleting = goal === 'deleted';
  const why = lost?.message ?? (deleting ? 'it still has a finalizer' : first.message);
  return new Failure('wait-timeout', `${first.field} is not ${deleting ? 'gone' : goal} after ${seconds} s: ${why}`, {
    hint: deleting
      ? `The deletion was requested. See its finalizers with: ${inspectCommand(first.field)} -o yaml`
      : `See details with: ${inspectCommand(first.field)}`,
  });
}

/** The deadline is over, and the router does not use what was written. */
export function notInUse(where: Where, timeoutMs: number, late: Problem[]): Failure {
  const subject = { goal: 'in use by the router', verb: 'take effect in the router', where, afterWrite: true };
  return tooLate(subject, timeoutMs, late, undefined);
}
