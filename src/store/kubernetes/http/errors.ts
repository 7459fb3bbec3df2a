import { Failure, type Code, type FailureDetails, type Problem } from '../../../model/failure.js';
import { kubectlCommand, ownCommand } from '../../../model/own-command.js';
import { PLURAL, SINGULAR } from '../../../model/resource.js';
import { alreadyExists, changedMeanwhile, doesNotExist } from '../../../model/sentences.js';
import { waitForDeletion } from '../../../model/summary.js';
import { shellWord, shortened } from '../../../model/text.js';
import type { CredentialTrouble } from '../kubeconfig/credential-trouble.js';
import type { Reply } from './transport.js';

/** The request that failed and its server, for the message of a failure. */
export interface Situation {
  context: string;
  server: string;
  namespace: string;
  /** The verb as RBAC names it. */
  verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete';
  /** Plural of the resource: `multikeylisteners`, `sites`, … */
  resource: string;
  name?: string;
  /** True for a request across all namespaces. */
  allNamespaces?: boolean;
  timeoutMs: number;
  /** A problem of the credentials that is known on this side. */
  credentialTrouble?: CredentialTrouble;
}

/** The members of a metav1.Status that are used here. */
interface StatusBody {
  kind?: string;
  reason?: string;
  message?: string;
  code?: number;
  details?: { name?: string; kind?: string; causes?: { reason?: string; field?: string; message?: string }[] };
}

/** Status 410: the server no longer has the state of that resourceVersion or continue token. List again. */
export class Expired extends Failure {}

export const LOG_IN = 'Log in again, or choose another context with --context.';
const place = (at: Situation): string => `(context "${at.context}", server ${at.server})`;
export const subject = (at: Situation): string =>
  `${at.resource === PLURAL ? SINGULAR : at.resource}${at.name ? ` "${at.name}"` : ''}`;
/**
 * The end of the message and the hint for a write whose outcome is unknown: without an answer, and after an answer of 5xx. (An
 * answer of 3xx or 4xx means that nothing was written.) Undefined for reads.
 */
export function doubtOf(at: Situation): { after: string; hint: string } | undefined {
  if (at.verb !== 'create' && at.verb !== 'patch' && at.verb !== 'delete') return undefined;
  return {
    after: `; it is unknown whether the ${at.verb} of ${subject(at)} was done`,
    hint: `Check before you try again: ${ownCommand(`status ${at.name ?? ''}`.trim(), { namespace: at.namespace })}`,
  };
}
export const sentence = (text: string): string => text.replace(/[.\s]+$/, '');

