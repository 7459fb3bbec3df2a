import { Failure, type Problem } from '../../model/failure.js';
import { subjectOf } from '../../model/resource.js';
import { ownCommand } from '../../model/own-command.js';
import { doesNotExist } from '../../model/sentences.js';
import { shellWord } from '../../model/text.js';
import type { Where } from '../../store/store.js';
import type { FailedJudgement } from './goals.js';

/** The words that the failures of one wait are built from. */
export interface WaitSubject {
  /** The goals as a result: "ready", "ready and key east reachable". */
  goal: string;
  /** The same after "cannot" and "did not": "become ready and reach key east". */
  verb: string;
  where: Where;
  /** True if this program has just written or deleted the resource. */
  afterWrite: boolean;
}

/** The end of a hint: the command that shows a resource, with further arguments. */
const detailsOf = (name: string, { namespace }: Where, more = ''): string =>
  `See details with: ${ownCommand(`inspect ${shellWord(name)}${more}`, { namespace })}`;

/** A resource that has not reached the goals, with the reason; `absent` is true if it does not exist. */
export interface Late extends Problem {
  absent?: boolean;
}

/** The command that makes a system site apply its files. */
export function reloadCommand({ namespace, platform }: Where): string {
  return `skupper system reload -n ${namespace} -p ${platform}`;
}

/** The failure of a goal that can never be reached with this spec; `late` lists all resources that have not reached it. */
export function impossible(
  { verb, afterWrite, where }: WaitSubject,
  name: string,
  { why, noSite }: FailedJudgement,
  late: Problem[],
): Failure {
  if (!afterWrite) {
    const hint = detailsOf(name, where);
    return new Failure('resource-error', `${name} cannot ${verb}: ${why}`, { causes: late, hint });
  }
  const hint = noSite
    ? 'Create a Site in this namespace (skupper site create NAME); the resource recovers by itself.'
    : detailsOf(name, where);
  return new Failure('resource-error', `${name} reports an error: ${why}`, { hint });
}

/** The failure of a wait for a system site that has to be reloaded first. */
export function notApplied({ verb, where }: WaitSubject, name: string): Failure {
  return new Failure('resource-error', `${name} cannot ${verb}: it is not applied yet`, {
    hint: `Apply it with: ${reloadCommand(where)}`,
  });
}

/** The failure of a wait for a resource that does not exist, or no longer does. */
export function missing({ goal, where, afterWrite }: WaitSubject, name: string): Failure {
  return afterWrite
    ? new Failure('not-found', `${name} was deleted before it was ${goal}`, {
        hint: 'Another client deleted it; create it again.',
      })
    : new Failure('not-found', doesNotExist(subjectOf(name), where.namespace).message, {
        hint: 'To wait for it to be created, add --for create.',
      });
}

/** The failure of a wait whose selector (or namespace) has no resources. */
export function nothingFound({ where }: WaitSubject, selector: string | undefined): Failure {
  const which = selector === undefined ? '' : ` with labels ${selector}`;
  return new Failure('not-found', `no multikeylisteners${which} in namespace ${where.namespace}`, {
    hint: `List existing ones with: ${ownCommand('status', { namespace: where.namespace })}`,
  });
}

/**
 * The failure of a wait that timed out.
 *
 * @param late every resource that has not reached the goal, with the reason
 * @param lost the failure of the connection, if it was lost at the deadline
 */
export function tooLate(subject: WaitSubject, timeoutMs: number, late: Late[], lost: Failure | undefined): Failure {
  const { goal, afterWrite } = subject;
  const seconds = timeoutMs < 10_000 ? timeoutMs / 1000 : Math.round(timeoutMs / 1000);
  const [first = { field: 'NAME', message: '' }]: Late[] = late;
  if (!afterWrite) {
    const names = late.map(({ field }) => field).join(', ');
    const message = `timed out after ${seconds} s: ${names} did not ${subject.verb}${lost ? `; ${lost.message}` : ''}`;
    return new Failure('wait-timeout', message, {
      causes: late.map(({ field, message: why }) => ({ field, message: why })),
      // There are no details of a resource that does not exist.
      hint: first.absent
        ? doesNotExist(subjectOf(first.field), subject.where.namespace).hint
        : detailsOf(first.field, subject.where),
    });
  }
  const deleting = goal === 'deleted';
  const why = lost?.message ?? (deleting ? 'it still has a finalizer' : first.message);
  return new Failure('wait-timeout', `${first.field} is not ${deleting ? 'gone' : goal} after ${seconds} s: ${why}`, {
    hint: deleting
      ? `The deletion was requested. ${detailsOf(first.field, subject.where, ' -o yaml')}`
      : detailsOf(first.field, subject.where),
  });
}

/** The failure of a wait for the router to use a written spec, which timed out. */
export function notInUse(where: Where, timeoutMs: number, late: Problem[]): Failure {
  const subject = { goal: 'in use by the router', verb: 'take effect in the router', where, afterWrite: true };
  return tooLate(subject, timeoutMs, late, undefined);
}