/** The metav1.Status in a body; undefined if the body is something else. */
export function statusBody(text: string): StatusBody | undefined {
  try {
    const value = JSON.parse(text) as StatusBody | null;
    return value?.kind === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * True for a 404 that may mean that the API itself is missing, which only discovery can tell: one that is not about an object
 * or a namespace, and not from a webhook.
 */
export function isUnknownApi(reply: Reply): boolean {
  if (reply.status !== 404 || isPage(reply)) return false;
  const { details, message = '' } = statusBody(reply.text) ?? {};
  return !details?.name && !WEBHOOK.test(message);
}

/** True for an HTML page, which comes from a captive portal or a gateway and never from an API server. */
const isPage = ({ contentType }: Reply): boolean => contentType.includes('html');

/** The kubectl command that checks the permission, for the same cluster, scope and user. */
function permissionCheck({ verb, resource, allNamespaces, namespace, context }: Situation): string {
  const check = `auth can-i ${verb} ${qualified(resource)}`;
  return kubectlCommand(allNamespaces ? `${check} -A` : check, { context, namespace: allNamespaces ? '' : namespace });
}

/** The failure for an answer with status 300 or above. A 404 means that the object is missing; see isUnknownApi. */
export function fromReply(at: Situation, reply: Reply): Failure {
  const body = statusBody(reply.text);
  const words = body?.message || body?.reason;
  const said = words ? shortened(sentence(words)) : body && 'no reason given';
  const { status } = reply;
  const failed = status === 429 || status >= 500;
  if (isPage(reply) && !failed) return badResponse(at, reply);
  if (body && isRefusal(at, status, body)) return refused(at, body, said);
  if (status === 401) {
    const why = [said ?? 'Unauthorized', at.credentialTrouble?.why].filter(Boolean).join('; ');
    return fail(at, 'unauthenticated', `authentication failed: ${why}`, { hint: LOG_IN });
  }
  if (status === 403) {
    const why = [said ?? firstWords(reply), at.credentialTrouble?.why].filter(Boolean).join('; ');
    return fail(at, 'forbidden', `permission denied: ${why}`, {
      hint: `Check with: ${permissionCheck(at)}`,
    });
  }
  // The API server limits requests (429) with plain text; a gateway in front of it does so in any form.
  if (!body && !failed && status !== 404) return badResponse(at, reply);
  if (status === 404 && body?.details?.kind === 'namespaces') {
    return fail(at, 'namespace-not-found', `the namespace "${at.namespace}" does not exist`, {
      hint: `Create it with: kubectl create namespace ${shellWord(at.namespace)}`,
    });
  }
  if (status === 404) {
    const { message, hint } = doesNotExist(subject(at), at.namespace);
    return fail(at, 'not-found', message, at.resource === PLURAL ? { hint } : {});
  }
  if (status === 409 && body?.reason === 'AlreadyExists') {
    const { message, hint } = alreadyExists(subject(at), at.namespace);
    const gone = `It is being deleted. ${waitForDeletion(at.name ?? '', at.namespace)}`;
    return fail(at, 'already-exists', message, { hint: isDeleting(body) ? gone : hint });
  }
  if (status === 409 && isOfAnother(at, body)) {
    return fail(at, 'conflict', `the ${at.verb} of ${subject(at)} was refused: ${said ?? 'Conflict'}`, {
      hint: 'Run the command again.',
    });
  }
  if (status === 409) {
    const { message, hint } = changedMeanwhile(subject(at), at.namespace);
    return fail(at, 'conflict', `${message}: ${said ?? 'Conflict'}`, { hint });
  }
  if (status === 410) {
    return new Expired(
      'server-error',
      `the server no longer holds that version of the list: ${said ?? 'Gone'} ${place(at)}`,
    );
  }
  if (failed) {
    const doubt = status >= 500 ? doubtOf(at) : undefined;
    return fail(at, 'server-error', `the server failed with status ${status}: ${said ?? firstWords(reply)}`, {
      hint: 'Try again in a moment.',
      ...doubt,
    });
  }
  const problems = causes(body);
  // The uid in our merge patch is a precondition. If another object has the name, the server reports the uid as changed.
  if (problems.length > 0 && problems.every(({ field }) => field === 'metadata.uid')) {
    return fail(
      at,
      'conflict',
      `${subject(at)} in namespace "${at.namespace}" was replaced by another of the same name`,
      {
        hint: 'Check it, then run the command again.',
      },
    );
  }
  const why = problems.length > 0 ? 'it is not valid' : (said ?? firstWords(reply));
  return fail(at, 'rejected', `the server rejected ${subject(at)}: ${why}`, {
    causes: problems,
    // Nothing of the object can be corrected if its deletion is refused.
    ...(at.verb === 'delete' ? {} : { hint: 'Correct it and run the command again.' }),
  });
}

/**
 * How kube-apiserver begins the message about a missing permission (apiserver, endpoints/handlers/responsewriters):
 * `multikeylisteners.skupper.io "web" is forbidden: User "dev" cannot create …`. The text of a policy comes after it.
 */
const UNAUTHORIZED = /^(?:\S+ (?:"[^"]*" )?is )?forbidden: User "(?:[^"\\]|\\.)*" cannot [a-z]+ /;
/** How kube-apiserver begins the message of a webhook, whatever status the webhook chose. */
const WEBHOOK = /^admission webhook "[^"]*" denied the request/;
/** How the API server begins the message for a create while an object of that name is being deleted. */
const DELETING = /^object is being deleted: /;

/** True if admission control (a quota, a policy, a webhook) refused the object. It only checks writes. */
function isRefusal({ verb }: Situation, status: number, body: StatusBody): boolean {
  if (verb === 'get' || verb === 'list' || verb === 'watch') return false;
  const { message = '' } = body;
  if (WEBHOOK.test(message)) return true;
  return status === 403 && (isTerminating(body) || (message !== '' && !UNAUTHORIZED.test(message)));
}

/** True if a conflict is not about the object of the request: a create changes none, and a quota that changed is another one. */
const isOfAnother = ({ verb, resource }: Situation, body: StatusBody | undefined): boolean =>
  verb === 'create' || (body?.details?.kind ?? resource) !== resource;

const isTerminating = ({ details }: StatusBody): boolean =>
  details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false;

const isDeleting = (body: StatusBody | undefined): boolean => DELETING.test(body?.message ?? '');

function refused(at: Situation, body: StatusBody, said = 'without a reason'): Failure {
  return fail(at, 'rejected', `the server rejected ${subject(at)}: ${said}`, {
    hint: isTerminating(body)
      ? 'Wait until the namespace is deleted, or choose another with --namespace.'
      : 'Comply with the rule above, or ask the cluster administrator.',
  });
}

/** The field problems in the server's answer, also those that are only in its message (strict decoding). */
function causes(body: StatusBody | undefined): Problem[] {
  // For a patch the listed cause of a strict decoding error has the whole object in its message, so that list is not used.
  const strict = [...(body?.message ?? '').matchAll(/(unknown|duplicate) field "([^"]+)"/g)];
  if (strict.length > 0 && body?.message?.includes('strict decoding error')) {
    return strict.map(([, what, field]) => ({ field: field ?? '', message: `${what} field` }));
  }
  const listed = new Map<string, Problem>();
  for (const { field = '', message = '' } of body?.details?.causes ?? []) {
    if (field !== '<nil>') listed.set(`${field}: ${message}`, { field, message: shortened(message) });
  }
  // Sorted, because the server's order differs from request to request.
  return [...listed.values()].sort((one, other) => (one.field < other.field ? -1 : one.field > other.field ? 1 : 0));
}

/**
 * The failure for an answer that an API server never gives: HTML, incomplete JSON, a redirect. With the status of a success
 * the outcome of a write is unknown.
 */
export function badResponse(at: Situation, reply: Reply): Failure {
  const type = reply.contentType.split(';')[0] || 'no content type';
  const what = `the server is not a Kubernetes API server: status ${reply.status}, ${type}, ${firstWords(reply)}`;
  return fail(at, 'bad-response', what, {
    hint: 'Check the server URL of the context, and any proxy in between.',
    ...(reply.status < 300 || reply.status >= 500 ? doubtOf(at) : undefined),
  });
}

/** The beginning of a body on one line, in quotes. */
function firstWords({ text }: Reply): string {
  const words = text.replace(/\s+/g, ' ').trim().slice(0, 80);
  return words === '' ? 'an empty body' : JSON.stringify(words);
}

/** The failure for an API that the server does not have: Skupper's CRDs are absent, or older than this kind. */
export function missingApi(at: Situation, discovery: 'absent' | 'older' | 'unknown'): Failure {
  const hint = 'Install or upgrade Skupper: kubectl apply -f https://skupper.io/v2/install.yaml';
  if (discovery === 'older') {
    return fail(at, 'skupper-too-old', 'Skupper on this cluster is older than 2.2 and has no MultiKeyListener', {
      hint,
    });
  }
  const what =
    discovery === 'absent'
      ? 'Skupper is not installed on this cluster'
      : `the server does not serve ${qualified(at.resource)}`;
  return fail(at, 'crd-missing', what, { hint });
}

const qualified = (resource: string): string =>
  /^(services|secrets|pods(\/portforward)?)$/.test(resource) ? resource : `${resource}.skupper.io`;

/**
 * A failure whose message names the context and the server; `brief` is the message without them.
 *
 * @param what the beginning of the message
 * @param details as for Failure; `after` is the end of the message
 */
export function fail(
  at: Situation,
  code: Code,
  what: string,
  { after = '', ...details }: FailureDetails & { after?: string } = {},
): Failure {
  return new Failure(code, `${what} ${place(at)}${after}`, { brief: what, ...details });
}
